"""Customers, partners, employees."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement

from hub.members import TYPES
from hub.members.models import Member
from hub.segments.fields import Field, Given, listed, picked
from hub.segments.rules import Plain, Rule, register

NAMES = {"customer": "customers", "partner": "partners", "employee": "employees"}


class TypeKind(Plain):
    """`types`: one or more of the three."""

    name = "type"
    label = "Type"
    fields = (Field(name="types", label="Type", widget="checks", multiple=True,
                    choices=tuple((kind, NAMES[kind].capitalize()) for kind in TYPES)),)  # fmt: skip

    def clean(self, given: Given) -> dict[str, Any]:
        """At least one known type."""
        return {"types": picked(given, "types", TYPES, what="at least one type")}

    def condition(self, rule: Rule, now: dt.datetime) -> ColumnElement[bool]:  # noqa: ARG002
        """Of one of these types."""
        return Member.type.in_(rule["types"])

    def says(self, rule: Rule) -> str:
        """are customers or partners."""
        return f"are {listed([NAMES[kind] for kind in rule['types']])}"


register(TypeKind())
