"""Referrals that reached a stage."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from badges.lookups import rungs_from, stages
from badges.rules import NOTHING, Data, Plain, register, times
from hub.members.models import Member
from hub.referrals.models import Referral, StageEvent
from hub.segments.fields import Field, Given, chosen, needed


class ReferralsRule(Plain):
    """`stage` of the ladder, and how many `times`. A referral that skipped a stage has reached it all the same; one
    that stepped back or was lost keeps what it reached."""

    name = "referrals"
    label = "Referrals by stage"
    icon = "handshake"
    unit = "referrals"
    facts = ("referral.submitted", "referral.advanced")
    fields = (
        Field(name="stage", label="Reached", widget="select", choices=lambda: tuple(stages().items())),
        Field(name="times", label="How many", widget="number", unit="referrals", start=1),
    )

    def clean(self, given: Given) -> dict[str, Any]:
        """A stage of some ladder."""
        return {
            "stage": chosen(given, "stage", stages(), what="a stage"),
            "times": needed(given, "times", most=10_000, what="number of referrals"),
        }

    def have(self, data: Data, until: dt.datetime | None) -> ColumnElement[int]:
        """Own referrals whose highest rung is this or a higher one; as it was: with an event on such a rung."""
        ladders = rungs_from(data["stage"])
        if not ladders:
            return NOTHING
        query = select(func.count(Referral.id)).where(Referral.advocate_id == Member.id)
        if until is None:
            reached = [
                and_(Referral.version_id.in_(ids), Referral.highest_rung.in_(keys)) for keys, ids in ladders
            ]
            query = query.where(Referral.merged_into_id.is_(None), or_(*reached))
        else:
            heard = [
                and_(Referral.version_id.in_(ids), StageEvent.to_rung.in_(keys)) for keys, ids in ladders
            ]
            event = exists().where(
                StageEvent.referral_id == Referral.id, StageEvent.heard_at <= until, or_(*heard)
            )
            query = query.where(event)
        return query.correlate(Member).scalar_subquery()

    def says(self, data: Data) -> str:
        """Have 3 referrals reach Meeting."""
        label = stages().get(data["stage"], data["stage"])
        number = int(data["times"])
        return f"Have {'a referral' if number == 1 else times(number, 'referral', 'referrals')} reach {label}"


register(ReferralsRule())
