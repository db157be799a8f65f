"""Reads of what happened to referrals: events, entries, what they earned."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from hub.activity.models import Fact
from hub.core.db import db
from hub.ledger.models import Account, Entry, EntryNote
from hub.members.models import Company
from hub.referrals.models import Referral, StageEvent, StageEventNote


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
