"""Reads of promotions: those that count for something, whose referrals they count for, what they have booked."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from hub.core.db import begins, db
from hub.ledger.models import Entry
from hub.members.models import Member
from hub.referrals.models import Programme, ProgrammeVersion, Referral
from hub.referrals.promotions.models import Promotion

EVERYBODY = frozenset({"customer", "partner", "employee"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """Whom a promotion counts for: None for everybody, else these members, and these referrals."""

    members: frozenset[int] | None = None
    referrals: frozenset[int] | None = None

    def has(self, referral_id: int, member_id: int | None) -> bool:
        """Whether it counts for this referral of this member."""
        fits = self.members is None or member_id in self.members
        return fits and (self.referrals is None or referral_id in self.referrals)


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


def chosen(promotion: Promotion, member_ids: Collection[int]) -> Chosen:
    """Whom it counts for, of these members. “The first three” are those introduced first while it ran."""
    members = None
    if promotion.audience and set(promotion.audience) != EVERYBODY:
        fits = select(Member.id).where(Member.id.in_(member_ids), Member.type.in_(promotion.audience))
        members = frozenset(db.session.scalars(fits))
    if promotion.first_each is None and promotion.first_all is None:
        return Chosen(members=members)
    return Chosen(members=members, referrals=_first(promotion, member_ids))


def _first(promotion: Promotion, member_ids: Collection[int]) -> frozenset[int]:
    made = select(Referral.id, Referral.advocate_id).where(
        Referral.programme_id == int(promotion.subject.partition(":")[2]), Referral.source != "import",
        Referral.created_at >= promotion.starts_at, Referral.created_at < promotion.ends_at,
    )  # fmt: skip
    made = made.order_by(Referral.created_at, Referral.id)
    found: set[int] | None = None
    if promotion.first_all is not None:
        found = {number for number, _ in db.session.execute(made.limit(promotion.first_all))}
    if promotion.first_each is not None:
        counts: dict[int | None, int] = {}
        first = set()
        for number, member_id in db.session.execute(made.where(Referral.advocate_id.in_(member_ids))):
            counts[member_id] = counts.get(member_id, 0) + 1
            if counts[member_id] <= promotion.first_each:
                first.add(number)
        found = first if found is None else found & first
    return frozenset(found or ())


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
    kind, _, number = slug_subject.partition(":")
    if kind != "programme" or not number.isdecimal():
        return []
    query = (
        select(ProgrammeVersion)
        .join(Programme, Programme.version_id == ProgrammeVersion.id)
        .where(Programme.id == int(number))
    )
    version = db.session.scalar(query)
    return [(rung.key, rung.label) for rung in version.ladder.paying] if version else []


def programme_names(ids: Collection[int]) -> Select[int, str, str]:
    """Id, name and slug of programmes."""
    query = select(Programme.id, ProgrammeVersion.name, Programme.slug)
    return query.join(ProgrammeVersion, ProgrammeVersion.id == Programme.version_id).where(
        Programme.id.in_(ids)
    )
