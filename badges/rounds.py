"""Reads for jobs and checks: whom a fact is about, which rounds are open, whose award isn't justified."""

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, exists, func, select

from badges.models import Award, Badge, Level, LevelReached, Round
from badges.queries import earned, has
from hub.activity.models import Fact
from hub.core.db import db
from hub.ledger.models import Account, Change
from hub.members.models import Member
from hub.outbox.models import Message
from hub.referrals.models import Referral
from hub.segments.queries import reachable
from hub.segments.rules.points import lifetime


def accounts_members(account_ids: Sequence[int]) -> list[int]:
    """The members behind these accounts; companies have none."""
    query = select(Account.member_id).where(Account.id.in_(account_ids), Account.member_id.is_not(None))
    return [member_id for member_id in db.session.scalars(query.order_by(Account.member_id)) if member_id]


def whom(fact: Fact) -> set[int]:
    """The members a fact is about: whoever did it (a rep who writes on a referral has a streak of their own), the
    advocate of a referral, and the subject of `member:7`; who isn't there any more is left out."""
    prefix, _, number = fact.subject.partition(":")
    about = Member.id == fact.by_id
    if prefix == "member" and number.isdecimal():
        about |= Member.id == int(number)
    if prefix == "referral" and number.isdecimal():
        about |= Member.id.in_(select(Referral.advocate_id).where(Referral.id == int(number)))
    return set(db.session.scalars(select(Member.id).where(about)))


def oldest_round() -> dt.datetime | None:
    """When the oldest open round began."""
    return db.session.scalar(select(func.min(Round.created_at)))


def open_rounds() -> set[str]:
    """What rounds are about that are still open."""
    return set(db.session.scalars(select(Round.subject)))


def are_facts_waiting(names: Collection[str]) -> bool:
    """Whether messages of these names wait, on which it depends who gets what."""
    waiting = select(Message.id).where(Message.name.in_(names), Message.done_at.is_(None)).limit(1)
    return db.session.scalar(waiting) is not None


def owed(badge: Badge, *, until: dt.datetime | None, limit: int = 1000) -> list[int]:
    """The first members who have earned a badge, don't have it, and of whom no mark waits."""
    query = select(Member.id).where(earned(badge, until), ~has(badge.id), ~_is_marked())
    return list(db.session.scalars(query.order_by(Member.id).limit(limit)))


def marked(member_ids: Collection[int]) -> set[int]:
    """Which of these members wait for their followers."""
    return set(db.session.scalars(select(Member.id).where(Member.id.in_(member_ids), _is_marked())))


def _is_marked() -> ColumnElement[bool]:
    """The condition on Member that their account waits for its followers."""
    return exists().where(Account.member_id == Member.id, Change.account_id == Account.id).correlate(Member)


def unearned(badge: Badge) -> list[Award]:
    """Awards by rule whose holders haven't done enough, as things stand now: each may still be justified by how they
    stood then."""
    query = select(Award).join(Member, Member.id == Award.member_id)
    query = query.where(Award.badge_id == badge.id, Award.by_id.is_(None), ~earned(badge), reachable())
    return list(db.session.scalars(query.order_by(Award.id)))


def levels_owed() -> list[tuple[int, int]]:
    """(member, level) where the points are there, the note isn't, and no mark waits."""
    noted = exists().where(LevelReached.member_id == Member.id, LevelReached.level_id == Level.id)
    query = (
        select(Member.id, Level.id)
        .join(Level, Level.floor <= lifetime(None))
        .where(Level.floor > 0, reachable(), ~noted, ~_is_marked())
        .order_by(Member.id, Level.floor)
        .limit(1000)
    )
    return [(member_id, level_id) for member_id, level_id in db.session.execute(query)]
