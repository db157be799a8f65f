"""Reads of referrals and their deals: one, mine, owned, searched; who may see them."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, inspect, or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.util import identity_key

from hub.community.models import Post, Thread
from hub.core.db import db
from hub.members.models import Company, Member
from hub.members.queries import holds
from hub.referrals.models import Deal, Referral


def deal_owner(deal_id: str, connection_id: int | None = None) -> int | None:
    """The referral a deal belongs to: as this connection knows it, or as a deal without a connection."""
    query = (
        select(Deal.referral_id).where(Deal.deal_id == deal_id).order_by(Deal.connection_id.desc(), Deal.id)
    )
    if connection_id is not None:
        query = query.where(Deal.connection_id.in_((0, connection_id)))
    return db.session.scalar(query.limit(1))


def deals_of(referral_id: int) -> list[Deal]:
    """The CRM deals of a referral, in the order they were linked."""
    return list(db.session.scalars(select(Deal).where(Deal.referral_id == referral_id).order_by(Deal.id)))


WHOLE = (
    joinedload(Referral.version),
    joinedload(Referral.advocate).joinedload(Member.company),
    joinedload(Referral.owner),
    joinedload(Referral.company),
    joinedload(Referral.programme),
)


def _whole(query: Select[Referral]) -> Select[Referral]:
    return query.options(*WHOLE)


def referral(referral_id: int) -> Referral | None:
    """One referral with its people and programme, whoever asks: for managers, jobs and commands. A page's pieces
    each ask for it; it is read once."""
    at_hand = db.session.identity_map.get(identity_key(Referral, referral_id))
    if at_hand is not None and not inspect(at_hand).unloaded:
        return at_hand
    return db.session.scalars(_whole(select(Referral)).where(Referral.id == referral_id)).one_or_none()


def by_code(code: str) -> Referral | None:
    """One referral by its public code."""
    return db.session.scalars(
        _whole(select(Referral)).where(Referral.code == code.strip().upper())
    ).one_or_none()


def visible(referral_id: int, member: Member) -> tuple[Referral, str] | None:
    """A referral as this member may see it, and as whom: advocate, rep or manager; None when they may not."""
    found = referral(referral_id)
    if found is None:
        return None
    as_whom = _as_whom(
        member, found.advocate_id, found.owner_id, found.company.owner_id if found.company else None
    )
    return (found, as_whom) if as_whom else None


def may_see(referral_id: int, member: Member) -> str | None:
    """As whom a member may see a referral: advocate, rep or manager; None when they may not. One light query."""
    people = _people(referral_id)
    return None if people is None else _as_whom(member, *people)


def _people(referral_id: int) -> tuple[int | None, int | None, int | None] | None:
    query = (
        select(Referral.advocate_id, Referral.owner_id, Company.owner_id)
        .outerjoin(Company, Company.id == Referral.company_id)
        .where(Referral.id == referral_id)
    )
    row = db.session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def _as_whom(
    member: Member, advocate_id: int | None, owner_id: int | None, company_owner_id: int | None
) -> str | None:
    if member.roles & {"manager", "admin"}:
        return "manager"
    if advocate_id == member.id:
        return "advocate"
    return "rep" if "rep" in member.roles and member.id in (owner_id, company_owner_id) else None


def circle(referral_id: int, member: Member) -> set[int] | None:
    """Who takes part in a referral's thread: its advocate, its owner, and managers who joined in; None for others."""
    people = _people(referral_id)
    if people is None or _as_whom(member, *people) is None:
        return None
    joined = (
        select(Post.by_id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Member, Member.id == Post.by_id)
        .where(Thread.subject == f"referral:{referral_id}", holds("manager"), Member.disabled_at.is_(None))
    )
    both = people[:2]
    return {person for person in (*both, *db.session.scalars(joined), member.id) if person is not None}


def any_referral() -> bool:
    """Whether there is one at all."""
    return db.session.scalar(select(Referral.id).limit(1)) is not None


def mine(advocate_id: int, *, before: int | None = None, limit: int = 30) -> list[Referral]:
    """An advocate's referrals, newest first."""
    query = _whole(select(Referral)).where(Referral.advocate_id == advocate_id).order_by(Referral.id.desc())
    query = query.where(Referral.id < before) if before else query
    return list(db.session.scalars(query.limit(limit)))


def moving(advocate_id: int, *, limit: int = 3) -> list[Referral]:
    """An advocate's open referrals, the one that moved last first."""
    query = _whole(select(Referral)).where(Referral.advocate_id == advocate_id, Referral.state == "open")
    return list(db.session.scalars(query.order_by(Referral.moved_at.desc(), Referral.id.desc()).limit(limit)))


def owned(
    owner_id: int, *, state: str | None = None, before: int | None = None, limit: int = 30
) -> list[Referral]:
    """The referrals a rep follows up, newest first."""
    query = _whole(select(Referral)).where(Referral.owner_id == owner_id).order_by(Referral.id.desc())
    query = query.where(Referral.state == state) if state else query
    query = query.where(Referral.id < before) if before else query
    return list(db.session.scalars(query.limit(limit)))


def search(
    words: str = "",
    *,
    state: str | None = None,
    before: int | None = None,
    broken: bool = False,
    unowned: bool = False,
    limit: int = 50,
) -> list[Referral]:
    """Referrals for managers, newest first: by code, contact, company or deal; `broken` are those without credit."""
    query = _whole(select(Referral)).order_by(Referral.id.desc()).limit(limit)
    query = query.where(Referral.state == state) if state else query
    query = query.where(Referral.breakage.is_not(None)) if broken else query
    query = query.where(Referral.owner_id.is_(None), Referral.state == "open") if unowned else query
    query = query.where(Referral.id < before) if before else query
    if words:
        plain = re.sub(r"([%_\\])", r"\\\1", words.strip().lower())
        like = f"%{plain}%"
        deals = select(Deal.referral_id).where(Deal.deal_id == words.strip())
        query = query.where(
            or_(
                func.lower(Referral.code).like(like, escape="\\"),
                func.lower(Referral.contact_name).like(like, escape="\\"),
                Referral.contact_email.like(like, escape="\\"),
                func.lower(Referral.contact_company).like(like, escape="\\"),
                Referral.id.in_(deals),
            )
        )
    return list(db.session.scalars(query))


@dataclass(frozen=True, slots=True)
class Tally:
    """How an advocate's referrals do: all, open, qualified (beyond acceptance), won."""

    all: int
    open: int
    won: int
    lost: int


def tally(advocate_ids: Sequence[int]) -> dict[int, Tally]:
    """The tallies of many advocates in one query."""
    query = (
        select(Referral.advocate_id, Referral.state, func.count())
        .where(Referral.advocate_id.in_(advocate_ids))
        .group_by(Referral.advocate_id, Referral.state)
    )
    counts: dict[int, dict[str, int]] = {}
    for advocate_id, state, count in db.session.execute(query):
        assert advocate_id is not None
        counts.setdefault(advocate_id, {})[state] = count
    return {
        who: Tally(sum(c.values()), c.get("open", 0), c.get("won", 0), c.get("lost", 0))
        for who, c in counts.items()
    }


def titles(referral_ids: Collection[int]) -> Select[int, str, str | None, str]:
    """What referrals are called in a list or a notice: the first of these that there is."""
    columns = (Referral.id, Referral.contact_name, Referral.contact_company, Referral.code)
    return select(*columns).where(Referral.id.in_(referral_ids))
