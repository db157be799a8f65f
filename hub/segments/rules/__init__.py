"""The kinds of rules, one file each, one shape (`Kind`): registered under the name that a stored rule carries.

A rule becomes a condition on Member, EXISTS where it looks at other tables, so that a segment of a million members is
one statement. To add a kind: a file here (or in a room below) that calls `register`, and a line in the contract test.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import ColumnElement

from hub.segments.fields import Field, Given

Rules = Mapping[str, Any]
"""A group as stored: {"match": "all"|"any"|"none", "rules": [rule or group, …]}."""
Rule = Mapping[str, Any]
"""A rule as stored: {"kind": "type", …}, with what its kind's `clean` gave."""


class Kind(Protocol):
    """One kind of rule."""

    name: str
    label: str

    @property
    def fields(self) -> Sequence[Field]:
        """What a manager fills in."""
        ...

    def clean(self, given: Given) -> dict[str, Any]:
        """The rule as stored, without its kind, from a form or from a stored one: cleaning twice changes nothing.
        Refuses (Unclear) what can't be meant."""
        ...

    def condition(self, rule: Rule, now: dt.datetime) -> ColumnElement[bool]:
        """The condition on Member."""
        ...

    def says(self, rule: Rule) -> str:
        """The rule after "Members who …", in words."""
        ...

    def shown(self, rule: Rule) -> dict[str, Any]:
        """What the fields show for a stored rule."""
        ...


class Plain:
    """A kind whose fields show what is stored."""

    def shown(self, rule: Rule) -> dict[str, Any]:
        """As it is stored."""
        return {name: value for name, value in rule.items() if name != "kind"}


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Makes a kind known under its name."""
    KINDS[kind.name] = kind
    return kind
