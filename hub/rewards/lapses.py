"""Points of those who haven't been here for long, where a hub has decided that they lapse. Off unless it has.

Months without a point earned or spent, then a warning with a day at least `warn_days` ahead; whoever earns or spends
anything until then keeps everything. What is set aside for a redemption is never touched.
"""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select, update

from hub import activity, ledger
from hub.core.db import db
from hub.ledger.models import Account, Entry, Hold, Wallet
from hub.members.models import Member
from hub.outbox.actions import insert_ignoring
from hub.rewards import telling
from hub.rewards.models import Lapse, RewardRules
from hub.rewards.rules import rules

AT_ONCE = 500


def look(*, now: dt.datetime) -> int:
    """Warns whoever is due, and books what was warned of and is due; how many lapsed. Each once."""
    found = rules()
    booked = sum(_end(one, now) for one in _due(now))
    if found.lapse_months is not None:
        _warn(found, now)
    return booked


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day so many months earlier, or the last of that month."""
    total = day.year * 12 + day.month - 1 - months
    year, month = divmod(total, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return dt.date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _last_active() -> ColumnElement[dt.datetime]:
    """When an account last earned or spent anything; points that lapse are no sign of life."""
    query = select(func.max(Entry.created_at)).where(Entry.account_id == Account.id, Entry.reason != "lapse")
    return query.correlate(Account).scalar_subquery()


def _warn(found: RewardRules, now: dt.datetime) -> None:
    assert found.lapse_months is not None
    assert found.lapse_from_on is not None
    due_on = now.date() + dt.timedelta(days=found.warn_days)
    silent_since = months_before(due_on, found.lapse_months)
    if now.date() < found.lapse_from_on:
        return
    before = dt.datetime.combine(silent_since, dt.time(), dt.UTC)
    open_hold = exists().where(
        Hold.account_id == Account.id, Hold.settled_at.is_(None), Hold.released_at.is_(None)
    )
    warned = exists().where(Lapse.account_id == Account.id, Lapse.state == "warned")
    query = (
        select(Account.id, Account.member_id, (Wallet.balance - Wallet.held).label("free"))
        .join(Wallet, Wallet.account_id == Account.id).join(Member, Member.id == Account.member_id)
        .where(
            Wallet.balance - Wallet.held > 0, _last_active() < before, ~open_hold, ~warned,
            Member.erased_at.is_(None), ~Member.is_stub,
        )
        .order_by(Account.id).limit(AT_ONCE)
    )  # fmt: skip
    rows: list[Any] = list(db.session.execute(query).all())
    for account_id, member_id, free in rows:
        row = {
            "account_id": account_id,
            "due_on": due_on,
            "points": free,
            "state": "warned",
            "warned_at": now,
        }
        made = insert_ignoring(Lapse).values(**row).returning(Lapse.id)
        number = db.session.execute(made).scalar_one_or_none()
        if number is not None:
            telling.lapsing(member_id, db.session.get_one(Lapse, number), now=now)


def _due(now: dt.datetime) -> list[Lapse]:
    query = (
        select(Lapse)
        .where(Lapse.state == "warned", Lapse.due_on <= now.date())
        .order_by(Lapse.id)
        .limit(AT_ONCE)
    )
    return list(db.session.scalars(query.with_for_update(skip_locked=True)))


def _end(one: Lapse, now: dt.datetime) -> bool:
    """Books a lapse, or spares it: somebody who was here since, or set points aside, or a policy that ended."""
    active = exists().where(
        Entry.account_id == one.account_id, Entry.created_at > one.warned_at, Entry.reason != "lapse"
    )
    held = exists().where(Hold.account_id == one.account_id, Hold.created_at > one.warned_at)
    wallet = ledger.wallet(one.account_id)
    is_spared = db.session.scalar(select(active | held)) or rules().lapse_months is None or wallet.free <= 0
    values: dict[str, object] = {"state": "spared", "ended_at": now}
    if not is_spared:
        points = min(wallet.free, one.points)
        hold = ledger.hold(one.account_id, points, key=f"lapse:{one.id}", subject=f"lapse:{one.id}", now=now)
        entry = ledger.settle(hold.id, reason="lapse", now=now)
        values = {"state": "booked", "ended_at": now, "entry_id": entry.id}
    change = update(Lapse).where(Lapse.id == one.id, Lapse.state == "warned")
    db.session.execute(change.values(**values).execution_options(synchronize_session=False))
    if not is_spared:
        activity.record("points.lapsed", subject=f"lapse:{one.id}", now=now)
    return not is_spared
