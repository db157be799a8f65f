"""Clicks on one's personal links, as far as the room that counts them says so (the measure `clicks`)."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement

from badges.rules import NOTHING, Data, Plain, register, times
from hub.segments.fields import Field, Given, needed
from hub.segments.measures import MEASURES


class ClicksRule(Plain):
    """`times`: how many clicks. Where nobody counts them, nobody gets it. Clicks come in batches; after each, whoever
    counts them tells the fact `clicks.counted` with the member as `by_id`."""

    name = "clicks"
    label = "Clicks on shared links"
    icon = "mouse-pointer-click"
    unit = "clicks"
    facts = ("clicks.counted",)
    fields = (Field(name="times", label="How many", widget="number", unit="clicks", start=100),)

    def clean(self, given: Given) -> dict[str, Any]:
        """One or more."""
        return {"times": needed(given, "times", what="number of clicks")}

    def have(self, data: Data, until: dt.datetime | None) -> ColumnElement[int]:  # noqa: ARG002
        """What is counted."""
        found = MEASURES.get("clicks")
        return found.expression(until) if found else NOTHING

    def says(self, data: Data) -> str:
        """Bring 100 visitors with your links."""
        return f"Bring {times(data['times'], 'visitor', 'visitors')} with your links"


register(ClicksRule())
