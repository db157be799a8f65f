"""Whether people look at what waits for them: a review never lapses into a payment, so it must not be forgotten
either."""

import datetime as dt
from collections.abc import Iterator

from flask import url_for

from hub.core import registry
from hub.core.clock import now
from hub.core.registry import Hop, State
from hub.core.words import points
from hub.referrals.fairness import limits, queries

TODO = "Release or refuse the oldest under Fairness: nothing is paid because nobody looked."
GRACE = dt.timedelta(minutes=10)


@registry.health("fairness")
def hops() -> Iterator[Hop]:
    """How many reviews wait and since when; three statements."""
    at, alarm = now(), dt.timedelta(days=limits.scale().alarm_days)
    number, oldest, kept = queries.waiting()
    state: State = "ok"
    if oldest is not None and at - oldest > alarm:
        state = "broken" if at - oldest > 3 * alarm else "watch"
    yield Hop(
        name="fairness.reviews", title="Introductions that wait for a look", state=state, waiting=number,
        oldest_at=oldest,
        says=f"{number:,} waiting, {points(kept)} points kept back" if number else "Nothing waits",
        todo=TODO if state != "ok" else "",
    )  # fmt: skip
    late = queries.overdue(at - GRACE)
    if late:
        yield Hop(
            name="fairness.days", title="Points that have waited their days", state="watch", waiting=late,
            says=f"{late:,} referrals are due", todo="See whether a worker runs: `hurrah work books`.",
        )  # fmt: skip


@registry.figure("fairness")
def figures(_now: dt.datetime) -> Iterator[registry.Figure]:
    """How many introductions wait for a look."""
    number, oldest, kept = queries.waiting()
    if number:
        note = f"{points(kept)} points, since {oldest:%d %b}" if oldest else ""
        yield registry.Figure(label="wait for a look", value=number, url=url_for("fairness.index"), note=note)
