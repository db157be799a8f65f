"""Once an hour, over all that are late, in batches."""

from hub import outbox
from hub.core.clock import now
from hub.home.waiting import actions

SOME = 200


@outbox.every(3600, "waiting.look")
def look() -> None:
    """Who has waited too long."""
    outbox.post("waiting.nudge", {"after": 0}, now=now())


@outbox.handles("waiting.nudge")
def nudge(after: int) -> None:
    """The next few, each batch in a transaction of its own; done twice, it is the same."""
    last = actions.nudge(after=after, limit=SOME, now=now())
    if last is not None:
        outbox.post("waiting.nudge", {"after": last}, now=now())
