"""Who is told what: members of what they chose, managers of what waits or runs low."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from hub import members, notices
from hub.core.db import db
from hub.rewards.models import Lapse, Payout, Redemption, Refund, Reward


def requested(made: Redemption, *, now: dt.datetime) -> None:
    """Its member, unless it was there in the same breath; the managers, when somebody has to look; and of a low
    stock."""
    reward = db.session.get_one(Reward, made.reward_id)
    if made.state not in ("sent", "delivered"):
        kind = "redemption.given" if made.referral_id is not None else "redemption.requested"
        _tell(made.member_id, kind, made, now)
    elif made.referral_id is not None:
        _tell(made.member_id, "redemption.given", made, now)
    if made.state in ("waiting", "held"):
        _managers("redemption.waiting", f"review-redemption:{made.id}", f"{made.subject}:waiting", {}, now)
    if reward.stock is not None and reward.stock <= reward.low_at:
        key = f"reward:{reward.id}:low:{reward.stocked}:{int(reward.stock == 0)}"
        _managers("reward.low", reward.subject, key, {"left": reward.stock}, now)


def approved(found: Redemption, *, now: dt.datetime) -> None:
    """It is being prepared."""
    _tell(found.member_id, "redemption.approved", found, now)


def sent(found: Redemption, *, now: dt.datetime) -> None:
    """It is on its way."""
    _tell(found.member_id, "redemption.sent", found, now)


def delivered(found: Redemption, *, now: dt.datetime) -> None:
    """It is there; whoever is given a code for a referral hears of it in the same breath."""
    if found.referral_id is None or found.sent_at != found.delivered_at:
        _tell(found.member_id, "redemption.delivered", found, now)


def ended(found: Redemption, *, now: dt.datetime) -> None:
    """It came to nothing, and the points are free; whoever cancelled knows that."""
    if found.state == "refused":
        _tell(found.member_id, "redemption.refused", found, now)


def refunded(found: Redemption, refund: Refund, *, now: dt.datetime) -> None:
    """Points came back."""
    key = f"{found.subject}:refunded:{refund.id}"
    notices.tell(
        found.member_id,
        "redemption.refunded",
        subject=found.subject,
        key=key,
        now=now,
        data={"points": refund.points},
    )


def task(found: Redemption, *, turn: str = "", now: dt.datetime) -> None:
    """Its owner: it is theirs to see to, and by when. Once for each time it is given to somebody."""
    if found.owner_id is not None:
        notices.tell(
            found.owner_id, "redemption.task", subject=f"review-redemption:{found.id}", now=now,
            key=f"{found.subject}:task:{found.owner_id}:{turn}",
            data={"on": found.due_on.isoformat() if found.due_on else ""},
        )  # fmt: skip


def second_look(refund: Refund, *, now: dt.datetime) -> None:
    """The other managers: somebody has to look at a refund."""
    subject, key = f"review-redemption:{refund.redemption_id}", f"refund:{refund.id}:second"
    _managers(
        "refund.waiting",
        subject,
        key,
        {"by_id": refund.by_id, "points": refund.points},
        now,
        but=refund.by_id,
    )


def stuck(found: Redemption, *, now: dt.datetime) -> None:
    """The managers: nobody has known for a day whether a supplier has sent it."""
    _managers("redemption.stuck", f"review-redemption:{found.id}", f"{found.subject}:stuck", {}, now)


def failing(found: Redemption, *, now: dt.datetime) -> None:
    """The managers: a supplier can't be asked until somebody mends something."""
    key = f"supplier:{found.supplier_id}:failing:{now:%Y-%m-%d}"
    _managers("redemption.failing", f"review-redemption:{found.id}", key, {}, now)


def paid(payout: Payout, *, now: dt.datetime) -> None:
    """A member's money was paid."""
    if payout.member_id is not None:
        subject = (
            f"redemption:{payout.redemption_id}" if payout.redemption_id else f"referral:{payout.referral_id}"
        )
        notices.tell(
            payout.member_id, "payout.paid", subject=subject, key=f"payout:{payout.id}:paid", now=now,
            data={"payout_id": payout.id},
        )  # fmt: skip


def lapsing(member_id: int, lapse: Lapse, *, now: dt.datetime) -> None:
    """Points will lapse on a day, unless they come back before."""
    notices.tell(
        member_id, "points.lapsing", subject=f"lapse:{lapse.id}", key=f"lapse:{lapse.id}:warned", now=now,
        data={"points": lapse.points, "on": lapse.due_on.isoformat()},
    )  # fmt: skip


def _tell(member_id: int, kind: str, found: Redemption, now: dt.datetime) -> None:
    data = {"points": found.points, "state": found.state}
    notices.tell(member_id, kind, subject=found.subject, key=f"{found.subject}:{kind}", now=now, data=data)


def _managers(
    kind: str, subject: str, key: str, data: Mapping[str, Any], now: dt.datetime, *, but: int | None = None
) -> None:  # fmt: skip
    rows = [
        {"member_id": one.id, "kind": kind, "subject": subject, "key": f"{key}:{one.id}", "data": dict(data)}
        for one in members.staff("manager") if one.id != but
    ]  # fmt: skip
    notices.tell_many(rows, now=now)
