"""`hurrah board rebuild`, and the board that a new hub has."""

import pytest
from flask import Flask
from sqlalchemy import text

from hub import ledger
from hub.core import edges
from hub.core.db import db
from hub.outbox.jobs import drain_all
from leaderboard import checks, jobs, queries
from tests.leaderboard.people import make_members, pay


def run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(words))
    return result.exit_code, result.output


@pytest.mark.parametrize("words", [(), ("points",)])
def test_a_spoilt_board_is_made_again(app: Flask, words: tuple[str, ...]) -> None:
    with app.app_context():
        with edges.unit():
            for member_id in make_members(3):
                pay(ledger.account_for(member_id=member_id), 100)
        drain_all()
        with edges.unit():
            db.session.execute(text("UPDATE scores SET points = 7"))
        assert list(checks.standings())
        db.session.rollback()
    assert run(app, "board", "rebuild", *words)[0] == 0
    with app.app_context():
        assert list(checks.standings()) == []
        assert list(checks.histograms()) == []


def test_a_board_nobody_knows_is_wrong_use(app: Flask) -> None:
    code, said = run(app, "board", "rebuild", "nothing")
    assert code == 2
    assert "there is no board 'nothing'" in said


def test_a_new_hub_has_its_board_before_anybody_has_points(app: Flask) -> None:
    with app.app_context():
        with edges.unit():
            jobs.ensure()
        with edges.unit():
            jobs.ensure()
        assert [(board.slug, board.name) for board in queries.boards()] == [("points", "Everybody")]
        assert queries.page(queries.boards()[0], "all", 1).top == []
