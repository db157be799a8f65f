"""`hurrah prove` says nothing of true books, and finds each difference that is planted."""

import pytest
from flask import Flask
from sqlalchemy import text

from hub import ledger
from hub.core import edges
from hub.core.db import db
from hub.ledger import checks
from tests.hub.ledger.people import account, book
from tests.leaderboard.people import NOW

TIMES = "happened_at, created_at"
INSERT = f"INSERT INTO entries (account_id, points, reason, key, subject, {TIMES}"
OF_100 = "FROM entries WHERE points = 100"


def differences() -> list[str]:
    with edges.reading():
        return [*checks.wallets(), *checks.corrections()]


def scene() -> int:
    """Earned, spent, corrected and set aside."""
    mine = account(1000)
    book(mine, -200, reason="redemption")
    entry_id = book(mine, 100)
    with edges.unit():
        ledger.correct(entry_id, -40, key="fix:1", now=NOW)
        ledger.hold(mine, 300, key="redemption:2", subject="redemption:2", now=NOW)
        ended = ledger.hold(mine, 50, key="redemption:3", subject="redemption:3", now=NOW)
        ledger.release(ended.id, now=NOW)
    return mine


def test_true_books_are_found_true(here: Flask) -> None:
    mine = scene()
    found = ledger.wallet(mine)
    assert (found.balance, found.held, found.lifetime) == (860, 300, 1060)
    assert differences() == []


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ("UPDATE wallets SET balance = balance + 1", "balance says 861, the books come to 860"),
        ("UPDATE wallets SET held = 0", "held says 0, the books come to 300"),
        ("UPDATE wallets SET lifetime = lifetime - 5", "lifetime says 1,055, the books come to 1,060"),
        ("DELETE FROM wallets", "balance says 0, the books come to 860"),
        (
            "UPDATE holds SET released_at = created_at WHERE released_at IS NULL",
            "held says 300, the books come to 0",
        ),
        (
            f"{INSERT}) SELECT account_id, 7, 'manual', 'x', subject, {TIMES} FROM entries WHERE id = 1",  # noqa: S608
            "balance says 860, the books come to 867",
        ),
        (
            f"{INSERT}, corrects_id) SELECT account_id, -61, 'correction', 'x', subject, {TIMES}, id {OF_100}",
            "corrected beyond zero, to -1",
        ),
    ],
)
def test_each_planted_difference_is_found(here: Flask, harm: str, told: str) -> None:
    scene()
    with edges.unit():
        db.session.execute(text(harm))
    assert any(told in line for line in differences()), differences()
