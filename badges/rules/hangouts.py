"""Hangouts attended: the fact `hangout.attended` about `hangout:<id>`, the guest as `by_id`."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, func, select

from badges.rules import Data, Plain, register, times
from hub.activity.models import Fact
from hub.members.models import Member
from hub.segments.fields import Field, Given, needed

FACT = "hangout.attended"


class HangoutsRule(Plain):
    """`times`: how many different hangouts."""

    name = "hangouts"
    label = "Hangouts attended"
    icon = "video"
    unit = "hangouts"
    facts = (FACT,)
    fields = (Field(name="times", label="How many", widget="number", unit="hangouts", start=1),)

    def clean(self, given: Given) -> dict[str, Any]:
        """One or more."""
        return {"times": needed(given, "times", most=1000, what="number of hangouts")}

    def have(self, data: Data, until: dt.datetime | None) -> ColumnElement[int]:  # noqa: ARG002
        """Different hangouts they were at."""
        query = select(func.count(Fact.subject.distinct())).where(Fact.by_id == Member.id, Fact.kind == FACT)
        if until is not None:
            query = query.where(Fact.happened_at <= until)
        return query.correlate(Member).scalar_subquery()

    def says(self, data: Data) -> str:
        """Attend 3 hangouts."""
        return f"Attend {'a hangout' if data['times'] == 1 else times(data['times'], 'hangout', 'hangouts')}"


register(HangoutsRule())
