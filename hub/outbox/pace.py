"""How much a batch takes on: as many rows as fit into its time, learnt from the batch before.

A fixed number is too much for one table and too little for another; everybody who writes waits as long as the longest
transaction of somebody else.
"""

import time
from collections.abc import Callable

from hub.core import edges
from hub.core.db import db, is_sqlite

AIM_SECONDS = 0.1  # the design allows 200 ms; half is kept for a batch that turns out heavier than the last
POSTGRESQL = 5  # times as long: there, a writer does not keep all others waiting
MOST = 500
GROWTH = 2.0


class Pace:
    """The size of one kind of batch, in this process: it begins small and finds its way."""

    def __init__(self, *, first: int, least: int = 5, most: int = MOST) -> None:
        self.size, self.least, self.most = first, least, most

    def run(self, batch: Callable[[int], int]) -> int:
        """Does `batch(limit)` in a transaction of its own, which gives how many rows it took, and learns from how long
        that was. Waiting for the database's one writing place doesn't count."""
        limit = self.size
        with edges.unit():
            db.session.connection()
            started = time.perf_counter()
            done = batch(limit)
        allowed = AIM_SECONDS if is_sqlite() else AIM_SECONDS * POSTGRESQL
        self.learn(done, limit, (time.perf_counter() - started) / allowed)
        return done

    def learn(self, done: int, limit: int, spent: float) -> None:
        """`spent` is the share of its time that a batch took. Too slow: fewer next time. Full and quick: more."""
        if spent > 1:
            self.size = max(self.least, int(limit / spent))
        elif done >= limit:
            self.size = min(self.most, max(limit + 1, int(limit * min(GROWTH, 1 / max(spent, 0.01)))))
