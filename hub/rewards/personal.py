"""What this room keeps of one person. Redemptions hold ids and numbers and stay; addresses, words and wishes go."""

import datetime as dt

from sqlalchemy import delete, select, update

from hub.core import registry
from hub.core.db import db
from hub.core.personal import told
from hub.ledger.models import Account
from hub.rewards.actions import steps
from hub.rewards.models import (
    GiftGiven,
    Lapse,
    Payout,
    Redemption,
    RedemptionNote,
    Refund,
    RewardPlan,
    RewardProfile,
    RewardWish,
)
from hub.rewards.wishes import Refusal


@registry.export("rewards")
def tell(member_id: int) -> registry.Told:
    """What they chose and what became of it, what they save towards, what was paid, what we gave them. Where
    something is sent to stands in the redemption's own page while it is needed."""
    mine = select(Redemption.id).where(Redemption.member_id == member_id)
    yield told(
        Redemption,
        Redemption.member_id == member_id,
        without=("key", "wish", "error", "owner_id", "taken_until", "asked_at"),
    )
    yield told(RedemptionNote, RedemptionNote.redemption_id.in_(mine), without=("by_id",))
    yield told(Refund, Refund.redemption_id.in_(mine), without=("by_id", "second_by_id", "key"))
    yield told(RewardWish, RewardWish.member_id == member_id)
    yield told(RewardProfile, RewardProfile.member_id == member_id)
    yield told(Payout, Payout.member_id == member_id, without=("by_id",))
    yield told(RewardPlan, RewardPlan.member_id == member_id, without=("by_id",))
    yield told(GiftGiven, GiftGiven.member_id == member_id, without=("by_id",))
    yield told(Lapse, Lapse.account_id.in_(select(Account.id).where(Account.member_id == member_id)))


@registry.erasure("rewards")
def forget(member_id: int, now: dt.datetime) -> None:
    """Cancels what nobody outside knows of yet, and forgets addresses, words, wishes and what they said about gifts.
    What a supplier has goes its way."""
    mine = select(Redemption.id).where(Redemption.member_id == member_id)
    for number in list(db.session.scalars(mine.order_by(Redemption.id))):
        _cancel(number, now)
        steps.forget_address(number)
    db.session.execute(delete(RedemptionNote).where(RedemptionNote.redemption_id.in_(mine)))
    blank = update(Refund).where(Refund.redemption_id.in_(mine)).values(words="", erased_at=now)
    db.session.execute(blank.execution_options(synchronize_session=False))
    sizes = update(Redemption).where(Redemption.member_id == member_id).values(options={}, country=None)
    db.session.execute(sizes.execution_options(synchronize_session=False))
    for model in (RewardWish, RewardProfile):
        db.session.execute(delete(model).where(model.member_id == member_id))
    given = update(GiftGiven).where(GiftGiven.member_id == member_id).values(words="")
    db.session.execute(given.execution_options(synchronize_session=False))
    off = update(RewardPlan).where(RewardPlan.member_id == member_id).values(is_on=False)
    db.session.execute(off.execution_options(synchronize_session=False))


def _cancel(redemption_id: int, now: dt.datetime) -> None:
    try:
        steps.end(
            redemption_id, ("waiting", "held", "approved"), "cancelled", None, now, "",
            where=(Redemption.attempts == 0,),
        )  # fmt: skip
    except Refusal:
        return
