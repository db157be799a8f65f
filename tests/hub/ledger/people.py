"""Accounts for tests of the ledger."""

import datetime as dt
import itertools

from hub import ledger
from hub.core import edges
from tests.leaderboard.people import NOW, make_members

numbers = itertools.count(1)


def account(points: int = 0) -> int:
    """A new member's account, with so many points."""
    with edges.unit():
        found = ledger.account_for(member_id=make_members(1)[0])
    if points:
        book(found, points)
    return found


def book(
    account_id: int, points: int, *, key: str | None = None, reason: str = "challenge", at: dt.datetime = NOW
) -> int:
    """Books points in a unit of its own; gives the entry's id."""
    with edges.unit():
        entry = ledger.award(
            account_id, points, reason=reason, key=key or f"book:{next(numbers)}", subject="challenge:1",
            happened_at=at, now=NOW,
        )  # fmt: skip
        return entry.id
