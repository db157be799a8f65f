"""Those who follow the books: boards and badges look at each account that changed, in one transaction.

Marks are rows, never a counter: one job at a time reads a batch of them, hands the accounts to every follower and
deletes exactly the marks it read, so nothing is missed, whatever order transactions end in.
"""

import datetime as dt
from collections.abc import Callable, Sequence

from hub.core import edges
from hub.core.db import is_sqlite
from hub.ledger.books import forget_marks
from hub.ledger.queries import marks, oldest_mark
from hub.outbox import Drain, drains
from hub.outbox.actions import only_one

Follower = Callable[[Sequence[int], dt.datetime], None]
FOLLOWERS: dict[str, Follower] = {}
LEASE = "ledger.changes"


def follows(name: str) -> Callable[[Follower], Follower]:
    """Registers a follower: `fn(account_ids, now)`, absolute values only, safe to run twice."""

    def keep(follower: Follower) -> Follower:
        FOLLOWERS[name] = follower
        return follower

    return keep


def follow(now: dt.datetime) -> int:
    """One batch of marks; the number of marks worked off."""
    with edges.unit():
        if not only_one(LEASE):
            return 0
        read = marks(100 if is_sqlite() else 500)
        accounts = sorted({account_id for _, account_id in read})
        if not accounts:
            return 0
        for follower in FOLLOWERS.values():
            follower(accounts, now)
        forget_marks([mark for mark, _ in read])
    return len(read)


drains(Drain(name="ledger.changes", queue="books", oldest=lambda _now: oldest_mark(), run=follow))
