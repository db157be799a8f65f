"""Reads of programmes and their versions."""

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from hub.core.db import db
from hub.members.models import Member
from hub.referrals.models import Programme, ProgrammeVersion, Referral


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


def name_of(member_id: int | None) -> str | None:
    """The name of a member, for the words of a mail."""
    return db.session.scalar(select(Member.name).where(Member.id == member_id)) if member_id else None


def email_of(member_id: int | None) -> str | None:
    """The e-mail of a member, for a programme's text file."""
    return db.session.scalar(select(Member.email).where(Member.id == member_id)) if member_id else None


def active() -> list[Programme]:
    """The active programmes, oldest first."""
    return [found for found in programmes() if found.state == "active" and found.version_id]


def offers(member: Member) -> list[Programme]:
    """The active programmes that are for this member, oldest first."""
    return [found for found in active() if member.type in found.version.audience]
