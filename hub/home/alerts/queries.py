"""Reads of alerts."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from hub import segments
from hub.core.db import db
from hub.home.alerts.models import Alert, AlertHeard
from hub.members.models import Company, Member
from hub.segments.models import Segment


def listening() -> list[tuple[Alert, Segment]]:
    """Alerts that are on, with what they wait for."""
    query = select(Alert, Segment).join(Segment, Segment.id == Alert.segment_id)
    return [
        (alert, segment)
        for alert, segment in db.session.execute(query.where(Alert.state == "on").order_by(Alert.id))
    ]


def unheard(
    alert_id: int, rules: Mapping[str, Any], member_ids: Collection[int] | None, *, now: dt.datetime, limit: int
) -> list[tuple[int, int | None]]:  # fmt: skip
    """Members (of these, if any are named) who fit and weren't heard of, with the rep of their company."""
    heard = exists().where(AlertHeard.alert_id == alert_id, AlertHeard.member_id == Member.id)
    query = (
        select(Member.id, Company.owner_id)
        .outerjoin(Company, Company.id == Member.company_id)
        .where(segments.condition(rules, now), ~heard)
        .order_by(Member.id)
        .limit(limit)
    )
    if member_ids is not None:
        query = query.where(Member.id.in_(member_ids))
    return [(member_id, owner_id) for member_id, owner_id in db.session.execute(query)]


def listed() -> list[tuple[Alert, Segment, Member | None, int]]:
    """All alerts, those that are on first: with what they wait for, whom they tell, and of how many they told."""
    person = aliased(Member)
    told = select(func.count()).where(AlertHeard.alert_id == Alert.id, AlertHeard.told).correlate(Alert)
    query = (
        select(Alert, Segment, person, told.scalar_subquery())
        .join(Segment, Segment.id == Alert.segment_id)
        .outerjoin(person, person.id == Alert.person_id)
        .order_by(Alert.state.desc(), Alert.id.desc())
    )
    return [(alert, segment, member, number) for alert, segment, member, number in db.session.execute(query)]


def one(alert_id: int) -> Alert | None:
    """One alert."""
    return db.session.get(Alert, alert_id)


def name(alert_id: int) -> str | None:
    """What an alert is called."""
    return db.session.scalar(select(Alert.name).where(Alert.id == alert_id))


def for_segments(segment_ids: Collection[int]) -> list[Alert]:
    """The alerts that wait for one of these segments."""
    return list(db.session.scalars(select(Alert).where(Alert.segment_id.in_(segment_ids)).order_by(Alert.id)))
