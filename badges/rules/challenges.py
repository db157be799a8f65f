"""Challenges completed: any, of one kind, or each of a set.

The contract with whoever completes challenges: the fact `challenge.completed`, once a submission counts, with
`subject="submission:<id>"`, `by_id` the member and `data={"kind": "quiz", "slug": "product-quiz"}`. One that is
approved, reopened and approved again may be told twice; it counts once.
"""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, func, select

from badges.rules import Data, Plain, register, times
from hub.activity.models import Fact
from hub.members.models import Member
from hub.segments.fields import Field, Given, Unclear, chosen, needed, one

FACT = "challenge.completed"
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
        """Submissions completed; of a set, how many different challenges."""
        slug = Fact.data["slug"].as_string()
        counted = func.count(slug.distinct() if data["which"] == "set" else Fact.subject.distinct())
        query = select(counted).where(Fact.by_id == Member.id, Fact.kind == FACT)
        if data["which"] == "set":
            query = query.where(slug.in_(data["slugs"]))
        elif data["which"] == "kind":
            query = query.where(Fact.data["kind"].as_string() == data["of"])
        if until is not None:
            query = query.where(Fact.happened_at <= until)
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


register(ChallengesRule())
