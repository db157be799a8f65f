"""Reads of mails for the desk and the health page: what went, what waits, what was set aside."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select, text

from hub.core.db import db
from hub.members.models import Member
from hub.notices.kinds import KINDS
from hub.notices.models import OPEN, Mail
from hub.notices.sending import PAUSE
from hub.notices.ways_in import TOPICS
from hub.outbox.models import Lease

SHOWN = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """How mail does; `away` is why the mail server is given a rest, None while it isn't."""

    waiting: int
    in_digests: int
    parked: int
    sent_in_a_day: int
    oldest_at: dt.datetime | None
    last_sent_at: dt.datetime | None
    away: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A mail as the desk lists it."""

    mail: Mail
    topic: str
    to: str


def state(at: dt.datetime) -> State:
    """How mail does, in one statement."""
    parts = (
        select(func.count()).where(text(OPEN), Mail.id.is_not(None)),
        select(func.count()).where(Mail.state == "digest"),
        select(func.count()).where(Mail.state == "parked"),
        select(func.count()).where(Mail.sent_at > at - dt.timedelta(days=1)),
        select(func.min(Mail.due_at)).where(text(OPEN), Mail.due_at <= at),
        select(func.max(Mail.sent_at)),
        select(Lease.holder).where(Lease.name == PAUSE, Lease.until > at),
    )
    row = db.session.execute(select(*(part.scalar_subquery() for part in parts))).one()
    return State(
        waiting=row[0], in_digests=row[1], parked=row[2], sent_in_a_day=row[3], oldest_at=row[4], last_sent_at=row[5],
        away=row[6],
    )  # fmt: skip


def parked() -> list[Row]:
    """The latest fifty that were set aside, newest first."""
    query = select(Mail, Member.name).join(Member, Member.id == Mail.member_id).where(Mail.state == "parked")
    return _rows(query.order_by(Mail.id.desc()).limit(SHOWN))


def latest(*, before: int | None = None) -> list[Row]:
    """Fifty mails, newest first, older than `before`; not those that are part of a digest."""
    query = (
        select(Mail, Member.name).join(Member, Member.id == Mail.member_id).where(Mail.state != "gathered")
    )
    query = query.where(Mail.id < before) if before else query
    return _rows(query.order_by(Mail.id.desc()).limit(SHOWN))


def _rows(query: object) -> list[Row]:
    found = db.session.execute(query)  # type: ignore[call-overload]
    return [Row(mail=mail, topic=topic(mail.kind), to=name) for mail, name in found]


def topic(kind: str) -> str:
    """What a kind of mail is called."""
    known = KINDS.get(kind)
    return known.topic if known else {**TOPICS, "digest": "Digest"}.get(kind, kind)
