"""Reads for reps and managers: advocates with their metrics, breakage, people by name."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from hub.core.db import db
from hub.members.models import Company, Member
from hub.referrals.models import ProgrammeVersion, Referral


def advocates_of(rep_id: int, *, after: int | None = None, limit: int = 50) -> list[Member]:
    """The advocates a rep looks after, by name: members of their companies, and whoever sent them a referral."""
    name = func.lower(Member.name)
    sent = select(Referral.advocate_id).where(Referral.owner_id == rep_id, Referral.advocate_id.is_not(None))
    query = (
        select(Member)
        .outerjoin(Company, Company.id == Member.company_id)
        .options(joinedload(Member.company))
        .where(
            or_(Company.owner_id == rep_id, Member.id.in_(sent)), ~Member.is_staff, Member.disabled_at.is_(None),
            Member.erased_at.is_(None),
        )
        .order_by(name, Member.id)
        .limit(limit)
    )  # fmt: skip
    if after is not None:
        here = select(func.lower(Member.name)).where(Member.id == after).scalar_subquery()
        query = query.where(or_(name > here, and_(name == here, Member.id > after)))
    return list(db.session.scalars(query))


def last_referred(advocate_ids: Sequence[int]) -> dict[int, dt.datetime]:
    """When each of these advocates last introduced somebody."""
    query = (
        select(Referral.advocate_id, func.max(Referral.created_at))
        .where(Referral.advocate_id.in_(advocate_ids))
        .group_by(Referral.advocate_id)
    )
    return {who: at for who, at in db.session.execute(query) if who is not None}


def qualified(advocate_ids: Sequence[int]) -> dict[int, int]:
    """How many referrals of each advocate got beyond the first stage of their ladder: two queries."""
    query = select(Referral.advocate_id, Referral.version_id, Referral.highest_rung, func.count()).where(
        Referral.advocate_id.in_(advocate_ids)
    )
    grouped = query.group_by(Referral.advocate_id, Referral.version_id, Referral.highest_rung)
    rows = db.session.execute(grouped).all()
    versions = select(ProgrammeVersion).where(
        ProgrammeVersion.id.in_({version_id for _, version_id, _, _ in rows})
    )
    first = {version.id: version.ladder.first.key for version in db.session.scalars(versions)}
    found: dict[int, int] = {}
    for who, version_id, rung, count in rows:
        if who is not None and rung != first[version_id]:
            found[who] = found.get(who, 0) + count
    return found


def called(name: str, limit: int = 5) -> list[Member]:
    """The members and stubs of this name, however it is capitalised, with their companies."""
    query = (
        select(Member)
        .options(joinedload(Member.company))
        .where(func.lower(Member.name) == " ".join(name.split()).lower(), Member.erased_at.is_(None))
        .order_by(Member.is_stub, Member.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def breakages() -> list[tuple[str, int]]:
    """Why referrals have nobody to pay, and how many for each reason, most first."""
    query = (
        select(Referral.breakage, func.count())
        .where(Referral.breakage.is_not(None))
        .group_by(Referral.breakage)
        .order_by(func.count().desc(), Referral.breakage)
    )
    return [(reason, count) for reason, count in db.session.execute(query) if reason is not None]


def states() -> dict[str, int]:
    """How many referrals are open, won and lost."""
    rows = db.session.execute(select(Referral.state, func.count()).group_by(Referral.state))
    return {state: count for state, count in rows}


def unowned() -> int:
    """How many open referrals nobody looks after."""
    query = select(func.count()).where(Referral.state == "open", Referral.owner_id.is_(None))
    return db.session.scalar(query) or 0
