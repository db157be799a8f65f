"""What clicks come to: sums for members, links and things, day by day. One statement each."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, update

from hub import activity
from hub.core.db import db
from hub.members.models import Member
from hub.segments.measures import measure
from hub.sharing.models import ClickDay, ClickMember, PersonalLink

DAYS = 30
TOLD_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Sums:
    """Clicks by kind. `all` is what arrived; visits are what counts."""

    visits: int = 0
    repeats: int = 0
    own: int = 0
    bots: int = 0

    @property
    def all(self) -> int:
        """Everything that arrived at the door."""
        return self.visits + self.repeats + self.own + self.bots

    @property
    def left_out(self) -> int:
        """What arrived and doesn't count."""
        return self.all - self.visits


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """One bar of a chart."""

    day: dt.date
    visits: int
    left_out: int


@measure("clicks", label="Visitors their links brought", unit="visitors")
def visits_of(until: dt.datetime | None) -> ColumnElement[int]:
    """Visits over all of a member's links, as they stood at an instant (by days, in UTC)."""
    if until is None:
        query = select(ClickMember.visits).where(ClickMember.member_id == Member.id)
    else:
        query = select(func.sum(ClickDay.visits)).where(
            ClickDay.member_id == Member.id, ClickDay.day <= until.astimezone(dt.UTC).date()
        )
    return func.coalesce(query.scalar_subquery(), 0)


_SUMS = tuple(
    func.coalesce(func.sum(column), 0)
    for column in (ClickDay.visits, ClickDay.repeats, ClickDay.own, ClickDay.bots)
)


def _sums(visits: int, repeats: int, own: int, bots: int) -> Sums:
    return Sums(visits=int(visits), repeats=int(repeats), own=int(own), bots=int(bots))


def of_targets(member_id: int | None, targets: Collection[str]) -> dict[str, Sums]:
    """Sums by thing: of one member's links, or of everybody's."""
    query = select(ClickDay.target, *_SUMS).where(ClickDay.target.in_(targets)).group_by(ClickDay.target)
    if member_id is not None:
        query = query.where(ClickDay.member_id == member_id)
    return {target: _sums(*sums) for target, *sums in db.session.execute(query)}


def of_links(member_id: int) -> list[tuple[PersonalLink, Sums]]:
    """A member's links that are open, each with its sums, the busiest first."""
    query = (
        select(PersonalLink, *_SUMS)
        .outerjoin(ClickDay, ClickDay.link_id == PersonalLink.id)
        .where(PersonalLink.member_id == member_id, PersonalLink.retired_at.is_(None))
        .group_by(PersonalLink.id)
        .order_by(_SUMS[0].desc(), PersonalLink.id.desc())
        .limit(200)
    )
    return [(link, _sums(*sums)) for link, *sums in db.session.execute(query)]


def days(
    today: dt.date, *, member_id: int | None = None, target: str | None = None, count: int = DAYS
) -> list[Day]:
    """The last days, one after the other, of a member, of a thing, or of both together."""
    first = today - dt.timedelta(days=count - 1)
    query = select(ClickDay.day, *_SUMS).where(ClickDay.day >= first, ClickDay.day <= today)
    if member_id is not None:
        query = query.where(ClickDay.member_id == member_id)
    if target is not None:
        query = query.where(ClickDay.target == target)
    found = {day: _sums(*sums) for day, *sums in db.session.execute(query.group_by(ClickDay.day))}
    every = (first + dt.timedelta(days=number) for number in range(count))
    known = ((day, found.get(day, Sums())) for day in every)
    return [Day(day=day, visits=sums.visits, left_out=sums.left_out) for day, sums in known]


def by_channel(target: str, *, member_id: int | None = None) -> list[tuple[str, Sums]]:
    """A thing's sums by channel, of one member's links or of everybody's, the busiest first."""
    query = (
        select(PersonalLink.channel, *_SUMS)
        .join(ClickDay, ClickDay.link_id == PersonalLink.id)
        .where(ClickDay.target == target)
        .group_by(PersonalLink.channel)
        .order_by(_SUMS[0].desc(), PersonalLink.channel)
    )
    if member_id is not None:
        query = query.where(ClickDay.member_id == member_id)
    return [(channel, _sums(*sums)) for channel, *sums in db.session.execute(query)]


def best_sharers(target: str, limit: int = 10) -> list[tuple[Member, int]]:
    """Whose links to a thing were visited most."""
    query = (
        select(Member, _SUMS[0])
        .join(ClickDay, ClickDay.member_id == Member.id)
        .where(ClickDay.target == target, Member.erased_at.is_(None))
        .group_by(Member.id)
        .having(_SUMS[0] > 0)
        .order_by(_SUMS[0].desc(), Member.id)
        .limit(limit)
    )
    return [(member, int(visits)) for member, visits in db.session.execute(query)]


def tell_counted(now: dt.datetime) -> int:
    """Tells the fact `clicks.counted` of members whose visits have grown since they were told of last, once for each;
    gives how many."""
    grown = (
        select(ClickMember)
        .where(ClickMember.visits != ClickMember.told)
        .order_by(ClickMember.member_id)
        .limit(TOLD_AT_ONCE)
    )
    rows = [
        (row.member_id, row.visits) for row in db.session.scalars(grown.with_for_update(skip_locked=True))
    ]
    facts = [
        {"kind": "clicks.counted", "subject": f"member:{one}", "by_id": one, "data": {"visits": v}}
        for one, v in rows
    ]
    activity.record_many(facts, now=now)
    for member_id, visits in rows:
        change = update(ClickMember).where(ClickMember.member_id == member_id).values(told=visits)
        db.session.execute(change.execution_options(synchronize_session=False))
    return len(rows)
