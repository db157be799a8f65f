"""What this room adds to the members' desk, the advocate score as a column, an order and a panel; and the tag of those
who came by a code."""

from collections.abc import Collection
from typing import Any

from flask import render_template

from hub import activity
from hub.activity.queries import fact
from hub.core import registry
from hub.core.clock import now
from hub.members.joining import queries as codes
from hub.members.queries import MEASURED, Measured
from hub.segments import actions, scoring
from hub.segments.models import AdvocateScore
from hub.segments.words import tag_key


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


@activity.listens("member.came_by_code", "segments.came_by_code")
def came(fact_id: int) -> None:
    """Whoever came by a code wears its tag."""
    found = fact(fact_id)
    code = codes.get(found.data["code_id"])
    if code is not None and tag_key(code.tag):
        actions.tag([int(found.subject.partition(":")[2])], code.tag, now=now())
