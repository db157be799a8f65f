"""Reads of the ledger: accounts, wallets, statements."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, or_, select, text

from hub.core.db import db
from hub.ledger.books import SPENDING
from hub.ledger.models import HELD, Account, Change, Entry, EntryNote, Hold, Wallet
from hub.outbox.actions import insert_ignoring


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of a statement."""

    id: int
    points: int
    reason: str
    subject: str
    note: str | None
    corrects_id: int | None
    by_id: int | None
    happened_at: dt.datetime
    created_at: dt.datetime


def account_for(*, member_id: int | None = None, company_id: int | None = None) -> int:
    """The account of a member or a company; made on first need (in a writing transaction)."""
    holder = {"member_id": member_id} if company_id is None else {"company_id": company_id}
    query = select(Account.id).filter_by(**holder)
    found = db.session.scalar(query)
    if found is None:
        db.session.execute(insert_ignoring(Account).values(**holder))
        found = db.session.scalars(query).one()
    return found


def accounts_for(member_ids: Iterable[int]) -> dict[int, int]:
    """The accounts of many members, made where missing: member → account."""
    ids = sorted(set(member_ids))
    known = known_accounts(ids)
    missing = [{"member_id": member_id} for member_id in ids if member_id not in known]
    if missing:
        db.session.execute(insert_ignoring(Account), missing)
        known = known_accounts(ids)
    return known


def known_accounts(member_ids: Sequence[int]) -> dict[int, int]:
    """The accounts that exist of these members: member → account."""
    found: dict[int, int] = {}
    for start in range(0, len(member_ids), 500):
        part = member_ids[start : start + 500]
        rows = db.session.execute(select(Account.member_id, Account.id).where(Account.member_id.in_(part)))
        found |= {member_id: account_id for member_id, account_id in rows if member_id is not None}
    return found


def wallet(account_id: int | None) -> Wallet:
    """An account's wallet; an empty one when nothing was ever booked."""
    found = db.session.get(Wallet, account_id, populate_existing=True) if account_id is not None else None
    return found or Wallet(account_id=account_id or 0, balance=0, held=0, lifetime=0)


def wallet_of(member_id: int) -> Wallet:
    """A member's wallet, in one query; an empty one when nothing was ever booked."""
    query = (
        select(Wallet).join(Account, Account.id == Wallet.account_id).where(Account.member_id == member_id)
    )
    return db.session.scalar(query) or Wallet(account_id=0, balance=0, held=0, lifetime=0)


def statement(member_id: int, *, before: int | None = None, limit: int = 50) -> list[Line]:
    """A member's entries, the latest booked first, older than the entry `before`."""
    query = (
        select(Entry, EntryNote.note)
        .join(Account, Account.id == Entry.account_id)
        .outerjoin(EntryNote, EntryNote.entry_id == Entry.id)
        .where(Account.member_id == member_id)
        .order_by(Entry.id.desc())
        .limit(limit)
    )
    return _lines(db.session.execute(query.where(Entry.id < before) if before else query))


def lines_about(subject: str) -> list[Line]:
    """Entries about a subject, oldest first."""
    query = (
        select(Entry, EntryNote.note)
        .outerjoin(EntryNote, EntryNote.entry_id == Entry.id)
        .where(Entry.subject == subject)
        .order_by(Entry.id)
    )
    return _lines(db.session.execute(query))


def _lines(rows: Iterable[tuple[Entry, str | None]]) -> list[Line]:
    return [
        Line(
            id=entry.id, points=entry.points, reason=entry.reason, subject=entry.subject, note=note,
            corrects_id=entry.corrects_id, by_id=entry.by_id, happened_at=entry.happened_at,
            created_at=entry.created_at,
        )
        for entry, note in rows
    ]  # fmt: skip


def sums(
    account_ids: Sequence[int], *, since: dt.datetime | None = None, until: dt.datetime | None = None
) -> dict[int, int]:
    """What these accounts earned in [since, until): awards and corrections, never redemptions. Absent means 0."""
    query = (
        select(Entry.account_id, func.sum(Entry.points))
        .where(Entry.account_id.in_(account_ids), Entry.reason.not_in(SPENDING))
        .group_by(Entry.account_id)
    )
    if since is not None:
        query = query.where(Entry.happened_at >= since)
    if until is not None:
        query = query.where(Entry.happened_at < until)
    return {account_id: int(total) for account_id, total in db.session.execute(query)}


def earned(account_ids: Sequence[int]) -> Iterable[tuple[int, dt.datetime, int]]:
    """All that these accounts earned, in no order: (account, when it happened, points). Never redemptions."""
    query = select(Entry.account_id, Entry.happened_at, Entry.points).where(
        Entry.account_id.in_(account_ids), Entry.reason.not_in(SPENDING)
    )
    yield from db.session.execute(query)


def news(account_ids: Sequence[int]) -> list[tuple[int, dt.datetime]]:
    """When the entries behind these accounts' marks happened: (account, instant), maybe with some older ones.

    A mark is written with its entries and carries their `created_at`, so none that is waited for is missed.
    """
    oldest = select(func.min(Change.created_at)).where(Change.account_id.in_(account_ids)).scalar_subquery()
    query = (
        select(Entry.account_id, Entry.happened_at)
        .where(Entry.account_id.in_(account_ids), Entry.created_at >= oldest, Entry.reason.not_in(SPENDING))
        .distinct()
    )
    return [(account_id, happened_at) for account_id, happened_at in db.session.execute(query)]


def marked(account_ids: Sequence[int]) -> set[int]:
    """Which of these accounts carry a mark that followers have yet to see."""
    return set(db.session.scalars(select(Change.account_id).where(Change.account_id.in_(account_ids))))


def account_ids_after(account_id: int, limit: int) -> list[int]:
    """The next accounts by id: to walk over all of them in batches."""
    query = select(Account.id).where(Account.id > account_id).order_by(Account.id).limit(limit)
    return list(db.session.scalars(query))


def accounts_count() -> int:
    """How many accounts there are."""
    return db.session.scalar(select(func.count(Account.id))) or 0


def newest_entry() -> int:
    """The number of the entry booked last; 0 before the first."""
    return db.session.scalar(select(func.max(Entry.id))) or 0


def marks(limit: int) -> list[tuple[int, int]]:
    """The oldest marks: (mark, account)."""
    rows = db.session.execute(select(Change.id, Change.account_id).order_by(Change.id).limit(limit))
    return [(mark_id, account_id) for mark_id, account_id in rows]


def oldest_mark() -> dt.datetime | None:
    """When the oldest mark was left."""
    return db.session.scalar(select(func.min(Change.created_at)))


def wallet_differences() -> list[tuple[int, str, int, int]]:
    """Accounts whose wallet isn't what their entries and open holds come to: (account, column, kept, recomputed)."""
    entries = (
        select(
            Entry.account_id,
            func.sum(Entry.points).label("balance"),
            func.sum(case((Entry.reason.in_(SPENDING), 0), else_=Entry.points)).label("lifetime"),
        )
        .group_by(Entry.account_id)
        .subquery()
    )
    holds = (
        select(Hold.account_id, func.sum(Hold.points).label("held"))
        .where(text(HELD))
        .group_by(Hold.account_id)
    )
    held = holds.subquery()
    columns = (
        ("balance", func.coalesce(Wallet.balance, 0), func.coalesce(entries.c.balance, 0)),
        ("lifetime", func.coalesce(Wallet.lifetime, 0), func.coalesce(entries.c.lifetime, 0)),
        ("held", func.coalesce(Wallet.held, 0), func.coalesce(held.c.held, 0)),
    )
    query = (
        select(Account.id, *(column for _, kept, true in columns for column in (kept, true)))
        .outerjoin(Wallet, Wallet.account_id == Account.id)
        .outerjoin(entries, entries.c.account_id == Account.id)
        .outerjoin(held, held.c.account_id == Account.id)
        .where(or_(*(kept != true for _, kept, true in columns)))
        .order_by(Account.id)
    )
    found = []
    for account_id, *values in db.session.execute(query):
        for index, (name, _, _) in enumerate(columns):
            kept, true = int(values[2 * index]), int(values[2 * index + 1])
            if kept != true:
                found.append((account_id, name, kept, true))
    return found


def over_corrected() -> list[tuple[int, int]]:
    """Entries that corrections took beyond zero: (entry, what is left)."""
    fixing = (
        select(Entry.corrects_id.label("entry_id"), func.sum(Entry.points).label("points"))
        .where(Entry.corrects_id.is_not(None))
        .group_by(Entry.corrects_id)
        .subquery()
    )
    left = Entry.points + fixing.c.points
    query = (
        select(Entry.id, left)
        .join(fixing, fixing.c.entry_id == Entry.id)
        .where(or_((Entry.points > 0) & (left < 0), (Entry.points < 0) & (left > 0)))
    )
    return [(entry_id, int(rest)) for entry_id, rest in db.session.execute(query)]
