"""How entries reach the books: one batch, one transaction, wallets and marks with it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, literal, select

from hub import outbox
from hub.core import bulk
from hub.core.db import db
from hub.ledger.models import Account, Change, Entry, EntryNote, Wallet

if TYPE_CHECKING:
    from hub.ledger.actions import Award

CHUNK = 500
SPENDING = frozenset({"redemption", "refund", "lapse"})
"""Reasons that are no part of what was earned: lifetimes and boards never see them."""


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
    rows = bulk.put_new(Entry, [_row(award, now) for award in wanted.values()], unique="key")
    fresh: dict[str, int] = {row["key"]: row["id"] for row in rows}
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
    bulk.add_up(Wallet, rows, by="account_id", sums=("balance", "lifetime"))
    mark(sums, now=now)


def mark(account_ids: Iterable[int], *, now: dt.datetime) -> None:
    """Leaves a mark on accounts, so that followers look at them. Also for changes that aren't entries."""
    rows = [{"account_id": account_id, "created_at": now} for account_id in sorted(account_ids)]
    if rows:
        bulk.put(Change, rows)
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
