"""Those who are ready to be asked, by their advocate score."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, exists

from hub.members.models import Member
from hub.segments.fields import Field, Given, needed
from hub.segments.models import AdvocateScore
from hub.segments.rules import Plain, Rule, register


class ScoreKind(Plain):
    """`least` of 100, as it was worked out last (scoring)."""

    name = "advocate_score"
    label = "Advocate score"
    fields = (Field(name="least", label="At least", widget="number", start=60, help="1 to 100"),)

    def clean(self, given: Given) -> dict[str, Any]:
        """1 to 100."""
        return {"least": needed(given, "least", most=100, what="score")}

    def condition(self, rule: Rule, now: dt.datetime) -> ColumnElement[bool]:  # noqa: ARG002
        """Scored, and high enough."""
        return exists().where(AdvocateScore.member_id == Member.id, AdvocateScore.score >= rule["least"])

    def says(self, rule: Rule) -> str:
        """have an advocate score of at least 60."""
        return f"have an advocate score of at least {rule['least']}"


register(ScoreKind())
