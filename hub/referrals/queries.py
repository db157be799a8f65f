"""Reads of programmes, referrals, their deals and events."""

import datetime as dt
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from hub.activity.models import Fact
from hub.community.models import Post, Thread
from hub.core.db import db
from hub.ledger.models import Account, Entry, EntryNote
from hub.members.models import Company, Member
from hub.members.queries import holds
from hub.referrals.models import Deal, Programme, ProgrammeVersion, Referral, StageEvent, StageEventNote


def programme_with_version(slug: str | None = None, *, active: bool = True) -> Programme | None:
    """A programme with its current version: that of the slug, or the oldest active one."""
    query = select(Programme).options(joinedload(Programme.version)).order_by(Programme.id).limit(1)
    if slug is not None:
        query = query.where(Programme.slug == slug)
    elif active:
        query = query.where(Programme.state == "active", Programme.version_id.is_not(None))
    return db.session.scalar(query)


def programme_by_slug(slug: str) -> ProgrammeVersion | None:
    """The current version of a programme."""
    found = programme_with_version(slug)
    return found.version if found else None


def programmes() -> list[Programme]:
    """All programmes with their current versions, oldest first."""
    query = select(Programme).options(joinedload(Programme.version)).order_by(Programme.id)
    return list(db.session.scalars(query))


def rung_label(version_id: int | None, rung_key: str) -> str:
    """What a rung is called. Versions never change, so each is asked for once in a process and database."""
    known: dict[int, dict[str, str]] = current_app.extensions.setdefault("referrals.labels", {})
    if version_id is not None and version_id not in known:
        version = db.session.get(ProgrammeVersion, version_id)
        known[version_id] = {rung["key"]: rung["label"] for rung in version.rungs} if version else {}
    return known.get(version_id or 0, {}).get(rung_key) or rung_key.replace("-", " ").capitalize()


def versions(programme_id: int) -> list[ProgrammeVersion]:
    """All versions of a programme, newest first."""
    query = select(ProgrammeVersion).where(ProgrammeVersion.programme_id == programme_id)
    return list(db.session.scalars(query.order_by(ProgrammeVersion.number.desc())))


def open_per_rung(programme_id: int) -> dict[int, dict[str, int]]:
    """How many open referrals have reached each rung as their highest, for each version they are on."""
    query = select(Referral.version_id, Referral.highest_rung, func.count()).where(
        Referral.programme_id == programme_id, Referral.state == "open", Referral.merged_into_id.is_(None)
    )
    found: dict[int, dict[str, int]] = {}
    for version_id, rung, count in db.session.execute(
        query.group_by(Referral.version_id, Referral.highest_rung)
    ):
        found.setdefault(version_id, {})[rung] = count
    return found


def counts_per_programme() -> dict[int, dict[str, int]]:
    """How many referrals each programme has, by state."""
    query = select(Referral.programme_id, Referral.state, func.count())
    found: dict[int, dict[str, int]] = {}
    for programme_id, state, count in db.session.execute(
        query.group_by(Referral.programme_id, Referral.state)
    ):
        found.setdefault(programme_id, {})[state] = count
    return found


def history(programme_id: int) -> list[tuple[ProgrammeVersion, str | None]]:
    """All versions of a programme with who published them, newest first."""
    query = (
        select(ProgrammeVersion, Member.name)
        .outerjoin(Member, Member.id == ProgrammeVersion.by_id)
        .where(ProgrammeVersion.programme_id == programme_id)
        .order_by(ProgrammeVersion.number.desc())
    )
    return [(version, name) for version, name in db.session.execute(query)]


def email_of(member_id: int | None) -> str | None:
    """The e-mail of a member, for a programme's text file."""
    return db.session.scalar(select(Member.email).where(Member.id == member_id)) if member_id else None


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


def _whole(query: Select[Referral]) -> Select[Referral]:
    return query.options(
        joinedload(Referral.version),
        joinedload(Referral.advocate).joinedload(Member.company),
        joinedload(Referral.owner),
        joinedload(Referral.company),
        joinedload(Referral.programme),
    )


def referral(referral_id: int) -> Referral | None:
    """One referral with its people and programme, whoever asks: for managers, jobs and commands."""
    return db.session.scalars(_whole(select(Referral)).where(Referral.id == referral_id)).one_or_none()


def by_code(code: str) -> Referral | None:
    """One referral by its public code."""
    return db.session.scalars(
        _whole(select(Referral)).where(Referral.code == code.strip().upper())
    ).one_or_none()


def visible(referral_id: int, member: Member) -> tuple[Referral, str] | None:
    """A referral as this member may see it, and as whom: advocate, rep or manager; None when they may not."""
    as_whom = may_see(referral_id, member)
    found = referral(referral_id) if as_whom else None
    return (found, as_whom) if found is not None and as_whom else None


def may_see(referral_id: int, member: Member) -> str | None:
    """As whom a member may see a referral: advocate, rep or manager; None when they may not. One light query."""
    query = (
        select(Referral.advocate_id, Referral.owner_id, Company.owner_id)
        .outerjoin(Company, Company.id == Referral.company_id)
        .where(Referral.id == referral_id)
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        return None
    advocate_id, owner_id, company_owner_id = row
    if member.roles & {"manager", "admin"}:
        return "manager"
    if advocate_id == member.id:
        return "advocate"
    return "rep" if "rep" in member.roles and member.id in (owner_id, company_owner_id) else None


def circle(referral_id: int, member: Member) -> set[int] | None:
    """Who takes part in a referral's thread: its advocate, its owner, and managers who joined in; None for others."""
    if may_see(referral_id, member) is None:
        return None
    joined = (
        select(Post.by_id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Member, Member.id == Post.by_id)
        .where(Thread.subject == f"referral:{referral_id}", holds("manager"), Member.disabled_at.is_(None))
    )
    people = select(Referral.advocate_id, Referral.owner_id).where(Referral.id == referral_id)
    both = db.session.execute(people).one()
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


@dataclass(frozen=True, slots=True)
class Heard:
    """A stage event with the words that came with it."""

    event: StageEvent
    note: str | None


def events(referral_id: int) -> list[Heard]:
    """A referral's stage events in the order they happened."""
    query = (
        select(StageEvent, StageEventNote.note)
        .outerjoin(StageEventNote, StageEventNote.stage_event_id == StageEvent.id)
        .where(StageEvent.referral_id == referral_id)
        .order_by(StageEvent.happened_at, StageEvent.sequence, StageEvent.id)
    )
    return [Heard(event, note) for event, note in db.session.execute(query)]


def earned(referral_ids: Iterable[int]) -> dict[int, int]:
    """What each of these referrals has been paid so far, claw-backs taken off; absent means nothing."""
    subjects = [f"referral:{referral_id}" for referral_id in referral_ids]
    query = (
        select(Entry.subject, func.sum(Entry.points))
        .where(Entry.subject.in_(subjects))
        .group_by(Entry.subject)
    )
    return {int(subject.split(":")[1]): int(points) for subject, points in db.session.execute(query)}


def earned_by(advocate_id: int) -> int:
    """All that an advocate's own account got from referrals."""
    query = (
        select(func.sum(Entry.points))
        .join(Account, Account.id == Entry.account_id)
        .where(Account.member_id == advocate_id, Entry.subject.like("referral:%"))
    )
    return int(db.session.scalar(query) or 0)


@dataclass(frozen=True, slots=True)
class Booked:
    """An entry of a referral: which rung of the ladder it is for, and which company got it, if one did."""

    entry: Entry
    note: str | None
    company: str | None

    @property
    def rung_key(self) -> str | None:
        """`meeting` of `referral:7:stage:meeting`."""
        parts = self.entry.key.split(":")
        return parts[3] if len(parts) > 3 and parts[2] == "stage" else None


def booked(referral_id: int) -> list[Booked]:
    """A referral's entries, oldest first."""
    query = (
        select(Entry, EntryNote.note, Company.name)
        .join(Account, Account.id == Entry.account_id)
        .outerjoin(Company, Company.id == Account.company_id)
        .outerjoin(EntryNote, EntryNote.entry_id == Entry.id)
        .where(Entry.subject == f"referral:{referral_id}")
        .order_by(Entry.id)
    )
    return [Booked(entry, note, company) for entry, note, company in db.session.execute(query)]


def stamp(referral_id: int) -> str:
    """Changes when anything changes that a referral's page shows: one query, four look-ups by index."""
    subject = f"referral:{referral_id}"
    parts = (
        select(func.max(StageEvent.id)).where(StageEvent.referral_id == referral_id),
        select(func.max(Entry.id)).where(Entry.subject == subject),
        select(func.max(Fact.id)).where(Fact.subject == subject),
        select(Referral.owner_id).where(Referral.id == referral_id),
    )
    row = db.session.execute(select(*(part.scalar_subquery() for part in parts))).one()
    return "-".join(str(part or 0) for part in row)


def active() -> list[Programme]:
    """The active programmes, oldest first."""
    return [found for found in programmes() if found.state == "active" and found.version_id]


def offers(member: Member) -> list[Programme]:
    """The active programmes that are for this member, oldest first."""
    return [found for found in active() if member.type in found.version.audience]


def titles(referral_ids: Collection[int]) -> dict[int, str]:
    """What referrals are called in a list or a notice."""
    columns = (Referral.id, Referral.contact_name, Referral.contact_company, Referral.code)
    rows = db.session.execute(select(*columns).where(Referral.id.in_(referral_ids)))
    return {referral_id: name or company or code for referral_id, name, company, code in rows}


def reached(referral_ids: Iterable[int]) -> dict[int, dict[str, dt.datetime]]:
    """When each rung was first reached, for many referrals in one query."""
    query = (
        select(StageEvent.referral_id, StageEvent.to_rung, func.min(StageEvent.happened_at))
        .where(StageEvent.referral_id.in_(list(referral_ids)))
        .group_by(StageEvent.referral_id, StageEvent.to_rung)
    )
    found: dict[int, dict[str, dt.datetime]] = {}
    for referral_id, rung, at in db.session.execute(query):
        found.setdefault(referral_id, {})[rung] = at
    return found
