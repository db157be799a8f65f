"""Reads of promotions: those that count for something, and what they have booked."""

import datetime as dt
from collections.abc import Collection, Iterable

from sqlalchemy import Select, func, select

from hub.core.db import begins, db
from hub.ledger.models import Entry
from hub.members.models import Member
from hub.referrals.models import Programme, ProgrammeVersion
from hub.referrals.promotions.models import Promotion

EVERYBODY = frozenset({"customer", "partner", "employee"})


def of_programmes(programme_ids: Collection[int]) -> list[Promotion]:
    """The promotions that were ever started on these programmes, in the order they were made."""
    return of_subjects([f"programme:{number}" for number in programme_ids])


def of_subjects(subjects: Collection[str]) -> list[Promotion]:
    """The promotions that were ever started on these, in the order they were made; one statement."""
    query = (
        select(Promotion)
        .where(Promotion.subject.in_(subjects), Promotion.state != "draft")
        .order_by(Promotion.id)
    )
    return list(db.session.scalars(query)) if subjects else []


def get(promotion_id: int) -> Promotion | None:
    """One promotion."""
    return db.session.get(Promotion, promotion_id)


def all_of_them(*, before: int | None = None, limit: int = 50) -> list[Promotion]:
    """Promotions, the latest first."""
    query = select(Promotion).order_by(Promotion.id.desc()).limit(limit)
    return list(db.session.scalars(query.where(Promotion.id < before) if before else query))


def running(now: dt.datetime, member_type: str) -> list[Promotion]:
    """What counts now for members of this type, the one that ends first before the others; one statement."""
    query = select(Promotion).where(
        Promotion.state == "started", Promotion.starts_at <= now, Promotion.ends_at > now
    )
    found = db.session.scalars(query.order_by(Promotion.ends_at, Promotion.id)).all()
    return [p for p in found if not p.audience or member_type in p.audience]


def type_of(member_id: int) -> str:
    """Of which type a member is; whoever asks on their own page costs no statement."""
    return db.session.get_one(Member, member_id).type


def booked(promotion_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Promotion → how many entries it made, and the points they come to, corrections and claw-backs included."""
    found = {}
    for number in promotion_ids:
        query = select(func.count(), func.coalesce(func.sum(Entry.points), 0)).where(
            begins(Entry.key, f"promotion:{number}:")
        )
        count, points = db.session.execute(query).one()
        found[number] = (int(count), int(points))
    return found


def rung_choices(slug_subject: str) -> list[tuple[str, str]]:
    """The stages of a programme's ladder by key and name; none for something else."""
    version = _version_of(slug_subject)
    return [(rung.key, rung.label) for rung in version.ladder.paying] if version else []


def too_large(promotion: Promotion) -> list[str]:
    """The stages of its programme for which it would add more than a line of the books can say."""
    version = _version_of(promotion.subject)
    if version is None:
        return []
    ladder = version.ladder
    mine = [rung for rung in ladder.paying if promotion.rung_key in (None, rung.key)]
    return [rung.label for rung in mine if promotion.is_cut(ladder.amounts[rung.key])]


def _version_of(subject: str) -> ProgrammeVersion | None:
    kind, _, number = subject.partition(":")
    if kind != "programme" or not number.isdecimal():
        return None
    query = (
        select(ProgrammeVersion)
        .join(Programme, Programme.version_id == ProgrammeVersion.id)
        .where(Programme.id == int(number))
    )
    return db.session.scalar(query)


def programme_names(ids: Collection[int]) -> Select[int, str, str]:
    """Id, name and slug of programmes."""
    query = select(Programme.id, ProgrammeVersion.name, Programme.slug)
    return query.join(ProgrammeVersion, ProgrammeVersion.id == Programme.version_id).where(
        Programme.id.in_(ids)
    )
