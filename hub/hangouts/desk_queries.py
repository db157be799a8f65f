"""Reads for hosts: their hangouts, who comes and what each has done for us, whom a change concerns."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from hub.activity.models import Fact
from hub.core.db import db
from hub.hangouts.models import MOST_SEATS, Cohost, Guest, Hangout, Question, Request
from hub.hangouts.rules import MANAGERS
from hub.members import queries as members
from hub.members.models import Company, Member
from hub.referrals.models import Referral
from hub.segments import MEASURES
from hub.segments import queries as segments

Before = aliased(Guest)
SHOWN = 100
AT_ONCE = 500
MOST_PAGES = 2 * MOST_SEATS // AT_ONCE
ORDER = {"seated": 0, "offered": 1, "waiting": 2, "invited": 3, "declined": 4, "given_back": 5, "lapsed": 6}
STATES = {
    "seated": "Has a seat", "offered": "A seat is kept", "waiting": "Waits", "invited": "Invited",
    "declined": "Can’t come", "given_back": "Gave it back", "lapsed": "Didn’t answer",
}  # fmt: skip
BESIDE = ("lifetime", "challenges")
"""Measures of other rooms that a host sees, in this order, where somebody has registered them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A hangout on the desk."""

    hangout: Hangout
    waiting: int
    attended: int
    open_questions: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Coming:
    """A guest as the host sees them: what they did for us, and what we gave back."""

    guest: Guest
    member: Member
    company: str
    referred: int
    won: int
    attended: int
    measures: dict[str, int]


def listed(member: Any, *, after: int | None = None) -> list[Row]:
    """Hangouts of a host, or all for managers, newest first; a hundred, older than `after`."""
    query = select(Hangout, _count(Guest.state == "waiting"), _count(Guest.attended_at.is_not(None)), _open())
    query = query.options(joinedload(Hangout.by)).order_by(Hangout.id.desc()).limit(SHOWN)
    if after is not None:
        query = query.where(Hangout.id < after)
    if not member.roles & MANAGERS:
        co = exists().where(Cohost.hangout_id == Hangout.id, Cohost.member_id == member.id)
        query = query.where(or_(Hangout.by_id == member.id, co))
    return [
        Row(hangout=one, waiting=waiting, attended=attended, open_questions=asked)
        for one, waiting, attended, asked in db.session.execute(query)
    ]


def _count(*where: ColumnElement[bool]) -> ColumnElement[int]:
    query = select(func.count(Guest.id)).where(Guest.hangout_id == Hangout.id, *where)
    return query.correlate(Hangout).scalar_subquery()


def _open() -> ColumnElement[int]:
    query = select(func.count(Question.id)).where(Question.hangout_id == Hangout.id, Question.state == "open")
    return query.correlate(Hangout).scalar_subquery()


def guests(
    hangout_id: int, *, states: Sequence[str] = (), limit: int = AT_ONCE, page: int = 1
) -> list[Coming]:
    """Guests with what they have done for us: those with a seat first, then the queue in its order. One statement,
    whatever their number; page by page."""
    rank = case(ORDER, value=Guest.state, else_=9)
    query = _told().where(Guest.hangout_id == hangout_id)
    if states:
        query = query.where(Guest.state.in_(states))
    query = query.order_by(rank, Guest.ticket.is_(None), Guest.ticket, Guest.id)
    query = query.limit(limit).offset((page - 1) * limit)
    return [_coming(row) for row in db.session.execute(query)]


def _told() -> Select[Any]:
    made = select(func.count(Referral.id)).where(Referral.advocate_id == Member.id)
    been = select(func.count()).where(Before.member_id == Member.id, Before.attended_at.is_not(None))
    columns = [
        made.correlate(Member).scalar_subquery(),
        made.where(Referral.state == "won").correlate(Member).scalar_subquery(),
        been.correlate(Member).scalar_subquery(),
        *(MEASURES[name].expression(None) for name in known_measures()),
    ]
    return (
        select(Guest, Member, Company.name, *columns)
        .join(Member, Member.id == Guest.member_id)
        .outerjoin(Company, Company.id == Member.company_id)
    )


def known_measures() -> list[str]:
    """Those of the measures we show that some room has registered."""
    return [name for name in BESIDE if name in MEASURES]


def _coming(row: Any) -> Coming:
    one, member, company, referred, won, attended, *rest = row
    return Coming(
        guest=one, member=member, company=company or "", referred=referred, won=won, attended=attended,
        measures={name: int(value) for name, value in zip(known_measures(), rest, strict=True)},
    )  # fmt: skip


def tally(hangout_id: int) -> dict[str, int]:
    """How many guests are in each state; `attended` besides, and how many of those were noted down since the host said
    thank you (`unthanked`)."""
    since = func.sum(case((Guest.attended_at > Hangout.thanked_at, 1), else_=0))
    query = (
        select(Guest.state, func.count(), func.count(Guest.attended_at), since)
        .join(Hangout, Hangout.id == Guest.hangout_id)
        .where(Guest.hangout_id == hangout_id)
    )
    found = dict.fromkeys(ORDER, 0) | {"attended": 0, "unthanked": 0}
    for state, number, attended, unthanked in db.session.execute(query.group_by(Guest.state)):
        found[state] = number
        found["attended"] += attended
        found["unthanked"] += unthanked
    return found


def looked_up(hangout: Hangout) -> dict[int, list[tuple[str, dt.datetime]]]:
    """Question → who looked up who asked it anonymously, and when, oldest first."""
    query = (
        select(Fact.data, Member.name, Fact.happened_at)
        .outerjoin(Member, Member.id == Fact.by_id)
        .where(Fact.subject == hangout.subject, Fact.kind == "hangout.question_unmasked")
    )
    found: dict[int, list[tuple[str, dt.datetime]]] = {}
    for data, name, at in db.session.execute(query.order_by(Fact.id)):
        found.setdefault(int(data["question_id"]), []).append((name or "somebody", at))
    return found


def may_host(without_id: int) -> list[tuple[int, str]]:
    """Staff who could hold it together with the host."""
    found = {one.id: one.name for role in ("host", "manager") for one in members.staff(role)}
    others = [(number, name) for number, name in found.items() if number != without_id]
    return sorted(others, key=lambda one: one[1])


def cohost_ids(hangout_id: int) -> list[int]:
    """The co-hosts."""
    return list(db.session.scalars(select(Cohost.member_id).where(Cohost.hangout_id == hangout_id)))


def next_to_invite(hangout: Hangout, after: int, now: dt.datetime, *, limit: int = 500) -> list[int]:
    """The next members of a hangout's segment, by id; not its hosts."""
    if hangout.segment_id is None:
        return []
    meant = segments.within([hangout.segment_id], now)[hangout.segment_id]
    co = select(Cohost.member_id).where(Cohost.hangout_id == hangout.id)
    query = select(Member.id).where(
        meant, Member.id > after, Member.id != hangout.by_id, Member.id.not_in(co)
    )
    return list(db.session.scalars(query.order_by(Member.id).limit(limit)))


def due_reminders(now: dt.datetime) -> list[Hangout]:
    """Hangouts within a day of their beginning whose guests have yet to be reminded of this very time."""
    ahead = now + dt.timedelta(days=1)
    day = or_(Hangout.day_reminded_for.is_(None), Hangout.day_reminded_for != Hangout.starts_at)
    hour = and_(
        Hangout.starts_at <= now + dt.timedelta(hours=1),
        or_(Hangout.hour_reminded_for.is_(None), Hangout.hour_reminded_for != Hangout.starts_at),
    )
    query = select(Hangout).where(
        Hangout.state == "open", Hangout.starts_at > now, Hangout.starts_at <= ahead, or_(day, hour)
    )
    return list(db.session.scalars(query.order_by(Hangout.starts_at, Hangout.id).limit(50)))


def open_requests(hangout_id: int) -> list[Request]:
    """Requests of a hangout, newest first."""
    query = select(Request).where(Request.hangout_id == hangout_id).order_by(Request.id.desc())
    return list(db.session.scalars(query.limit(100)))
