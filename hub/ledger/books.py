"""How entries reach the books: one batch, one transaction, wallets and marks with it.

PostgreSQL takes the batch as arrays (`unnest … ON CONFLICT DO NOTHING`), several times faster than row by row; on
SQLite the writing transaction is alone, so known keys are looked up first and the rest goes in with one executemany.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, literal, select, text
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from hub import outbox
from hub.core.db import db, is_sqlite, table_of
from hub.ledger.models import Account, Change, Entry, EntryNote, Wallet

if TYPE_CHECKING:
    from hub.ledger.actions import Award

CHUNK = 500
SPENDING = frozenset({"redemption", "refund", "lapse"})
"""Reasons that are no part of what was earned: lifetimes and boards never see them."""
COLUMNS = {
    "account_id": "bigint", "points": "bigint", "reason": "text", "key": "text", "subject": "text",
    "corrects_id": "bigint", "by_id": "bigint", "happened_at": "timestamptz", "created_at": "timestamptz",
}  # fmt: skip


class KeyTaken(Exception):
    """The key was used before, for another amount or account. Nothing was booked."""

    def __init__(self, key: str) -> None:
        super().__init__(f"{key} was booked before with another amount or account")
        self.key = key


def find(key: str) -> Entry:
    """The entry of a key that was booked."""
    return db.session.scalars(select(Entry).where(Entry.key == key)).one()


def book(awards: Sequence["Award"], *, now: dt.datetime) -> set[str]:
    """Writes the awards whose keys are new; returns those keys. Raises KeyTaken on a reused key."""
    wanted: dict[str, Award] = {}
    for award in awards:
        _same(wanted.setdefault(award.key, award), award.account_id, award.points)
    fresh: dict[str, int] = {}
    for keys in _chunks(list(wanted), CHUNK):
        fresh |= _insert([_row(wanted[key], now) for key in keys])
    _refuse_reuse([award for key, award in wanted.items() if key not in fresh])
    booked = [wanted[key] for key in fresh]
    _note([(fresh[award.key], award.note) for award in booked if award.note])
    _count(booked, now)
    return set(fresh)


def _row(award: "Award", now: dt.datetime) -> dict[str, Any]:
    return {
        "account_id": award.account_id, "points": award.points, "reason": award.reason, "key": award.key,
        "subject": award.subject, "corrects_id": award.corrects_id, "by_id": award.by_id,
        "happened_at": min(award.happened_at, now), "created_at": now,
    }  # fmt: skip


def _insert(rows: list[dict[str, Any]]) -> dict[str, int]:
    if is_sqlite():
        return _insert_sqlite(rows)
    arrays = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in COLUMNS.items())
    names = ", ".join(COLUMNS)
    # Only fixed column names are put into the statement; the values are bound.
    statement = text(
        f"INSERT INTO entries ({names}) SELECT * FROM unnest({arrays}) "  # noqa: S608
        "ON CONFLICT (key) DO NOTHING RETURNING key, id"
    )
    bound = {name: [row[name] for row in rows] for name in COLUMNS}
    return {key: entry_id for key, entry_id in db.session.execute(statement, bound)}


def _insert_sqlite(rows: list[dict[str, Any]]) -> dict[str, int]:
    keys = [row["key"] for row in rows]
    known = set(db.session.scalars(select(Entry.key).where(Entry.key.in_(keys))))
    new = [row for row in rows if row["key"] not in known]
    if new:
        db.session.execute(insert(table_of(Entry)), new)
    inserted = select(Entry.key, Entry.id).where(Entry.key.in_([row["key"] for row in new]))
    return {key: entry_id for key, entry_id in db.session.execute(inserted)}


def _refuse_reuse(awards: list["Award"]) -> None:
    known = {award.key: award for award in awards}
    for keys in _chunks(list(known), CHUNK):
        rows = select(Entry.key, Entry.account_id, Entry.points).where(Entry.key.in_(keys))
        for key, account_id, points in db.session.execute(rows):
            _same(known[key], account_id, points)


def _same(award: "Award", account_id: int, points: int) -> None:
    if (award.account_id, award.points) != (account_id, points):
        raise KeyTaken(award.key)


def _note(notes: list[tuple[int, str | None]]) -> None:
    if notes:
        db.session.execute(
            insert(EntryNote), [{"entry_id": entry_id, "note": note} for entry_id, note in notes]
        )


def _count(awards: Iterable["Award"], now: dt.datetime) -> None:
    """Adds the batch to its wallets, in the order of accounts (so that two batches never wait for each other in
    a circle), and leaves one mark per account."""
    sums: dict[int, list[int]] = {}
    for award in awards:
        total = sums.setdefault(award.account_id, [0, 0])
        total[0] += award.points
        total[1] += 0 if award.reason in SPENDING else award.points
    if not sums:
        return
    rows = [
        {"account_id": account_id, "balance": balance, "held": 0, "lifetime": lifetime}
        for account_id, (balance, lifetime) in sorted(sums.items())
    ]
    table = table_of(Wallet)
    statement = sqlite_insert(table) if is_sqlite() else postgresql_insert(table)
    statement = statement.on_conflict_do_update(
        index_elements=["account_id"],
        set_={
            "balance": Wallet.balance + statement.excluded.balance,
            "lifetime": Wallet.lifetime + statement.excluded.lifetime,
        },
    )
    db.session.execute(statement, rows)
    mark(sums, now=now)


def mark(account_ids: Iterable[int], *, now: dt.datetime) -> None:
    """Leaves a mark on accounts, so that followers look at them. Also for changes that aren't entries."""
    rows = [{"account_id": account_id, "created_at": now} for account_id in sorted(account_ids)]
    if rows:
        db.session.execute(insert(table_of(Change)), rows)
        outbox.bell("ledger.changes")


def mark_everybody(*, now: dt.datetime) -> None:
    """Leaves a mark on each account: for a follower that has to look at all of them."""
    everybody = select(Account.id, literal(now, Change.created_at.type)).order_by(Account.id)
    db.session.execute(insert(Change).from_select(["account_id", "created_at"], everybody))
    outbox.bell("ledger.changes")


def forget_marks(mark_ids: Sequence[int]) -> None:
    """Deletes exactly these marks."""
    db.session.execute(delete(Change).where(Change.id.in_(mark_ids)))


def _chunks(items: list[str], size: int) -> Iterable[list[str]]:
    return (items[start : start + size] for start in range(0, len(items), size))
