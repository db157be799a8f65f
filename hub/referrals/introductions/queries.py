"""Reads of introductions: mine, a rep's, one, what came of them, and how referrals came at all."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from hub.core.db import db
from hub.members.models import Member
from hub.referrals.introductions.models import Introduction, IntroductionReferral
from hub.referrals.models import Programme, Referral

PAGE = 50


def _whole() -> Select[Introduction]:
    return select(Introduction).options(
        joinedload(Introduction.member).joinedload(Member.company),
        joinedload(Introduction.programme).joinedload(Programme.version),
    )


def mine(member_id: int) -> list[Introduction]:
    """A member's introductions, newest first."""
    query = _whole().where(Introduction.member_id == member_id).order_by(Introduction.id.desc()).limit(PAGE)
    return list(db.session.scalars(query))


def owned(owner_id: int | None) -> list[Introduction]:
    """What waits for a rep, oldest first; all that waits without one."""
    query = _whole().where(Introduction.state == "open").order_by(Introduction.id).limit(PAGE)
    return list(db.session.scalars(query.where(Introduction.owner_id == owner_id) if owner_id else query))


def one(number: int) -> Introduction | None:
    """One introduction with its people."""
    return db.session.scalar(_whole().where(Introduction.id == number))


def may_follow_up(found: Introduction, member: Member) -> bool:
    """Whether it is this member's to follow up: its rep's, and every manager's."""
    is_rep = "rep" in member.roles and found.owner_id == member.id
    return is_rep or bool(member.roles & {"manager", "admin"})


def came_of(number: int) -> list[Referral]:
    """The referrals of an introduction, oldest first."""
    query = (
        select(Referral)
        .join(IntroductionReferral, IntroductionReferral.referral_id == Referral.id)
        .where(IntroductionReferral.introduction_id == number)
        .order_by(Referral.id)
    )
    return list(db.session.scalars(query))


def origin(referral_id: int) -> Introduction | None:
    """The introduction that a referral came of."""
    query = (
        select(Introduction).join(IntroductionReferral).where(IntroductionReferral.referral_id == referral_id)
    )
    return db.session.scalar(query)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mode:
    """One way of introducing, and how it does."""

    mode: str
    referrals: int
    won: int
    lost: int
    uncredited: int


def modes(since: dt.datetime | None = None) -> list[Mode]:
    """How referrals came, most first: a lunch and a named company by themselves, not by the form they ended in."""
    mode = func.coalesce(Introduction.kind, Referral.mode).label("mode")
    query = (
        select(
            mode, func.count(), func.count().filter(Referral.state == "won"),
            func.count().filter(Referral.state == "lost"), func.count().filter(Referral.advocate_id.is_(None)),
        )
        .outerjoin(IntroductionReferral, IntroductionReferral.referral_id == Referral.id)
        .outerjoin(Introduction, Introduction.id == IntroductionReferral.introduction_id)
        .where(Referral.merged_into_id.is_(None))
        .group_by(mode)
        .order_by(func.count().desc(), mode)
    )  # fmt: skip
    query = query.where(Referral.created_at >= since) if since else query
    return [
        Mode(mode=name, referrals=count, won=won, lost=lost, uncredited=none)
        for name, count, won, lost, none in db.session.execute(query)
    ]


def breakage(since: dt.datetime | None = None) -> list[tuple[str, int]]:
    """Why who came by a link is credited to nobody, and how often; "" for those who are credited."""
    reason = func.coalesce(Referral.breakage, "").label("reason")
    query = select(reason, func.count()).where(Referral.mode == "link", Referral.merged_into_id.is_(None))
    query = query.where(Referral.created_at >= since) if since else query
    found = db.session.execute(query.group_by(reason).order_by(func.count().desc(), reason))
    return [(name, count) for name, count in found]


def titles(ids: Collection[int]) -> Select[int, str]:
    """What introductions are called in a notice: by their code."""
    return select(Introduction.id, Introduction.code).where(Introduction.id.in_(ids))
