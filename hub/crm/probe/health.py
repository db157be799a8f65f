"""The synthetic referral as a hop."""

import datetime as dt
from collections.abc import Iterator

from hub.core.clock import now
from hub.core.registry import Hop, State, health
from hub.crm.probe import queries

LATE = dt.timedelta(hours=2)


@health("Test referral")
def hops() -> Iterator[Hop]:
    """One hop: whether the last one went through, and whether there was one lately."""
    found, at = queries.latest(), now()
    title = "A test referral through the whole chain"
    if found is None:
        yield Hop(name="probe", title=title, state="off", says="None so far; there is one every hour.")
        return
    late = at - found.at > LATE
    state: State = "broken" if not found.is_ok else "watch" if late else "ok"
    number, good = queries.tally(at - dt.timedelta(days=1))
    says = (
        found.says
        if not found.is_ok
        else f"{good} of {number} in a day, the last in {found.milliseconds:,} ms"
    )
    todo = "Read the log of the worker for books." if not found.is_ok else ""
    if late and found.is_ok:
        todo = "None for two hours: see whether the scheduler and a worker run."
    yield Hop(
        name="probe", title=title, state=state, says=says, todo=todo,
        last_success_at=found.at if found.is_ok else queries.last_good(),
    )  # fmt: skip
