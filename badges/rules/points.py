"""Points ever earned."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement

from badges.rules import Data, Plain, register
from hub.segments.fields import Field, Given, needed
from hub.segments.rules.points import lifetime


class PointsRule(Plain):
    """`points`: a floor under what was ever earned; what is spent counts, too."""

    name = "points"
    label = "Points earned"
    icon = "coins"
    unit = "points"
    fields = (Field(name="points", label="Points", widget="number", unit="points", start=1000),)

    def clean(self, given: Given) -> dict[str, Any]:
        """One point or more."""
        return {"points": needed(given, "points", what="number of points")}

    def need(self, data: Data) -> int:
        """The points."""
        return int(data["points"])

    def have(self, data: Data, until: dt.datetime | None) -> ColumnElement[int]:  # noqa: ARG002
        """Lifetime points, from the wallet or, as they were, from the entries."""
        return lifetime(until)

    def says(self, data: Data) -> str:
        """Earn 1,000 points."""
        return f"Earn {data['points']:,} {'point' if data['points'] == 1 else 'points'}"


register(PointsRule())
