"""Reads behind the pages: a member's statement, the desk's search. One statement each."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from hub.core.db import db
from hub.ledger.models import Account, Entry, EntryNote
from hub.members.models import Company, Member

By, Original, Fix = aliased(Member), aliased(Entry), aliased(Entry)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One line of the books with all that explains it."""

    id: int
    account_id: int
    points: int
    reason: str
    key: str
    subject: str
    note: str | None
    by: str | None
    happened_at: dt.datetime
    created_at: dt.datetime
    corrected: int
    original: "Origin | None"
    balance: int | None = None
    member_id: int | None = None
    holder: str | None = None

    @property
    def comes_to(self) -> int:
        """What is left of it after its corrections."""
        return self.points + self.corrected

    @property
    def is_late(self) -> bool:
        """Whether it was booked a day or more after it happened."""
        return self.created_at - self.happened_at >= dt.timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """The line that a correction answers."""

    id: int
    points: int
    reason: str
    key: str
    happened_at: dt.datetime


def statement(member_id: int, *, before: int | None = None, limit: int = 50) -> list[Told]:
    """A member's lines with the balance after each, the latest booked first, older than the line `before`."""
    mine = select(Account.id).where(Account.member_id == member_id).scalar_subquery()
    running = (
        select(Entry.id, func.sum(Entry.points).over(order_by=(Entry.created_at, Entry.id)).label("balance"))
        .where(Entry.account_id == mine)
        .subquery()
    )
    query = _lines(running.c.balance).join(running, running.c.id == Entry.id).where(Entry.account_id == mine)
    # What was planted or imported carries the time it was booked elsewhere, and stands where that belongs.
    query = query.order_by(Entry.created_at.desc(), Entry.id.desc())
    if before is not None:
        then = aliased(Entry)
        at = select(then.created_at).where(then.id == before).scalar_subquery()
        query = query.where(
            or_(
                Entry.created_at < at,
                and_(Entry.created_at == func.coalesce(at, Entry.created_at), Entry.id < before),
            )
        )
    return [_line(row) for row in db.session.execute(query.limit(limit))]


def found(words: str, *, before: int | None = None, limit: int = 50) -> list[Told]:
    """Lines by the holder's name, handle or e-mail, or by key or subject; the latest booked first. No words: all."""
    query = _lines()
    return _told(query.where(_matches(words)) if words else query, before, limit)


def line(entry_id: int) -> Told | None:
    """One line."""
    rows = _told(_lines().where(Entry.id == entry_id), None, 1)
    return rows[0] if rows else None


def corrections(entry_id: int) -> list[Told]:
    """What corrects a line, the latest first."""
    return _told(_lines().where(Entry.corrects_id == entry_id), None, 100)


def _matches(words: str) -> ColumnElement[bool]:
    if ":" in words:
        return or_(
            Entry.subject == words, Entry.key == words, Entry.key.startswith(f"{words}:", autoescape=True)
        )
    columns: tuple[Any, ...] = (Member.name, Member.handle, Member.email)
    people = select(Member.id).where(or_(*(column.icontains(words, autoescape=True) for column in columns)))
    firms = select(Company.id).where(Company.name.icontains(words, autoescape=True))
    accounts = select(Account.id).where(or_(Account.member_id.in_(people), Account.company_id.in_(firms)))
    return Entry.account_id.in_(accounts)


def _lines(balance: ColumnElement[int] | None = None) -> Select[Any]:
    columns: list[Any] = [
        Entry, EntryNote.note, By.name.label("by"), Account.member_id,
        func.coalesce(Member.name, Company.name).label("holder"), _corrected().label("corrected"), Original,
    ]  # fmt: skip
    if balance is not None:
        columns.append(balance)
    return (
        select(*columns)
        .join(Account, Account.id == Entry.account_id)
        .outerjoin(Member, Member.id == Account.member_id)
        .outerjoin(Company, Company.id == Account.company_id)
        .outerjoin(EntryNote, EntryNote.entry_id == Entry.id)
        .outerjoin(By, By.id == Entry.by_id)
        .outerjoin(Original, Original.id == Entry.corrects_id)
    )


def _corrected() -> ScalarSelect[Any]:
    total = select(func.coalesce(func.sum(Fix.points), 0)).where(Fix.corrects_id == Entry.id)
    return total.correlate(Entry).scalar_subquery()


def _told(query: Select[Any], before: int | None, limit: int) -> list[Told]:
    if before is not None:
        query = query.where(Entry.id < before)
    rows: Iterable[Row[Any]] = db.session.execute(query.order_by(Entry.id.desc()).limit(limit))
    return [_line(row) for row in rows]


def _line(row: Row[Any]) -> Told:
    seen = row._mapping
    entry, original = seen[Entry], seen[Original]
    return Told(
        id=entry.id, points=entry.points, reason=entry.reason, key=entry.key, subject=entry.subject, note=row.note,
        by=row.by, happened_at=entry.happened_at, created_at=entry.created_at, corrected=int(row.corrected),
        original=_origin(original) if original else None, member_id=row.member_id, holder=row.holder,
        account_id=entry.account_id, balance=int(seen["balance"]) if "balance" in seen else None,
    )  # fmt: skip


def _origin(entry: Entry) -> Origin:
    return Origin(
        id=entry.id, points=entry.points, reason=entry.reason, key=entry.key, happened_at=entry.happened_at
    )
