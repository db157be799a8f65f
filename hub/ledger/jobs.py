"""Those who follow the books: boards and badges look at each account that changed, in one transaction.

Marks are rows, never a counter: one job at a time reads a batch of them, hands the accounts to every follower and
deletes exactly the marks it read, so nothing is missed, whatever order transactions end in.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial

from hub.ledger.books import forget_marks
from hub.ledger.queries import marks, oldest_mark
from hub.outbox import Drain, drains
from hub.outbox.actions import only_one
from hub.outbox.pace import Pace

Follower = Callable[[Sequence[int], dt.datetime], None]
FOLLOWERS: dict[str, Follower] = {}
LEASE = "ledger.changes"
PACE = Pace(first=50)


def follows(name: str) -> Callable[[Follower], Follower]:
    """Registers a follower: `fn(account_ids, now)`, absolute values only, safe to run twice."""

    def keep(follower: Follower) -> Follower:
        FOLLOWERS[name] = follower
        return follower

    return keep


def follow(now: dt.datetime) -> int:
    """One batch of marks; the number of marks worked off."""
    return PACE.run(partial(_follow, now=now))


def _follow(limit: int, *, now: dt.datetime) -> int:
    if not only_one(LEASE):
        return 0
    read = marks(limit)
    accounts = sorted({account_id for _, account_id in read})
    if not accounts:
        return 0
    for follower in FOLLOWERS.values():
        follower(accounts, now)
    forget_marks([mark for mark, _ in read])
    return len(read)


drains(Drain(name="ledger.changes", queue="books", oldest=lambda _now: oldest_mark(), run=follow))
