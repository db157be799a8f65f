"""Award, correct, hold, settle, release. Each is exactly once by its key, whoever races."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update

from hub.core.db import db
from hub.ledger.books import SPENDING, KeyTaken, book, find
from hub.ledger.models import LIMIT, Entry, Hold, Wallet
from hub.outbox.actions import insert_ignoring

__all__ = ["Award", "KeyTaken", "NotEnough", "award", "award_many", "correct", "hold", "release", "settle"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Award:
    """Points to book: how many, to whom, why, under which key, and when it happened."""

    account_id: int
    points: int
    reason: str
    key: str
    subject: str
    happened_at: dt.datetime
    corrects_id: int | None = None
    by_id: int | None = None
    note: str | None = None


class NotEnough(Exception):
    """The free balance is smaller than what was asked for. `short_by` is how many points are missing."""

    def __init__(self, short_by: int) -> None:
        super().__init__(f"{short_by:,} points are missing")
        self.short_by = short_by


def award(
    account_id: int,
    points: int,
    *,
    reason: str,
    key: str,
    subject: str,
    happened_at: dt.datetime,
    now: dt.datetime,
    by_id: int | None = None,
    note: str | None = None,
) -> Entry:
    """Books points once under `key` and returns the entry, also when it was there already.

    Refuses zero, more than a million either way, and a known key with another amount or account (KeyTaken).
    """
    wish = Award(
        account_id=account_id, points=points, reason=reason, key=key, subject=subject,
        happened_at=happened_at, by_id=by_id, note=note,
    )  # fmt: skip
    award_many([wish], now=now)
    return find(key)


def award_many(awards: Sequence[Award], *, now: dt.datetime) -> set[str]:
    """Books many awards in a few statements; returns the keys that were new. Refuses what `award` refuses."""
    for wish in awards:
        if not wish.points or abs(wish.points) > LIMIT or not wish.key:
            raise ValueError(f"an entry needs a key and 1 to {LIMIT:,} points either way, not {wish.points}")
    return book(awards, now=now)


def correct(
    entry_id: int,
    points: int,
    *,
    key: str,
    now: dt.datetime,
    by_id: int | None = None,
    note: str | None = None,
    reason: str = "correction",
) -> Entry:
    """Answers an entry with another one that names it and counts in its period.

    Refuses to take back more than the entry and its earlier corrections come to, and a reason that counts as earned
    for what was spent (a refund answers that), or the other way round: lifetimes and boards would be off.
    """
    entry = db.session.get_one(Entry, entry_id)
    if (entry.reason in SPENDING) != (reason in SPENDING):
        raise ValueError(f"{entry.reason} can't be answered by {reason}: one is earned, the other spent")
    lock(entry.account_id)
    if _known(key) is None:
        standing = entry.points + _corrected(entry_id)
        if entry.points > 0 and standing + points < 0:
            raise ValueError(f"{-points:,} is more than the {standing:,} points this line still comes to")
        if entry.points < 0 and standing + points > 0:
            raise ValueError(f"{points:,} is more than the {-standing:,} points this line took")
    wish = Award(
        account_id=entry.account_id, points=points, reason=reason, key=key, subject=entry.subject,
        happened_at=entry.happened_at, corrects_id=entry_id, by_id=by_id, note=note,
    )  # fmt: skip
    award_many([wish], now=now)
    return find(key)


def _known(key: str) -> int | None:
    return db.session.scalar(select(Entry.id).where(Entry.key == key))


def is_booked(key: str) -> bool:
    """Whether an entry has this key."""
    return _known(key) is not None


def _corrected(entry_id: int) -> int:
    return int(db.session.scalar(select(func.sum(Entry.points)).where(Entry.corrects_id == entry_id)) or 0)


def comes_to(entry_id: int) -> int:
    """What a line comes to with all that corrects it."""
    return db.session.get_one(Entry, entry_id).points + _corrected(entry_id)


def lock(account_id: int) -> None:
    """Makes whoever else corrects this account wait for this transaction."""
    db.session.execute(select(Wallet.account_id).where(Wallet.account_id == account_id).with_for_update())


def hold(account_id: int, points: int, *, key: str, subject: str, now: dt.datetime) -> Hold:
    """Sets points aside once under `key`. Raises NotEnough when the free balance is smaller, whoever races."""
    if not 1 <= points <= LIMIT:
        raise ValueError(f"a hold is for 1 to {LIMIT:,} points, not {points}")
    with db.session.begin_nested():
        row = {"account_id": account_id, "points": points, "key": key, "subject": subject, "created_at": now}
        fresh = db.session.execute(
            insert_ignoring(Hold).values(**row).returning(Hold.id)
        ).scalar_one_or_none()
        found = db.session.scalars(select(Hold).where(Hold.key == key)).one()
        if (found.account_id, found.points) != (account_id, points):
            raise KeyTaken(key)
        if fresh is not None:
            _set_aside(account_id, points)
    return found


def _set_aside(account_id: int, points: int) -> None:
    free = Wallet.balance - Wallet.held
    claim = update(Wallet).where(Wallet.account_id == account_id, free >= points)
    done = db.session.execute(
        claim.values(held=Wallet.held + points).execution_options(synchronize_session=False)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        have = db.session.scalar(select(free).where(Wallet.account_id == account_id)) or 0
        raise NotEnough(points - max(0, have))


def settle(hold_id: int, *, reason: str, now: dt.datetime, by_id: int | None = None) -> Entry:
    """Spends what was held, once: the entry carries the hold's key. Refuses a hold that was released."""
    held = _end(hold_id, settled_at=now)
    wish = Award(
        account_id=held.account_id, points=-held.points, reason=reason, key=held.key, subject=held.subject,
        happened_at=now, by_id=by_id,
    )  # fmt: skip
    award_many([wish], now=now)
    return find(held.key)


def release(hold_id: int, *, now: dt.datetime) -> Hold:
    """Gives held points back, once. Refuses a hold that was settled."""
    return _end(hold_id, released_at=now)


def _end(hold_id: int, **end: dt.datetime) -> Hold:
    (column,) = end
    open_ = (Hold.id == hold_id, Hold.settled_at.is_(None), Hold.released_at.is_(None))
    done = db.session.execute(
        update(Hold).where(*open_).values(**end).execution_options(synchronize_session=False)
    )
    held = db.session.scalars(
        select(Hold).where(Hold.id == hold_id).execution_options(populate_existing=True)
    ).one()
    if done.rowcount:  # type: ignore[attr-defined]
        wallet = update(Wallet).where(Wallet.account_id == held.account_id)
        db.session.execute(
            wallet.values(held=Wallet.held - held.points).execution_options(synchronize_session=False)
        )
    elif getattr(held, column) is None:
        raise ValueError("this hold has ended the other way already")
    return held
