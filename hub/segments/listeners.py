"""What this room adds to the members' desk: the advocate score, as a column, an order and a panel."""

from collections.abc import Collection
from typing import Any

from flask import render_template

from hub.core import registry
from hub.members.queries import MEASURED, Measured
from hub.segments import scoring
from hub.segments.models import AdvocateScore


def _shown(member_ids: Collection[int]) -> dict[int, int]:
    return {member_id: one.score for member_id, one in scoring.of(member_ids).items()}


MEASURED["score"] = Measured(
    name="score",
    label="Advocate score",
    member_id=AdvocateScore.member_id,
    value=AdvocateScore.score,
    shown=_shown,
)


@registry.panel("desk.member")
def on_desk(member: Any) -> str:
    """One member's score and what it is made of, for the team."""
    found = scoring.of([member.id]).get(member.id)
    return render_template("segments/_score.html", score=found, parts=list(scoring.PARTS.values()))
