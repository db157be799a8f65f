"""The signals, one file each, one shape (`Signal`): pure functions of a `Case`, with words for staff and for the
advocate.

To add one: a file here and a row in the contract test. Rooms above and below add their own measures without knowing
this room: `hub.core.doubts`.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Bounds = Mapping[str, int]
Facts = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Twin:
    """Another introduction that looks like this one."""

    id: int
    advocate_id: int | None
    programme_id: int
    name: str
    domain: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """A step as far as signals care: how high it is (0 the first rung, 1 the won one), when, and whether it began
    it."""

    height: float
    at: dt.datetime
    begins: bool
    rung_key: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Someone:
    """A person as they can be compared."""

    name: str = ""
    email: str | None = None
    phone: str | None = None
    company: str = ""
    domain: str = ""

    @property
    def surname(self) -> str:
        """The last word of the name, folded; empty for a single word."""
        words = self.name.casefold().split()
        return words[-1] if len(words) > 1 else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """All that signals may look at of one introduction, as it was when it was made."""

    id: int
    made_at: dt.datetime
    mode: str
    lead: Someone
    advocate: Someone
    advocate_id: int | None = None
    programme_id: int = 0
    logged_by_id: int | None = None
    owner_id: int | None = None
    same_email: tuple[Twin, ...] = ()
    same_phone: tuple[Twin, ...] = ()
    same_person: tuple[Twin, ...] = ()
    has_own_phone: bool = False
    is_member: bool = False
    circle: int = (
        0  # how many people until the advocate is introduced by the lead's own introductions; 0: never
    )
    in_hour: int = 0
    in_day: int = 0
    told_by_pair: int = 0  # conversations this rep logged for this advocate lately, and for everybody
    told_by_rep: int = 0
    never_accepted: int = (
        0  # earlier introductions that ended without being accepted, of how many that ended or were
    )
    ever_accepted: int = 0
    won_together: int = 0
    moves: tuple[Move, ...] = ()
    doubts: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_logged(self) -> bool:
        """Whether a rep wrote down what the advocate said."""
        return self.mode == "verbal" and self.logged_by_id not in (None, self.advocate_id)

    @property
    def highest(self) -> float:
        """How high it has been."""
        return max((move.height for move in self.moves), default=0.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What a signal saw: how much of its weight (percent), and facts for the words: numbers and ids, no names."""

    percent: int = 100
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Signal:
    """One signal. `bounds` are its own limits, name → (label, default); `kindly` is read by the advocate, `says` by
    staff."""

    name: str
    title: str
    about: str
    weight: int
    kindly: str
    says: Callable[[Facts], str]
    look: Callable[[Case, Bounds], Found | None]
    bounds: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    of_moves: bool = (
        False  # looks at stages, so it is asked again with each; the others only when somebody is introduced
    )

    def bound(self, chosen: Bounds, name: str) -> int:
        """A limit: the manager's, else its own."""
        return chosen.get(f"{self.name}.{name}", self.bounds[name][1])


SIGNALS: dict[str, Signal] = {}


def signal(found: Signal) -> Signal:
    """Makes a signal known under its name."""
    SIGNALS[found.name] = found
    return found


def bounds_of(name: str, chosen: Bounds) -> Bounds:
    """A signal's limits by their own names."""
    found = SIGNALS[name]
    return {each: found.bound(chosen, each) for each in found.bounds}
