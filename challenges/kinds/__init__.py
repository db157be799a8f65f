"""The kinds of challenges: one file each, one shape (`Kind`), found by the name a challenge carries.

Every question is asked for many challenges at once, so that a page of them costs as many statements as one.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from challenges.models import Challenge
from hub.members.models import Member


@dataclass(frozen=True, kw_only=True, slots=True)
class Worth:
    """What doing it comes to: `points` in all (`up_to`, when only by degrees), `first` of them at once."""

    points: int
    first: int = 0
    up_to: bool = False
    steps: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How often this member did it, and when last. `again` says whether they may do it once more."""

    times: int = 0
    last_at: dt.datetime | None = None
    again: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Others:
    """Who did it already: some of them by name, and whether there are more."""

    people: list[Member] = field(default_factory=list)
    more: bool = False

    @property
    def text(self) -> str:
        """Ana, Kim and others did this."""
        names = [(person.public_name.split() or ["Somebody"])[0] for person in self.people[:2]]
        if not names:
            return ""
        rest = self.more or len(self.people) > 2
        joined = ", ".join(names) + " and others" if rest else " and ".join(names)
        return f"{joined} did this"


class Kind(Protocol):
    """A way of doing a challenge."""

    name: str
    title: str
    icon: str
    hue: int | None
    action: str

    def url(self, challenge: Challenge) -> str:
        """Where it is done."""
        ...

    def look(self, challenges: Sequence[Challenge], member_id: int) -> Mapping[int, tuple[Worth, Progress]]:
        """What each is worth and how far a member is with it, in one statement; left out: it can't be done for now."""
        ...

    def others(self, challenges: Sequence[Challenge], besides: int) -> Mapping[int, Others]:
        """Who else did each; never those who don't want to be seen."""
        ...


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Makes a kind known under its name."""
    KINDS[kind.name] = kind
    return kind
