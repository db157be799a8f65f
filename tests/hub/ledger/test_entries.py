"""Awards and corrections: once by their key, never edited, never more taken back than given."""

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from hub import ledger
from hub.core import edges
from hub.core.db import db
from hub.ledger import queries
from hub.ledger.models import Change, Entry
from tests.hub.ledger.people import account, book
from tests.leaderboard.people import NOW


def entries() -> int:
    return db.session.scalar(select(func.count(Entry.id))) or 0


def test_paying_twice_with_one_key_is_paying_once(here: Flask) -> None:
    mine = account()
    first = book(mine, 500, key="referral:7:stage:accepted")
    assert book(mine, 500, key="referral:7:stage:accepted") == first
    assert entries() == 1
    assert (ledger.wallet(mine).balance, ledger.wallet(mine).lifetime) == (500, 500)


@pytest.mark.parametrize("other", ["amount", "account"])
def test_a_known_key_with_another_amount_or_account_is_refused(here: Flask, other: str) -> None:
    mine, theirs = account(), account()
    book(mine, 500, key="submission:41")
    with pytest.raises(ledger.KeyTaken):
        book(mine if other == "amount" else theirs, 501 if other == "amount" else 500, key="submission:41")
    assert entries() == 1
    assert ledger.wallet(mine).balance == 500
    assert ledger.wallet(theirs).balance == 0


def test_one_batch_may_not_use_a_key_for_two_amounts(here: Flask) -> None:
    mine = account()
    wishes = [
        ledger.Award(
            account_id=mine, points=points, reason="manual", key="same", subject="member:1", happened_at=NOW
        )
        for points in (10, 20)
    ]
    with pytest.raises(ledger.KeyTaken), edges.unit():
        ledger.award_many(wishes, now=NOW)
    assert entries() == 0


@pytest.mark.parametrize("points", [0, 1_000_001, -1_000_001])
def test_amounts_out_of_bounds_are_refused(here: Flask, points: int) -> None:
    mine = account()
    with pytest.raises(ValueError):
        book(mine, points)


def test_an_entry_never_happens_after_it_is_booked(here: Flask) -> None:
    entry_id = book(account(), 5, at=NOW + dt.timedelta(days=3))
    assert db.session.get_one(Entry, entry_id).happened_at == NOW


@pytest.mark.parametrize("statement", ["UPDATE entries SET points = 1", "DELETE FROM entries"])
def test_entries_are_append_only(here: Flask, statement: str) -> None:
    mine = account(500)
    with pytest.raises(DBAPIError, match="append-only"), edges.unit():
        db.session.execute(text(statement))
    assert queries.sums([mine]) == {mine: 500}


def test_corrections_together_never_take_more_than_was_booked(here: Flask) -> None:
    mine = account()
    entry_id = book(mine, 100)
    with edges.unit():
        ledger.correct(entry_id, -60, key="fix:1", now=NOW)
    with pytest.raises(ValueError, match="41 is more than the 40"), edges.unit():
        ledger.correct(entry_id, -41, key="fix:2", now=NOW)
    with edges.unit():
        ledger.correct(entry_id, -60, key="fix:1", now=NOW)
        ledger.correct(entry_id, -40, key="fix:2", now=NOW)
    assert (ledger.wallet(mine).balance, ledger.wallet(mine).lifetime) == (0, 0)


def test_a_correction_counts_when_the_corrected_happened(here: Flask) -> None:
    mine = account()
    before = NOW - dt.timedelta(days=40)
    entry_id = book(mine, 100, at=before)
    with edges.unit():
        ledger.correct(entry_id, -30, key="fix:1", now=NOW)
    month = NOW - dt.timedelta(days=20)
    assert queries.sums([mine], until=month) == {mine: 70}
    assert queries.sums([mine], since=month) == {}


def test_what_was_spent_is_answered_by_a_refund_only(here: Flask) -> None:
    mine = account(500)
    spent = book(mine, -200, reason="redemption")
    with pytest.raises(ValueError, match="spent"), edges.unit():
        ledger.correct(spent, 200, key="fix:1", now=NOW)
    with edges.unit():
        ledger.correct(spent, 200, key="fix:2", now=NOW, reason="refund")
    assert (ledger.wallet(mine).balance, ledger.wallet(mine).lifetime) == (500, 500)


def test_what_is_undone_leaves_nothing(here: Flask) -> None:
    mine = account()
    marks = db.session.scalar(select(func.count(Change.id)))
    db.session.rollback()
    with pytest.raises(ZeroDivisionError), edges.unit():
        _ = (
            ledger.award(mine, 5, reason="manual", key="k", subject="member:1", happened_at=NOW, now=NOW).id
            // 0
        )
    assert entries() == 0
    assert ledger.wallet(mine).balance == 0
    assert db.session.scalar(select(func.count(Change.id))) == marks


def test_news_are_the_entries_behind_the_marks(here: Flask) -> None:
    mine = account()
    with edges.unit():
        ledger.award(
            mine, 5, reason="manual", key="old", subject="member:1", happened_at=NOW - dt.timedelta(days=90),
            now=NOW - dt.timedelta(days=90),
        )  # fmt: skip
        db.session.execute(text("DELETE FROM changes"))
    book(mine, 7, at=NOW - dt.timedelta(days=30))
    assert queries.news([mine]) == [(mine, NOW - dt.timedelta(days=30))]
