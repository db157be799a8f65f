"""Reads of doubts: the queue, one of them as its people may see it, my own."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from hub.core.db import db
from hub.members.models import Member
from hub.referrals.disputes.models import Dispute
from hub.referrals.models import ProgrammeVersion, Referral

PAGE = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A doubt with its referral and the names of the two."""

    dispute: Dispute
    referral: Referral
    programme: str
    by: str
    advocate: str | None
    advocate_id: int | None


def _cases(query: Select[Dispute, Referral, str, str, str | None]) -> list[Case]:
    return [
        Case(dispute=dispute, referral=referral, programme=programme, by=by, advocate=advocate,
             advocate_id=referral.advocate_id)
        for dispute, referral, programme, by, advocate in db.session.execute(query)
    ]  # fmt: skip


def _query() -> Select[Dispute, Referral, str, str, str | None]:
    first, second = aliased(Member), aliased(Member)
    return (
        select(Dispute, Referral, ProgrammeVersion.name, second.name, first.name)
        .join(Referral, Referral.id == Dispute.referral_id)
        .join(ProgrammeVersion, ProgrammeVersion.id == Referral.version_id)
        .join(second, second.id == Dispute.by_id)
        .outerjoin(first, first.id == Referral.advocate_id)
    )


def queue(*, after: int | None = None, limit: int = PAGE) -> list[Case]:
    """Doubts for managers: the open ones first, the most urgent at the top, then what was decided, newest first; those
    that come `after` one."""
    is_open = case((Dispute.state == "open", 0), else_=1)
    query = _query().order_by(is_open, case((Dispute.state == "open", Dispute.due_at)), Dispute.id.desc())
    last = db.session.get(Dispute, after) if after is not None else None
    if last is not None:
        query = query.where(_below(last))
    return _cases(query.limit(limit))


def _below(last: Dispute) -> ColumnElement[bool]:
    older = Dispute.id < last.id
    if last.state != "open":
        return and_(Dispute.state != "open", older)
    later = or_(Dispute.due_at > last.due_at, and_(Dispute.due_at == last.due_at, older))
    return or_(Dispute.state != "open", later)


def one(dispute_id: int) -> Case | None:
    """One doubt."""
    return next(iter(_cases(_query().where(Dispute.id == dispute_id))), None)


def mine(member_id: int) -> list[Case]:
    """A member's own doubts, newest first."""
    return _cases(_query().where(Dispute.by_id == member_id).order_by(Dispute.id.desc()).limit(PAGE))


def visible(dispute_id: int, member: Member) -> tuple[Case, str] | None:
    """One doubt as this member may see it: as who doubted, as who is credited or was before, as a manager; None for
    others."""
    found = one(dispute_id)
    if found is None:
        return None
    if found.dispute.by_id == member.id:
        return found, "second"
    if found.advocate_id == member.id:
        return found, "first"
    if member.roles & {"manager", "admin"}:
        return found, "manager"
    before = select(Referral.id).where(
        Referral.merged_into_id == found.referral.id, Referral.advocate_id == member.id
    )
    return (found, "before") if db.session.scalar(before.limit(1)) is not None else None


def of_referral(referral_id: int) -> list[Dispute]:
    """The doubts about one referral."""
    return list(db.session.scalars(select(Dispute).where(Dispute.referral_id == referral_id)))


def waiting(now: dt.datetime) -> tuple[int, int]:
    """How many are open, and how many of them are late; one statement."""
    query = select(func.count(), func.count().filter(Dispute.due_at < now)).where(Dispute.state == "open")
    row = db.session.execute(query).one()
    return row[0], row[1]


def titles(ids: Collection[int]) -> Select[int, str]:
    """What doubts are called in a notice: by their programme."""
    return (
        select(Dispute.id, ProgrammeVersion.name)
        .join(Referral, Referral.id == Dispute.referral_id)
        .join(ProgrammeVersion, ProgrammeVersion.id == Referral.version_id)
        .where(Dispute.id.in_(ids))
    )


def answer(dispute_id: int) -> str | None:
    """What a manager wrote to a doubt."""
    return db.session.scalar(select(Dispute.answer).where(Dispute.id == dispute_id))
