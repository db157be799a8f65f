"""Reads: the clock, and the referrals that have waited too long."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, or_, select, tuple_
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import joinedload, load_only
from sqlalchemy.types import String

from hub.community.models import Post, Thread
from hub.core.db import db
from hub.home.waiting.models import AnswerClock
from hub.members.models import Member
from hub.referrals.models import ProgrammeVersion, Referral


@dataclass(frozen=True, kw_only=True, slots=True)
class Quiet:
    """A referral of which nobody has heard since then."""

    referral: Referral
    since: dt.datetime


def clock() -> AnswerClock:
    """The times as they are set, or as a hub begins."""
    return db.session.get(AnswerClock, 1) or AnswerClock(id=1, first_days=2, news_days=14, more_days=3)


def heard_at() -> ColumnElement[dt.datetime]:
    """When the advocate last heard: it moved, or somebody of the team wrote on it."""
    said = (
        select(func.max(Post.created_at))
        .join(Thread, Thread.id == Post.thread_id)
        .join(Member, Member.id == Post.by_id)
        .where(
            Thread.subject == "referral:" + sql_cast(Referral.id, String),
            Member.is_staff,
            Post.removed_at.is_(None),
        )
        .correlate(Referral)
        .scalar_subquery()
    )
    return case((said > Referral.moved_at, said), else_=Referral.moved_at)


def _late(now: dt.datetime, kept: AnswerClock) -> ColumnElement[bool]:
    versions = select(ProgrammeVersion).options(load_only(ProgrammeVersion.id, ProgrammeVersion.rungs))
    firsts = [(version.id, version.ladder.first.key) for version in db.session.scalars(versions)]
    at_first = tuple_(Referral.version_id, Referral.rung).in_(firsts)
    first, news = (now - dt.timedelta(days=days) for days in (kept.first_days, kept.news_days))
    heard = heard_at()
    return and_(
        Referral.state == "open", Referral.advocate_id.is_not(None), Referral.merged_into_id.is_(None),
        # moved_at alone says no for nearly all of them, before any thread is looked at
        or_(and_(at_first, Referral.moved_at < first, heard < first),
            and_(~at_first, Referral.moved_at < news, heard < news)),
    )  # fmt: skip


def late(now: dt.datetime, *, after: int = 0, limit: int = 50) -> list[Quiet]:
    """Open referrals that wait longer than the clock allows, by their numbers, from the one after `after` on."""
    query = (
        select(Referral, heard_at())
        .where(_late(now, clock()), Referral.id > after)
        .options(joinedload(Referral.version), joinedload(Referral.advocate), joinedload(Referral.owner))
        .order_by(Referral.id)
        .limit(limit)
    )
    return [Quiet(referral=referral, since=since) for referral, since in db.session.execute(query)]


def count(now: dt.datetime) -> int:
    """How many wait too long."""
    return db.session.scalar(select(func.count(Referral.id)).where(_late(now, clock()))) or 0
