"""What comes before spending points: a confirmed e-mail address, say. Rooms say it here, in a sentence for the
member."""

import datetime as dt
from collections.abc import Callable

from hub import members
from hub.members.models import Member

Gate = Callable[[Member, dt.datetime], str | None]
GATES: list[Gate] = []


def gate(stand: Gate) -> Gate:
    """Registers `fn(member, now)`: why this member can't spend points now, or None."""
    if stand not in GATES:
        GATES.append(stand)
    return stand


def closed(member: Member, now: dt.datetime) -> str | None:
    """The first reason why this member can't spend points now."""
    return next((why for stand in GATES if (why := stand(member, now))), None)


@gate
def confirmed(member: Member, _now: dt.datetime) -> str | None:
    """Points are sent to somebody whose address is theirs."""
    return members.why_not_spend(member) or None
