"""Followers and rebuilding: in any order, twice, at once, always the same rows."""

import datetime as dt
import random
import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from hub import ledger
from hub.activity import record
from hub.core import edges
from hub.core.db import db
from hub.ledger import jobs as ledger_jobs
from hub.ledger.models import Change
from hub.members.models import Member
from hub.outbox.jobs import drain_all
from leaderboard import actions, checks, jobs, queries
from leaderboard.models import Score, ScoreBucket, ScoreCount
from tests.leaderboard.people import NOW, board, make_members, pay
from tests.statements import statements

DAY = dt.timedelta(days=1)
Rows = dict[str, list[tuple[Any, ...]]]


def rows() -> Rows:
    """Everything a board keeps."""
    with edges.reading():
        return {
            model.__tablename__: sorted(
                tuple(row) for row in db.session.execute(select(*model.__table__.columns))
            )
            for model in (Score, ScoreCount, ScoreBucket)
        }


def earn(members: list[int], times: int, seed: int = 1) -> None:
    """Points on many days for everybody."""
    dice = random.Random(seed)  # noqa: S311
    with edges.unit():
        accounts = ledger.accounts_for(members)
        wishes = [
            ledger.Award(
                account_id=accounts[member_id], points=dice.randint(1, 900), reason="challenge",
                key=f"s:{member_id}:{n}", subject="challenge:1", happened_at=NOW - dice.randint(0, 900) * DAY,
            )
            for member_id in members
            for n in range(times)
        ]  # fmt: skip
        dice.shuffle(wishes)
        for start in range(0, len(wishes), 7):
            ledger.award_many(wishes[start : start + 7], now=NOW)


def follow_all() -> None:
    while jobs.fill(NOW) or ledger_jobs.follow(NOW):
        pass


def differences() -> list[str]:
    with edges.reading():
        return [*checks.standings(), *checks.histograms()]


def test_following_again_changes_nothing_and_a_rebuild_comes_to_the_same(here: Flask) -> None:
    with edges.unit():
        members = make_members(60)
    earn(members, 12)
    follow_all()
    once = rows()
    assert len({period for _, period, *_ in once["scores"]}) > 100
    with edges.unit():
        actions.refresh(list(ledger.accounts_for(members).values()), now=NOW)
    assert rows() == once
    with edges.unit():
        db.session.execute(text("UPDATE scores SET points = points + 300 WHERE account_id % 3 = 0"))
        db.session.execute(text("DELETE FROM scores WHERE account_id % 5 = 0"))
        db.session.execute(text("UPDATE score_counts SET members = members + 1"))
        db.session.execute(text("DELETE FROM score_buckets"))
    assert differences()
    told: list[int] = []
    jobs.rebuild(queries.boards(), told.append, now=NOW)
    assert sum(told) == len(members)
    assert rows() == once
    assert differences() == []


def test_the_order_of_bookings_does_not_matter(make_app: Any) -> None:
    kept = []
    for seed in (1, 2):
        with make_app().app_context():
            with edges.unit():
                members = make_members(8)
            first = members[0]
            wishes = [(n % 8, 10 + n * 37 % 300, n * 11 % 400) for n in range(60)]
            random.Random(seed).shuffle(wishes)  # noqa: S311
            for who, points, days in wishes:
                with edges.unit():
                    pay(ledger.account_for(member_id=members[who]), points, NOW - days * DAY)
                if points % 5 == seed:
                    follow_all()
            follow_all()
            kept.append([(row[1], row[4] - first, row[6]) for row in rows()["scores"]])
            assert differences() == []
    assert sorted(kept[0]) == sorted(kept[1])


def test_followers_at_once_on_postgresql_never_count_twice(postgresql_app: Flask) -> None:
    app = postgresql_app
    with app.app_context():
        with edges.unit():
            members = make_members(40)
            board()
        earn(members, 3)

    def work(booking: bool, number: int) -> None:
        with app.app_context():
            for turn in range(15):
                if booking:
                    with edges.unit():
                        account_id = ledger.account_for(member_id=members[(number * 7 + turn) % 40])
                        ledger.award(
                            account_id, turn + 1, reason="manual", key=f"at-once:{number}:{turn}", subject="test:1",
                            happened_at=NOW, now=NOW,
                        )  # fmt: skip
                else:
                    ledger_jobs.follow(NOW)
            db.session.remove()

    threads = [threading.Thread(target=work, args=(number % 2 == 0, number)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        follow_all()
        assert db.session.scalar(select(func.count(Change.id))) == 0
        assert differences() == []
        db.session.remove()


def test_a_fact_about_visibility_takes_somebody_off_the_board(here: Flask) -> None:
    with edges.unit():
        members = make_members(3)
    earn(members, 2)
    drain_all()
    with edges.unit():
        db.session.execute(update(Member).where(Member.id == members[1]).values(is_opted_out=True))
        record("member.visibility_changed", subject=f"member:{members[1]}", now=NOW)
    drain_all()
    assert {row[4] for row in rows()["scores"]} == {members[0], members[2]}
    assert differences() == []


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE scores SET points = points + 1 WHERE period = 'all' AND account_id = 2",
        "DELETE FROM scores WHERE period = '2026' AND account_id = 2",
        "UPDATE score_counts SET members = members + 1 WHERE period = 'all'",
        "UPDATE score_buckets SET members = members - 1 WHERE period = '2026-Q4'",
        "INSERT INTO scores SELECT board_id, '2019', account_id, '', member_id, NULL, 5 FROM scores LIMIT 1",
        "UPDATE members SET is_opted_out = true WHERE id = (SELECT min(member_id) FROM scores)",
    ],
)
def test_prove_finds_each_planted_difference(here: Flask, harm: str) -> None:
    with edges.unit():
        members = make_members(3)
    with edges.unit():
        for member_id in members:
            pay(ledger.account_for(member_id=member_id), 100)
    follow_all()
    assert differences() == []
    with edges.unit():
        db.session.execute(text(harm))
    assert differences()


def test_what_waits_for_its_follower_is_no_difference(here: Flask) -> None:
    with edges.unit():
        (member,) = make_members(1)
        board()
    follow_all()
    with edges.unit():
        pay(ledger.account_for(member_id=member), 100)
    assert differences() == []
    follow_all()
    assert [row[-1] for row in rows()["scores"]] == [100] * 5


@pytest.mark.parametrize("count", [10, 10_000])
def test_a_page_costs_three_statements_whatever_the_number_of_members(here: Flask, count: int) -> None:
    with edges.unit():
        members = make_members(count)
        earned = ledger.accounts_for(members)
        ledger.award_many(
            [
                ledger.Award(
                    account_id=account, points=1 + member * 7 % 900, reason="challenge", key=f"c:{member}",
                    subject="challenge:1", happened_at=NOW,
                )
                for member, account in earned.items()
            ],
            now=NOW,
        )  # fmt: skip
        actions.ensure(now=NOW)
        for start in range(0, count, 500):
            actions.refresh(list(earned.values())[start : start + 500], entirely=True, now=NOW)
    with edges.reading(), statements(here) as sent:
        page = queries.page(queries.boards()[0], "2026-11", members[count // 2])
        assert len(sent) == 3, sent
    assert page.mine is not None
    assert page.mine.members == count
    assert [row.member_id for row in page.around if row.me] == [members[count // 2]]


def test_a_batch_costs_the_same_statements_whatever_it_holds(here: Flask) -> None:
    sizes = []
    with edges.unit():
        board()
    for count in (2, 200):
        with edges.unit():
            accounts = ledger.accounts_for(make_members(count))
            for account in accounts.values():
                pay(account, 5)
        follow_all()
        with edges.unit():
            for account in accounts.values():
                pay(account, 7)
        with edges.unit(), statements(here) as sent:
            actions.refresh(list(accounts.values()), now=NOW)
        sizes.append(len(sent))
        follow_all()
    assert sizes[0] == sizes[1]
