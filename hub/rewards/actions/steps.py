"""Single steps from state to state, each once: whoever comes second is told that it has moved."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, select, update

from hub import activity, ledger
from hub.core.db import db
from hub.outbox.actions import insert_ignoring
from hub.rewards import payouts, telling
from hub.rewards.models import OPEN, GiftGiven, Payout, Redemption, RedemptionAddress, RedemptionNote, Reward
from hub.rewards.wishes import Refusal

MOVED = "It has moved on meanwhile. Look at it again."
AT_SUPPLIER = (
    "Nobody knows yet whether the supplier has sent it. Its points stay set aside until that is clear."
)


def move(redemption_id: int, begins: Collection[str], to: str, **values: Any) -> Redemption | None:
    """One step, by one statement: None when the redemption isn't where the step begins."""
    more = values.pop("where", ())
    change = update(Redemption).where(Redemption.id == redemption_id, Redemption.state.in_(begins), *more)
    values.setdefault("taken_until", None)
    values.setdefault("unknown_at", None)
    done = db.session.execute(change.values(state=to, **values).execution_options(synchronize_session=False))
    return fresh(redemption_id) if done.rowcount else None  # type: ignore[attr-defined]


def fresh(redemption_id: int) -> Redemption:
    """A redemption as the database has it now."""
    query = select(Redemption).where(Redemption.id == redemption_id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def end(
    redemption_id: int, begins: Collection[str], to: str, by_id: int | None, now: dt.datetime, words: str, **more: Any
) -> Redemption:  # fmt: skip
    found = move(redemption_id, begins, to, ended_at=now, limit_place=None, error="", **more)
    if found is None:
        state = fresh(redemption_id).state
        raise Refusal(AT_SUPPLIER if state in ("sending", "unknown") else MOVED)
    note(found, words, by_id, now)
    _give_back(found, now)
    record(to, found, by_id, now)
    telling.ended(found, now=now)
    return found


def _give_back(found: Redemption, now: dt.datetime) -> None:
    """The reward first, then the wallet: the same order in which they were taken."""
    db.session.execute(
        update(Reward).where(Reward.id == found.reward_id).values(stock=Reward.stock + 1, taken=Reward.taken - 1)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if found.hold_id is not None:
        ledger.release(found.hold_id, now=now)
    forget_address(found.id)
    owed = db.session.scalar(select(Payout.id).where(Payout.redemption_id == found.id))
    if owed is not None:
        payouts.advance(owed, "void", by_id=None, now=now)


def dispatch(
    redemption_id: int, *, by_id: int | None, now: dt.datetime, tracking: str = "", tracking_url: str = "",
    outside_id: str | None = None, begins: Collection[str] = ("approved",), quietly: bool = False,
) -> Redemption:  # fmt: skip
    """It is on its way: the points are spent now, once. Refuses what isn't approved, or has moved on."""
    values: dict[str, Any] = {"sent_at": now, "error": ""}
    values |= (
        {"tracking": tracking[:200], "tracking_url": tracking_url[:500]} if tracking or tracking_url else {}
    )
    values |= {"outside_id": outside_id} if outside_id else {}
    found = move(redemption_id, begins, "sent", **values)
    if found is None:
        raise Refusal(MOVED)
    if found.hold_id is not None:
        ledger.settle(found.hold_id, reason="redemption", now=now, by_id=by_id)
    record("sent", found, by_id, now)
    if not quietly:
        telling.sent(found, now=now)
    return found


def deliver(redemption_id: int, *, by_id: int | None, now: dt.datetime) -> Redemption:
    """It is there: the address goes, and it is written down among what we gave. Refuses what wasn't sent."""
    found = move(redemption_id, ("sent",), "delivered", delivered_at=now)
    if found is None:
        raise Refusal(MOVED)
    forget_address(found.id)
    given = {
        "member_id": found.member_id,
        "kind": "reward",
        "redemption_id": found.id,
        "words": "",
        "given_at": now,
    }
    db.session.execute(insert_ignoring(GiftGiven).values(**given))
    record("delivered", found, by_id, now)
    telling.delivered(found, now=now)
    return found


def turned_down(redemption_id: int, *, now: dt.datetime, words: str) -> Redemption | None:
    """The supplier says no, for good. None when it has ended or was sent already."""
    try:
        return end(redemption_id, OPEN, "refused", None, now, words)
    except Refusal:
        return None


def note(found: Redemption, words: str, by_id: int | None, now: dt.datetime) -> None:
    """Words that stay with it."""
    if words.strip():
        row = RedemptionNote(redemption_id=found.id, words=words.strip()[:2000], by_id=by_id, created_at=now)
        db.session.add(row)
        db.session.flush()


def forget_address(redemption_id: int) -> None:
    """Nobody needs it any more."""
    db.session.execute(delete(RedemptionAddress).where(RedemptionAddress.redemption_id == redemption_id))


def record(what: str, found: Redemption, by_id: int | None, now: dt.datetime) -> None:
    data = {"reward_id": found.reward_id, "referral_id": found.referral_id}
    activity.record(f"redemption.{what}", subject=found.subject, by_id=by_id, now=now, data=data)
