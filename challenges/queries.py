"""Reads of challenges."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select

from challenges.models import Challenge
from hub.core.db import db
from hub.members.models import Member
from hub.referrals.ladder import Ladder
from hub.referrals.models import Programme, ProgrammeVersion, Referral

LATEST = 60


def open_now(now: dt.datetime) -> list[Challenge]:
    """Challenges that can be done now, in the managers' order."""
    query = (
        select(Challenge)
        .where(
            Challenge.state == "open",
            or_(Challenge.opens_at.is_(None), Challenge.opens_at <= now),
            or_(Challenge.closes_at.is_(None), Challenge.closes_at > now),
        )
        .order_by(Challenge.position, Challenge.id)
    )
    return list(db.session.scalars(query))


def by_slug(slug: str) -> Challenge | None:
    """A challenge that members may look at: open or archived, not a draft."""
    return db.session.scalar(select(Challenge).where(Challenge.slug == slug, Challenge.state != "draft"))


def titles(ids: Sequence[int]) -> list[Challenge]:
    """Challenges by their ids."""
    return list(db.session.scalars(select(Challenge).where(Challenge.id.in_(ids))))


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """An active programme, and how often a member referred somebody to it."""

    ladder: Ladder
    times: int
    last_at: dt.datetime | None


def offers(member_id: int) -> dict[str, Offer]:
    """The active programmes by their slugs, with what a member did for each: one statement."""
    mine = (
        select(
            Referral.programme_id, func.count().label("times"), func.max(Referral.created_at).label("last_at")
        )
        .where(Referral.advocate_id == member_id)
        .group_by(Referral.programme_id)
        .subquery()
    )
    query = (
        select(Programme.slug, ProgrammeVersion, func.coalesce(mine.c.times, 0), mine.c.last_at)
        .join(ProgrammeVersion, ProgrammeVersion.id == Programme.version_id)
        .outerjoin(mine, mine.c.programme_id == Programme.id)
        .where(Programme.state == "active")
    )
    return {
        slug: Offer(ladder=version.ladder, times=times, last_at=last_at)
        for slug, version, times, last_at in db.session.execute(query)
    }


def referrers(besides: int) -> dict[str, list[Member]]:
    """Who made the latest referrals, by the programme's slug, latest first: not staff, nor who opted out."""
    latest = (
        select(Referral.id, Referral.programme_id, Referral.advocate_id)
        .where(Referral.advocate_id.is_not(None), Referral.advocate_id != besides)
        .order_by(Referral.id.desc())
        .limit(LATEST)
        .subquery()
    )
    seen = and_(
        ~Member.is_opted_out, ~Member.is_staff, ~Member.is_stub, Member.erased_at.is_(None),
        Member.disabled_at.is_(None),
    )  # fmt: skip
    query = (
        select(Programme.slug, Member)
        .join(latest, latest.c.programme_id == Programme.id)
        .join(Member, and_(Member.id == latest.c.advocate_id, seen))
        .order_by(latest.c.id.desc())
    )
    found: dict[str, dict[int, Member]] = {}
    for slug, member in db.session.execute(query):
        found.setdefault(slug, {}).setdefault(member.id, member)
    return {slug: list(people.values()) for slug, people in found.items()}
