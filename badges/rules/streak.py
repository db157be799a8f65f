"""Weeks in a row."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, func, select

from badges.models import Streak
from badges.rules import Data, Plain, register
from hub.members.models import Member
from hub.segments.fields import Field, Given, needed


class StreakRule(Plain):
    """`weeks`: the best streak there was, so that a week off never takes progress away."""

    name = "streak"
    keeps = False
    label = "Weekly streak"
    icon = "flame"
    unit = "weeks"
    fields = (Field(name="weeks", label="Weeks in a row", widget="number", unit="weeks", start=4),)

    def clean(self, given: Given) -> dict[str, Any]:
        """Two weeks or more."""
        return {"weeks": needed(given, "weeks", least=2, most=520, what="number of weeks")}

    def need(self, data: Data) -> int:
        """The weeks."""
        return int(data["weeks"])

    def have(self, data: Data, until: dt.datetime | None) -> ColumnElement[int]:  # noqa: ARG002
        """The best streak so far."""
        best = select(Streak.best).where(Streak.member_id == Member.id).correlate(Member).scalar_subquery()
        return func.coalesce(best, 0)

    def says(self, data: Data) -> str:
        """Be active 4 weeks in a row."""
        return f"Be active {data['weeks']:,} weeks in a row"


register(StreakRule())
