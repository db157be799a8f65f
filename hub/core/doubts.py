"""What rooms know that may raise a doubt about an advocate: clicks that look made up, say. Who weighs it is elsewhere.

A room above or below the referrals says `doubt(...)` with a measure: a percentage per member, all of them in one query.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

Measure = Callable[[Collection[int], dt.datetime], Mapping[int, int]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """A measure from 0 to 100 per member: `from_percent` is where it begins to count, `kindly` is read by the
    member."""

    name: str
    title: str
    about: str
    kindly: str
    weight: int
    from_percent: int
    measure: Measure


DOUBTS: dict[str, Doubt] = {}


def doubt(found: Doubt) -> Doubt:
    """Registers a measure: `measure(member_ids, now)` → member → percent; members without one are left out."""
    DOUBTS[found.name] = found
    return found
