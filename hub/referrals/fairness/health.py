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
    """How many reviews wait and since when; two statements."""
    at, alarm = now(), dt.timedelta(days=limits.scale().alarm_days)
    kept = queries.waiting(at - GRACE)
    state: State = "ok"
    if kept.oldest_at is not None and at - kept.oldest_at > alarm:
        state = "broken" if at - kept.oldest_at > 3 * alarm else "watch"
    says = (
        f"{kept.number:,} waiting, {points(kept.points)} points kept back" if kept.number else "Nothing waits"
    )
    yield Hop(
        name="fairness.reviews", title="Introductions that wait for a look", state=state, waiting=kept.number,
        oldest_at=kept.oldest_at, says=says, todo=TODO if state != "ok" else "",
    )  # fmt: skip
    if kept.overdue:
        yield Hop(
            name="fairness.days", title="Points that have waited their days", state="watch", waiting=kept.overdue,
            says=f"{kept.overdue:,} referrals are due", todo="See whether a worker runs: `hurrah work books`.",
        )  # fmt: skip


@registry.figure("fairness")
def figures(at: dt.datetime) -> Iterator[registry.Figure]:
    """How many introductions wait for a look."""
    kept = queries.waiting(at)
    if kept.oldest_at is not None:
        note = f"{points(kept.points)} points, since {kept.oldest_at:%d %b}"
        yield registry.Figure(
            label="wait for a look", value=kept.number, url=url_for("fairness.index"), note=note
        )
