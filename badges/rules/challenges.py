"""Challenges completed: any, of one kind, or each of a set.

Counted are submissions that were approved and still stand: an approval that is undone or overturned counts no more. A
badge that was earned with it stays, and `until` tells why: it counts what stood at that time, from the decisions.
"""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import aliased

from badges.rules import Data, Plain, register, times
from challenges.models import Challenge, Decision, StepAnswer, Submission
from hub.members.models import Member
from hub.segments.fields import Field, Given, Unclear, chosen, needed, one

FACT = "challenge.completed"
BACK = ("undone", "overturned")
WHICH = (("any", "any challenge"), ("kind", "challenges of one kind"), ("set", "each of these challenges"))


class ChallengesRule(Plain):
    """`which`, with `times` (any, kind), the `of` kind, or the `slugs` of a set."""

    name = "challenges"
    label = "Challenges completed"
    icon = "target"
    unit = "challenges"
    facts = (FACT,)
    fields = (
        Field(name="which", label="Which", widget="select", choices=WHICH, start="any"),
        Field(name="times", label="How many", widget="number", start=5, help="For any, and for one kind."),
        Field(name="of", label="Kind", widget="text", help="For one kind: quiz, survey, share…"),
        Field(name="slugs", label="Challenges", widget="lines", help="For a set: their addresses, one on each line."),
    )  # fmt: skip

    def clean(self, given: Given) -> dict[str, Any]:
        """What each way needs, and nothing else."""
        which = chosen(given, "which", dict(WHICH), what="which challenges")
        if which == "set":
            stored = given.get("slugs", "")
            lines = stored if isinstance(stored, list) and len(stored) > 1 else one(given, "slugs").split()
            slugs = sorted({str(slug).strip().rpartition("/")[2] for slug in lines} - {""})
            if not 1 <= len(slugs) <= 50:
                raise Unclear("Name between 1 and 50 challenges.", "slugs")
            return {"which": which, "slugs": slugs}
        count = {"which": which, "times": needed(given, "times", most=10_000, what="number of challenges")}
        if which == "any":
            return count
        kind = one(given, "of").lower()
        if not kind.replace("_", "").replace("-", "").isalnum():
            raise Unclear("Name the kind.", "of")
        return {**count, "of": kind}

    def need(self, data: Data) -> int:
        """How many; of a set, all."""
        return len(data["slugs"]) if data["which"] == "set" else int(data["times"])

    def have(self, data: Data, until: dt.datetime | None) -> ColumnElement[int]:
        """Submissions that stand; of a set, how many different challenges."""
        which = data["which"]
        counted = func.count(Submission.challenge_id.distinct() if which == "set" else Submission.id)
        query = select(counted).where(Submission.member_id == Member.id, _stands(until))
        if which == "set":
            query = query.join(Challenge, Challenge.id == Submission.challenge_id)
            query = query.where(Challenge.slug.in_(data["slugs"]))
        elif which == "kind":
            # By what was answered: a challenge may be rebuilt, an answer keeps the kind it was given to.
            of = and_(StepAnswer.submission_id == Submission.id, StepAnswer.kind == data["of"])
            query = query.where(exists().where(of))
        return query.correlate(Member).scalar_subquery()

    def says(self, data: Data) -> str:
        """Complete 5 challenges."""
        if data["which"] == "set":
            number = len(data["slugs"])
            return "Complete this challenge" if number == 1 else f"Complete each of {number} challenges"
        of = f"{data['of']} " if data["which"] == "kind" else ""
        return f"Complete {times(data['times'], f'{of}challenge', f'{of}challenges')}"

    def shown(self, data: Data) -> dict[str, Any]:
        """Slugs, one on each line."""
        return {**data, "slugs": "\n".join(data.get("slugs", []))}


def _stands(until: dt.datetime | None) -> ColumnElement[bool]:
    """The condition on Submission that it counts: now, or as its decisions had it by then."""
    if until is None:
        return Submission.state == "approved"
    yes, no = aliased(Decision), aliased(Decision)
    taken_back = exists().where(
        no.submission_id == Submission.id, no.id > yes.id, no.verdict.in_(BACK), no.created_at <= until
    )
    approved = and_(
        yes.submission_id == Submission.id, yes.verdict == "approved", yes.created_at <= until, ~taken_back
    )
    return exists().where(approved)


register(ChallengesRule())
