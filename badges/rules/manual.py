"""Given by hand, with a citation: for what no rule can see."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement

from badges.rules import NOTHING, Data, Plain, register
from hub.segments.fields import Field, Given, one


class ManualRule(Plain):
    """`what`: what it is given for, in words. No number is ever enough."""

    name = "manual"
    keeps = False
    label = "Given by hand"
    icon = "hand-heart"
    is_automatic = False
    fields = (
        Field(
            name="what", label="What it is given for", widget="text", help="Shown to those who don't have it."
        ),
    )

    def clean(self, given: Given) -> dict[str, Any]:
        """A short line, or nothing."""
        return {"what": " ".join(one(given, "what").split())[:160]}

    def need(self, data: Data) -> int:  # noqa: ARG002
        """One; and nobody has it."""
        return 1

    def have(self, data: Data, until: dt.datetime | None) -> ColumnElement[int]:  # noqa: ARG002
        """Nothing counts."""
        return NOTHING

    def says(self, data: Data) -> str:
        """Given by the team for …"""
        return f"Given by the team: {data['what']}" if data.get("what") else "Given by the team"


register(ManualRule())
