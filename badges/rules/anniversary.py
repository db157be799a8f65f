"""Years since joining, in the hub's zone."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, case

from badges.rules import Data, Plain, register
from hub.core.clock import now as clock_now
from hub.core.place import place
from hub.members.models import Member
from hub.segments.fields import Field, Given, needed


class AnniversaryRule(Plain):
    """`years`. Who joined on 29 February has their day on 1 March of other years."""

    name = "anniversary"
    keeps = False
    label = "Anniversary"
    icon = "calendar"
    unit = "years"
    by_clock = True
    fields = (Field(name="years", label="Years here", widget="number", unit="years", start=1),)

    def clean(self, given: Given) -> dict[str, Any]:
        """1 to 50 years."""
        return {"years": needed(given, "years", most=50, what="number of years")}

    def need(self, data: Data) -> int:
        """The years."""
        return int(data["years"])

    def have(self, data: Data, until: dt.datetime | None) -> ColumnElement[int]:
        """Full years since they joined, as far as this badge asks."""
        at = until or clock_now()
        steps = [(Member.joined_at < _before(at, years), years) for years in range(int(data["years"]), 0, -1)]
        return case(*steps, else_=0)

    def says(self, data: Data) -> str:
        """Be here for 2 years."""
        years = int(data["years"])
        return "Be here for a year" if years == 1 else f"Be here for {years} years"


def _before(at: dt.datetime, years: int) -> dt.datetime:
    """The end of the day whose anniversary is today: who joined before it has been here that many years."""
    zone = place().zone
    today = at.astimezone(zone).date()
    try:
        day = today.replace(year=today.year - years) + dt.timedelta(days=1)
    except ValueError:  # today is 29 February, and that year had none
        day = dt.date(today.year - years, 3, 1)
    return dt.datetime.combine(day, dt.time.min, zone).astimezone(dt.UTC)


register(AnniversaryRule())
