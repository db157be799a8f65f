"""What rewards come to, recomputed from the rows that justify it. Only reads."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import String, and_, cast, func, literal, or_, select

from hub.core.db import db
from hub.ledger.models import Entry, Hold
from hub.referrals.models import Referral
from hub.rewards.models import (
    OPEN,
    TAKING,
    Lapse,
    Payout,
    Redemption,
    Refund,
    Reward,
    RewardCode,
    RewardDecision,
)
from hub.rewards.payouts import worth

SPENT = ("sent", "delivered")


def stock() -> Iterator[tuple[int, str, int, int]]:
    """Rewards whose counts are off: (reward, column, kept, recomputed)."""
    held = (
        select(Redemption.reward_id, func.count().label("held"))
        .where(Redemption.state.in_(TAKING)).group_by(Redemption.reward_id).subquery()
    )  # fmt: skip
    taken = func.coalesce(held.c.held, 0)
    query = (
        select(Reward.id, Reward.taken, taken, Reward.stock, Reward.stocked)
        .outerjoin(held, held.c.reward_id == Reward.id)
        .where(
            or_(
                Reward.taken != taken, and_(Reward.stock.is_not(None), Reward.stock != Reward.stocked - taken)
            )
        )
    )
    for reward_id, kept, true, left, stocked in db.session.execute(query.order_by(Reward.id)):
        if kept != true:
            yield reward_id, "taken", int(kept), int(true)
        if left is not None and left != stocked - true:
            yield reward_id, "stock", int(left), int(stocked - true)


def holds() -> Iterator[tuple[int, str]]:
    """Redemptions whose points are not where their state says: set aside while open, spent when sent, free when
    ended."""
    query = (
        select(
            Redemption.id,
            Redemption.state,
            Redemption.points,
            Hold.points,
            Hold.settled_at,
            Hold.released_at,
            Entry.points,
        )
        .outerjoin(Hold, Hold.id == Redemption.hold_id)
        .outerjoin(Entry, Entry.key == literal("redemption:") + cast(Redemption.id, String))
        .order_by(Redemption.id)
    )
    for number, state, points, held, settled, released, entry in db.session.execute(
        query.execution_options(yield_per=500)
    ):
        says = _held(state, points, held, settled, released, entry)
        if says:
            yield number, says
    lost = (
        select(Hold.id, Hold.key).outerjoin(Redemption, Redemption.hold_id == Hold.id)
        .where(Hold.key.like("redemption:%"), Redemption.id.is_(None))
    )  # fmt: skip
    for hold_id, key in db.session.execute(lost):
        yield int(key.split(":")[1]), f"hold {hold_id} belongs to no redemption"


def _held(
    state: str, points: int, held: int | None, settled: object, released: object, entry: int | None
) -> str:
    if not points:
        return "costs nothing and has a hold" if held is not None or entry is not None else ""
    if held != points:
        return f"costs {points:,} and holds {held or 0:,}"
    if state in OPEN and (settled or released):
        return f"is {state}, and its points aren't set aside any more"
    if state in SPENT and (settled is None or entry != -points):
        return f"is {state}, and {points:,} points aren't spent"
    if state not in TAKING and (released is None or entry is not None):
        return f"is {state}, and its points aren't free"
    return ""


def codes() -> Iterator[tuple[int, str]]:
    """Codes of another reward, codes of what was given back, and deliveries without a code."""
    query = (
        select(Redemption.id, RewardCode.reward_id, Redemption.reward_id, Redemption.state)
        .join(Redemption, Redemption.id == RewardCode.redemption_id)
        .where(
            or_(RewardCode.reward_id != Redemption.reward_id, Redemption.state.in_(("refused", "cancelled")))
        )
    )
    for number, of, wanted, state in db.session.execute(query.order_by(Redemption.id)):
        yield number, f"has a code of reward {of}" if of != wanted else f"is {state} and has a code"
    without = (
        select(Redemption.id).outerjoin(RewardCode, RewardCode.redemption_id == Redemption.id)
        .where(Redemption.provider == "codes", Redemption.state.in_(SPENT), RewardCode.id.is_(None))
    )  # fmt: skip
    for number in db.session.scalars(without.order_by(Redemption.id)):
        yield number, "was delivered without a code"


def refunds() -> Iterator[tuple[int, str]]:
    """Refunds that aren't in the books as they say, and more given back than was spent."""
    query = (
        select(Refund.redemption_id, Refund.points, Entry.points, Entry.key, Refund.id)
        .outerjoin(Entry, Entry.id == Refund.entry_id).where(Refund.state == "booked").order_by(Refund.id)
    )  # fmt: skip
    for number, points, booked, key, refund_id in db.session.execute(query):
        if booked != points or key != f"refund:{refund_id}":
            yield number, f"refund {refund_id} says {points:,}, the books say {booked or 0:,}"
    much = (
        select(Redemption.id, Redemption.points, func.sum(Refund.points))
        .join(Refund, Refund.redemption_id == Redemption.id).where(Refund.state != "refused")
        .group_by(Redemption.id, Redemption.points).having(func.sum(Refund.points) > Redemption.points)
    )  # fmt: skip
    for number, points, back in db.session.execute(much):
        yield number, f"cost {points:,}, and {int(back):,} are given back or asked for"


def lapses() -> Iterator[tuple[int, str]]:
    """Entries of lapsed points without a warning that was given well before, or with other numbers."""
    query = (
        select(Entry.id, Entry.points, Entry.created_at, Lapse.points, Lapse.warned_at, Lapse.due_on)
        .outerjoin(Lapse, Lapse.entry_id == Entry.id).where(Entry.reason == "lapse").order_by(Entry.id)
    )  # fmt: skip
    rows: list[Any] = list(db.session.execute(query))
    for entry_id, points, at, warned, warned_at, due_on in rows:
        if warned is None:
            yield entry_id, "lapsed without a warning"
        elif -points > warned or at.date() < due_on or (due_on - warned_at.date()).days < 14:
            yield entry_id, f"took {-points:,} of {warned:,} points, warned of on {warned_at:%Y-%m-%d}"


def decisions() -> Iterator[tuple[int, str]]:
    """Decisions that say given without a gift of that referral, and gifts of a referral without a decision."""
    query = (
        select(RewardDecision.referral_id, Redemption.referral_id)
        .join(Redemption, Redemption.id == RewardDecision.redemption_id)
        .where(or_(RewardDecision.outcome != "given", Redemption.referral_id != RewardDecision.referral_id))
    )
    for number, other in db.session.execute(query):
        yield number, f"its decision names what referral {other} brought"
    stray = (
        select(Redemption.referral_id).outerjoin(RewardDecision, RewardDecision.redemption_id == Redemption.id)
        .where(Redemption.referral_id.is_not(None), RewardDecision.id.is_(None))
    )  # fmt: skip
    for stray_id in db.session.scalars(stray):
        yield stray_id or 0, "brought a reward that nobody decided"


def commissions() -> Iterator[tuple[str, str]]:
    """Payouts whose amount isn't what their own terms come to; years that share out more or less than a whole; money
    that nobody decided, and money that a moved credit left behind."""
    query = (
        select(Payout, Redemption.cost_hundredths)
        .outerjoin(Redemption, Redemption.id == Payout.redemption_id).order_by(Payout.id)
    )  # fmt: skip
    for one, cost in db.session.execute(query.execution_options(yield_per=500)):
        true = cost if one.kind == "flat" else worth(
            one.kind, base_hundredths=one.base_hundredths, percent_bp=one.percent_bp, seats=one.seats,
            seat_hundredths=one.seat_hundredths, share_percent=one.share_percent,
        )  # fmt: skip
        if one.amount_hundredths != true:
            yield (
                f"payout {one.id}",
                f"says {_money(one.amount_hundredths)}, its terms come to {_money(true)}",
            )
    whole = (
        select(Payout.referral_id, Payout.year, func.sum(Payout.share_percent)).where(Payout.referral_id.is_not(None))
        .group_by(Payout.referral_id, Payout.year).having(func.sum(Payout.share_percent) != 100)
    )  # fmt: skip
    for number, year, percent in db.session.execute(whole.order_by(Payout.referral_id, Payout.year)):
        yield f"referral {number}", f"its payouts of year {year} share out {int(percent)} % of its commission"
    yield from _stray_commissions()


def _stray_commissions() -> Iterator[tuple[str, str]]:
    query = (
        select(Payout.referral_id, RewardDecision.plan_id, Referral.merged_into_id)
        .join(Referral, Referral.id == Payout.referral_id)
        .outerjoin(RewardDecision, RewardDecision.referral_id == Payout.referral_id)
        .where(
            or_(
                RewardDecision.plan_id.is_(None),
                and_(Referral.merged_into_id.is_not(None), Payout.state == "closed"),
            )
        )
        .distinct().order_by(Payout.referral_id)
    )  # fmt: skip
    for number, plan_id, into in db.session.execute(query):
        if plan_id is None:
            yield f"referral {number}", "is owed a commission that nobody decided"
        else:
            yield f"referral {number}", f"is owed a commission, and its credit has moved to referral {into}"


def _money(hundredths: int | None) -> str:
    return "nothing yet" if hundredths is None else f"{hundredths / 100:,.2f}"
