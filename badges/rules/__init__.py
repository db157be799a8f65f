"""The rules of badges, one file each, one shape (`Rule`): registered under the name that a badge carries.

A rule is a number about Member as SQL (`have`) and how high it must be (`need`). From these follow, set by set and in
one statement for all badges together: who is how far, who gets it now, who had it coming, and whether each holder's is
justified. To add a rule: a file here, and a line in the contract test.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, literal

from hub.segments.fields import Field, Given

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody is."""

    have: int
    need: int

    @property
    def is_done(self) -> bool:
        """Whether it is enough."""
        return self.have >= self.need

    @property
    def percent(self) -> float:
        """For the arc: 0 to 100."""
        return 100 * min(max(self.have, 0), self.need) / self.need if self.need else 0.0


class Rule(Protocol):
    """One rule. `facts` are the kinds of facts after which whoever is `by_id` is looked at; the books are always
    followed. `is_automatic` is false for what only people give; `by_clock` true when time alone may be enough; `keeps`
    when more of it can be done, so that a badge for it may have to be kept up."""

    name: str
    label: str
    help: str
    icon: str
    unit: str
    is_automatic: bool
    by_clock: bool
    keeps: bool

    @property
    def fields(self) -> Sequence[Field]:
        """What a manager fills in."""
        ...

    @property
    def facts(self) -> Sequence[str]:
        """Kinds of facts."""
        ...

    def clean(self, given: Given) -> dict[str, Any]:
        """The badge's data, from a form or from what is stored: cleaning twice changes nothing. Refuses (Unclear)."""
        ...

    def need(self, data: Data) -> int:
        """How high the number must be, at least 1."""
        ...

    def have(self, data: Data, until: dt.datetime | None) -> ColumnElement[int]:
        """The number, correlated to `members`, never NULL: now, or as far as `until` (when the rule can tell)."""
        ...

    def says(self, data: Data) -> str:
        """What to do for it: "Earn 1,000 points"."""
        ...

    def shown(self, data: Data) -> dict[str, Any]:
        """What the fields show."""
        ...


class Plain:
    """What most rules share."""

    help = ""
    unit = ""
    facts: Sequence[str] = ()
    is_automatic = True
    by_clock = False
    keeps = True

    def need(self, data: Data) -> int:
        """`times`."""
        return int(data["times"])

    def shown(self, data: Data) -> dict[str, Any]:
        """As it is stored."""
        return dict(data)


RULES: dict[str, Rule] = {}
NOTHING: ColumnElement[int] = literal(0)


def register(rule: Rule) -> Rule:
    """Makes a rule known under its name."""
    RULES[rule.name] = rule
    return rule


def times(number: int, one: str, more: str) -> str:
    """once, 5 times: 1 hangout, 5 hangouts."""
    return f"{number:,} {one if number == 1 else more}"
