"""Points set aside: never more than there are, and ended one way only, whoever races."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub import ledger
from hub.core import edges
from hub.core.db import db
from hub.ledger.models import Entry, Hold
from tests.hub.ledger.people import account
from tests.leaderboard.people import NOW


def at_once(app: Flask, count: int, work: Callable[[int], object]) -> list[str]:
    """Runs `work(0…)` in threads that start together; gives the names of what they raised."""
    start, raised = threading.Barrier(count), []

    def run(number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                with edges.unit():
                    work(number)
            except (ledger.NotEnough, ledger.KeyTaken, ValueError) as error:
                raised.append(type(error).__name__)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def hold(account_id: int, points: int, key: str) -> Hold:
    return ledger.hold(account_id, points, key=key, subject="redemption:1", now=NOW)


def test_twenty_at_once_with_money_for_one(here: Flask) -> None:
    mine = account(500)
    raised = at_once(here, 20, lambda number: hold(mine, 500, f"redemption:{number}"))
    assert raised == ["NotEnough"] * 19
    assert (ledger.wallet(mine).held, ledger.wallet(mine).free) == (500, 0)
    assert db.session.scalar(select(func.count(Hold.id))) == 1


def test_one_key_at_once_is_one_hold(here: Flask) -> None:
    mine = account(5000)
    assert at_once(here, 8, lambda _: hold(mine, 500, "redemption:1")) == []
    assert ledger.wallet(mine).held == 500


def test_a_hold_beyond_the_free_balance_says_how_much_is_missing(here: Flask) -> None:
    mine = account(500)
    with edges.unit():
        hold(mine, 400, "redemption:1")
    with pytest.raises(ledger.NotEnough) as error, edges.unit():
        hold(mine, 101, "redemption:2")
    assert error.value.short_by == 1


def test_a_hold_of_a_known_key_with_another_amount_is_refused(here: Flask) -> None:
    mine = account(500)
    with edges.unit():
        hold(mine, 100, "redemption:1")
    with pytest.raises(ledger.KeyTaken), edges.unit():
        hold(mine, 101, "redemption:1")
    assert ledger.wallet(mine).held == 100


def test_settling_spends_once_and_never_releases(here: Flask) -> None:
    mine = account(500)
    with edges.unit():
        hold_id = hold(mine, 300, "redemption:1").id
    for _ in range(2):
        with edges.unit():
            entry = ledger.settle(hold_id, reason="redemption", now=NOW)
            assert (entry.points, entry.key) == (-300, "redemption:1")
    with pytest.raises(ValueError, match="ended the other way"), edges.unit():
        ledger.release(hold_id, now=NOW)
    found = ledger.wallet(mine)
    assert (found.balance, found.held, found.lifetime) == (200, 0, 500)


def test_releasing_gives_back_once_and_never_settles(here: Flask) -> None:
    mine = account(500)
    with edges.unit():
        hold_id = hold(mine, 300, "redemption:1").id
    for _ in range(2):
        with edges.unit():
            ledger.release(hold_id, now=NOW)
    with pytest.raises(ValueError, match="ended the other way"), edges.unit():
        ledger.settle(hold_id, reason="redemption", now=NOW)
    found = ledger.wallet(mine)
    assert (found.balance, found.held, found.lifetime) == (500, 0, 500)


def test_settling_and_releasing_at_once_ends_one_way(here: Flask) -> None:
    mine = account(500)
    with edges.unit():
        hold_id = hold(mine, 300, "redemption:1").id

    def end(number: int) -> None:
        if number % 2:
            ledger.settle(hold_id, reason="redemption", now=NOW)
        else:
            ledger.release(hold_id, now=NOW)

    raised = at_once(here, 10, end)
    assert raised == ["ValueError"] * 5
    found, entries = (
        ledger.wallet(mine),
        db.session.scalar(select(func.count(Entry.id)).where(Entry.points < 0)),
    )
    assert found.held == 0
    assert found.balance == (200 if entries else 500)
