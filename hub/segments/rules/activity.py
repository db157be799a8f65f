"""Those who did something lately, or nothing."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, exists

from hub.activity.models import Fact
from hub.members.models import Member
from hub.segments.fields import Field, Given, chosen, needed
from hub.segments.rules import Plain, Rule, register

DID = (("something", "did something"), ("nothing", "did nothing"))


class ActivityKind(Plain):
    """`did` something or nothing in the last `days`: a fact by them, whichever."""

    name = "activity"
    label = "Activity"
    fields = (
        Field(name="did", label="They", widget="select", choices=DID, start="something"),
        Field(name="days", label="In the last", widget="number", unit="days", start=30),
    )

    def clean(self, given: Given) -> dict[str, Any]:
        """1 to 3,660 days."""
        return {
            "did": chosen(given, "did", dict(DID), what="whether they did something"),
            "days": needed(given, "days", most=3660, what="number of days"),
        }

    def condition(self, rule: Rule, now: dt.datetime) -> ColumnElement[bool]:
        """A fact by them since then, or none."""
        since = now - dt.timedelta(days=rule["days"])
        acted = exists().where(Fact.by_id == Member.id, Fact.happened_at >= since)
        return acted if rule["did"] == "something" else ~acted

    def says(self, rule: Rule) -> str:
        """did nothing in the last 30 days."""
        days = "day" if rule["days"] == 1 else f"{rule['days']:,} days"
        return f"did {rule['did']} in the last {days}"


register(ActivityKind())
