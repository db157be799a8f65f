"""What comes before referring to a programme: a training, say. Rooms below say it; the member's own form looks here.

Whom a rep logs and what is imported isn't asked: those introductions have been made already.
"""

import datetime as dt
from collections.abc import Callable, Sequence

from hub.core.registry import Link

Gate = Callable[[int, str, dt.datetime], Sequence[Link]]
GATES: list[Gate] = []


def gate(find: Gate) -> Gate:
    """Registers `fn(member_id, programme, now)`: titles and pages of what this member has to do first, in one query."""
    if find not in GATES:
        GATES.append(find)
    return find


def first(member_id: int, programme: str, now: dt.datetime) -> list[Link]:
    """All that comes first for this member; nothing when they may refer."""
    return [link for find in GATES for link in find(member_id, programme, now)]
