"""Reads of members and companies."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, Select, String, and_, cast, exists, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from hub.core import crypto
from hub.core.db import db
from hub.members.models import Company, EndedSession, Identity, Member, Ticket
from hub.members.names import Refusal, address, company_key

CHUNK = 500


def get(member_id: int) -> Member | None:
    """One member with the company; stubs and disabled ones too."""
    # Not Session.get: it answers from memory, and somebody loaded before has no company there.
    return db.session.scalar(select(Member).where(Member.id == member_id).options(joinedload(Member.company)))


def find(email: str) -> Member | None:
    """The member (or stub) with this e-mail address, however it is written."""
    try:
        kept = address(email)
    except Refusal:
        return None
    return db.session.scalar(select(Member).where(func.lower(Member.email) == kept))


def by_handle(handle: str) -> Member | None:
    """One member by handle, with the company; not the erased ones."""
    if not handle.isprintable():  # PostgreSQL takes no NUL
        return None
    query = select(Member).where(func.lower(Member.handle) == handle.lower(), Member.erased_at.is_(None))
    return db.session.scalar(query.options(joinedload(Member.company)))


def signed_in(member_id: int, epoch: int, session_digest: str | None) -> Member | None:
    """The member of a session, unless the session, its epoch or the membership has ended."""
    query = select(Member).where(
        Member.id == member_id,
        Member.session_epoch == epoch,
        ~Member.is_stub,
        Member.disabled_at.is_(None),
        Member.erased_at.is_(None),
    )
    if session_digest:
        query = query.where(~exists().where(EndedSession.digest == session_digest))
    return db.session.scalar(query)


def credentials(email: str) -> Row[int, str | None] | None:
    """Id and password digest by e-mail, as plain values that outlive the transaction."""
    try:
        kept = address(email)
    except Refusal:
        return None
    query = select(Member.id, Member.password_hash).where(func.lower(Member.email) == kept, ~Member.is_stub)
    return db.session.execute(query).one_or_none()


def rep_for(member: Member) -> Member | None:
    """The rep who owns the member's company; None without one, or when the rep is no longer active."""
    if member.company_id is None:
        return None
    owned = select(Company.owner_id).where(Company.id == member.company_id).scalar_subquery()
    rep = db.session.scalar(select(Member).where(Member.id == owned))
    return rep if rep is not None and rep.is_active else None


def staff(role: str) -> list[Member]:
    """Active members who hold a staff role, by name."""
    query = select(Member).where(Member.is_staff, Member.disabled_at.is_(None), Member.erased_at.is_(None))
    held = db.session.scalars(query.where(holds(role)).order_by(func.lower(Member.name), Member.id))
    return list(held)


def colleagues() -> list[Member]:
    """Active members of the team, by name."""
    query = select(Member).where(Member.is_staff, Member.disabled_at.is_(None), Member.erased_at.is_(None))
    return list(db.session.scalars(query.order_by(func.lower(Member.name), Member.id)))


def holds(role: str) -> ColumnElement[bool]:
    """The condition that a member holds a role: the list is JSON, and its text has each role in quotes."""
    return cast(Member.roles_held, String).like(f'%"{role}"%')


def company_by_name(name: str) -> Company | None:
    """One company by name; case and spaces don't matter."""
    return db.session.scalar(select(Company).where(Company.key == company_key(name)))


def company_by_domain(domain: str) -> Company | None:
    """The first company that owns this e-mail domain."""
    return db.session.scalar(
        select(Company).where(Company.domain == domain.lower()).order_by(Company.id).limit(1)
    )


def companies_in(keys: Iterable[str]) -> dict[str, Company]:
    """Companies by their keys."""
    return {company.key: company for part in _chunks(keys)
            for company in db.session.scalars(select(Company).where(Company.key.in_(part)))}  # fmt: skip


def companies() -> list[Company]:
    """All companies with their owners, by name."""
    query = select(Company).options(joinedload(Company.owner)).order_by(Company.key)
    return list(db.session.scalars(query))


def members_per_company() -> dict[int, int]:
    """How many members each company has, stubs included."""
    query = (
        select(Member.company_id, func.count())
        .where(Member.company_id.is_not(None))
        .group_by(Member.company_id)
    )
    return {company_id: count for company_id, count in db.session.execute(query) if company_id is not None}


def stubs_in(keys: Iterable[str]) -> dict[str, Member]:
    """Members who are or were stubs, by stub key; a claimed one answers to its key for ever."""
    return {member.stub_key: member for part in _chunks(keys)
            for member in db.session.scalars(select(Member).where(Member.stub_key.in_(part)))
            if member.stub_key is not None}  # fmt: skip


def taken_handles(handles: Iterable[str]) -> set[str]:
    """Which of these handles belong to somebody."""
    lowered = func.lower(Member.handle)
    return {handle.lower() for part in _chunks(handles)
            for handle in db.session.scalars(select(Member.handle).where(lowered.in_(part)))}  # fmt: skip


def taken_emails(emails: Iterable[str]) -> set[str]:
    """Which of these addresses (as kept) belong to somebody."""
    lowered = func.lower(Member.email)
    return {email for part in _chunks(emails)
            for email in db.session.scalars(select(lowered).where(lowered.in_(part)))}  # fmt: skip


def open_ticket(token: str, purposes: Sequence[str], *, now: dt.datetime) -> tuple[Ticket, Member] | None:
    """A ticket that can still be used, and the member it is for. None when used, expired or unknown."""
    query = (
        select(Ticket, Member)
        .join(Member, Member.id == Ticket.member_id)
        .where(
            Ticket.token_digest == crypto.digest(token),
            Ticket.purpose.in_(purposes),
            Ticket.used_at.is_(None),
            Ticket.expires_at > now,
            Member.disabled_at.is_(None),
            Member.erased_at.is_(None),
        )
        .options(joinedload(Member.company))
    )
    found = db.session.execute(query).one_or_none()
    return None if found is None else (found[0], found[1])


def identified(issuer: str, subject: str) -> Member | None:
    """Who signs in as this subject at this issuer."""
    known = select(Identity.member_id).where(Identity.issuer == issuer, Identity.subject == subject)
    return db.session.scalar(select(Member).where(Member.id.in_(known)))


def identities(member_id: int) -> list[Identity]:
    """A member's sign-ins at providers, oldest first."""
    return list(
        db.session.scalars(select(Identity).where(Identity.member_id == member_id).order_by(Identity.id))
    )


@dataclass(frozen=True, kw_only=True)
class Sieve:
    """What the manager's list shows: words in name, e-mail or handle, and what must fit besides."""

    words: str = ""
    role: str = ""
    type: str = ""
    company_id: int | None = None
    state: str = ""

    def condition(self) -> ColumnElement[bool]:
        """As SQL."""
        parts: list[ColumnElement[bool]] = [Member.erased_at.is_(None)]
        if self.words:
            columns = (Member.name, Member.email, Member.handle)
            parts.append(or_(*(column.icontains(self.words, autoescape=True) for column in columns)))
        if self.role:
            parts.append(holds(self.role))
        if self.type:
            parts.append(Member.type == self.type)
        if self.company_id is not None:
            parts.append(Member.company_id == self.company_id)
        if self.state:
            parts.append(STATES[self.state])
        return and_(*parts)


STATES: dict[str, ColumnElement[bool]] = {
    "active": and_(~Member.is_stub, Member.disabled_at.is_(None)),
    "waiting": and_(Member.is_stub),
    "disabled": Member.disabled_at.is_not(None),
}


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A number about members that another room keeps, a row a member: shown on the desk's list, highest first when
    asked for. `shown` gives the numbers of these members."""

    name: str
    label: str
    member_id: InstrumentedAttribute[int]
    value: InstrumentedAttribute[int]
    shown: Callable[[Collection[int]], Mapping[int, int]]


MEASURED: dict[str, Measured] = {}


def listed(
    sieve: Sieve, *, by: str = "", after: int | None = None, limit: int = 50
) -> tuple[list[Member], int | None]:
    """Members with their companies, from the one after `after` on, and where the next page begins: by name, or those
    who have a number of `MEASURED`, the highest first."""
    query = select(Member).where(sieve.condition()).options(joinedload(Member.company))
    if by in MEASURED:
        query = _highest_first(query, MEASURED[by], after)
    else:
        name = func.lower(Member.name)
        query = query.order_by(name, Member.id)
        if after is not None:
            here = select(func.lower(Member.name)).where(Member.id == after).scalar_subquery()
            query = query.where(tuple_(name, Member.id) > tuple_(here, after))
    found = list(db.session.scalars(query.limit(limit + 1)))
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def _highest_first(query: Select[Member], one: Measured, after: int | None) -> Select[Member]:
    query = query.join(one.value.class_, one.member_id == Member.id)
    query = query.order_by(one.value.desc(), one.member_id.desc())
    if after is None:
        return query
    here = select(one.value).where(one.member_id == after).scalar_subquery()
    return query.where(tuple_(one.value, one.member_id) < tuple_(here, after))


def counted(sieve: Sieve) -> int:
    """How many members fit."""
    return db.session.scalar(select(func.count()).select_from(Member).where(sieve.condition())) or 0


def people(ids: Collection[int]) -> Select[int, str, str]:
    """Id, name and handle of members."""
    return select(Member.id, Member.name, Member.handle).where(Member.id.in_(ids))


def _chunks(values: Iterable[str]) -> Iterable[list[str]]:
    known = list(dict.fromkeys(values))
    for start in range(0, len(known), CHUNK):
        yield known[start : start + CHUNK]
