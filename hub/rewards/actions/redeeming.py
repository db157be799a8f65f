"""Redeeming: one of the stock, a place under the member's limit and the points, all at once or none of it."""

import datetime as dt

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from hub import activity, ledger, segments
from hub.core import edges
from hub.core.db import db
from hub.core.place import place
from hub.ledger.queries import account_for
from hub.members.models import Member
from hub.rewards import gates, limits, telling
from hub.rewards.actions import fulfilling
from hub.rewards.limits import FINE, Ruling
from hub.rewards.models import Redemption, RedemptionNote, Reward
from hub.rewards.providers import OUTSIDE
from hub.rewards.rules import rules
from hub.rewards.wishes import KeyUsed, Refusal, Wanted, fitted, sealed

GONE = "The last one has just gone. Your points are untouched."


class _Known(Exception):
    """Somebody was faster with the same key."""


def redeem(reward_id: int, member: Member, wanted: Wanted, *, token: str, now: dt.datetime) -> Redemption:
    """Chooses a reward, once for this member and token; a second time is the first, whoever races.

    Refuses (Refusal) what is closed, gone, dearer than they read, not for this member or beyond their limit, too few
    points, and what its gates say; (Unfit) a wish with something missing; (KeyUsed) the same token for another wish.
    Then nothing is changed.
    """
    key, wish = f"redeem:{member.id}:{token}", wanted.digest(reward_id)
    if known := _known(key, wish):
        return known
    if why := gates.closed(member, now):
        raise Refusal(why)
    if member.is_stub or not member.is_active:
        raise Refusal("Only a member who has joined can choose a reward.")
    return _once(key, wish, reward_id, member, wanted, now=now)


def grant(
    reward_id: int,
    member: Member,
    *,
    key: str,
    referral_id: int | None,
    now: dt.datetime,
    by_id: int | None = None,
) -> Redemption:
    """Gives a reward for nothing, once for this key: it costs no points, and nobody approves it but a limit on gifts.

    Refuses what is gone or archived. Never asks for a size or an address: such a reward can't be given.
    """
    wish = Wanted().digest(reward_id)
    if known := _known(key, wish):
        return known
    return _once(key, wish, reward_id, member, None, now=now, referral_id=referral_id, by_id=by_id)


def _known(key: str, wish: str) -> Redemption | None:
    found = db.session.scalar(select(Redemption).where(Redemption.key == key))
    if found is not None and found.wish != wish:
        raise KeyUsed("This form was sent before with another wish. Reload the page to choose again.")
    return found


def _once(
    key: str, wish: str, reward_id: int, member: Member, wanted: Wanted | None, *, now: dt.datetime,
    referral_id: int | None = None, by_id: int | None = None,
) -> Redemption:  # fmt: skip
    try:
        with edges.attempt():
            made = _make(key, wish, reward_id, member, wanted, now, referral_id)
    except (_Known, IntegrityError, Refusal):
        known = _known(
            key, wish
        )  # whoever clicks twice on the last one has it, and is not told that it is gone
        if known is None:
            raise
        return known
    except ledger.NotEnough as error:
        raise Refusal(f"{error.short_by:,} points are missing. Nothing was spent.") from None
    _tell(made, by_id, now)
    return made


def _make(
    key: str,
    wish: str,
    reward_id: int,
    member: Member,
    wanted: Wanted | None,
    now: dt.datetime,
    referral_id: int | None,
) -> Redemption:
    reward = _take_one(reward_id, now)
    if _known(key, wish) is not None:  # it came while we waited for the reward
        raise _Known
    if wanted is not None:
        _for_them(reward, member, wanted, now)
        wanted = fitted(reward, wanted)
        if reward.counts:
            limits.tell(
                member.id, country=wanted.country, takes_no_gifts=bool(wanted.takes_no_gifts), now=now
            )
    counted = reward.cost_hundredths if reward.counts else 0
    found = limits.ruling(member, counted, counts=reward.counts, currency=reward.currency, now=now)
    if found.verdict == "donate" and wanted is not None:
        raise Refusal(found.words)
    made = _row(reward, member, key, wish, wanted, referral_id, now)
    made.counted_hundredths = counted
    made.country = known.country if (known := limits.profile(member.id)) else None
    made.limit_period, made.limit_place = (
        _place(reward, member.id, now) if wanted is not None else (None, None)
    )
    made.state = _state(reward, found, is_free=wanted is None)
    db.session.add(made)
    db.session.flush()
    _set_aside(made, wanted, found, now)
    return made


def _take_one(reward_id: int, now: dt.datetime) -> Reward:
    """One of the stock. On PostgreSQL the row stays locked: who wants the same reward waits, and then counts right."""
    open_ = (Reward.id == reward_id, Reward.state == "open", Reward.stock.is_(None) | (Reward.stock > 0))
    done = db.session.execute(
        update(Reward).where(*open_).values(stock=Reward.stock - 1, taken=Reward.taken + 1)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    found = db.session.scalar(
        select(Reward).where(Reward.id == reward_id).execution_options(populate_existing=True)
    )
    if not done.rowcount or found is None:  # type: ignore[attr-defined]
        raise Refusal(GONE if found is not None and found.is_gone else "This reward isn’t offered any more.")
    if not found.is_open(now):
        raise Refusal("This reward isn’t open at the moment.")
    return found


def _for_them(reward: Reward, member: Member, wanted: Wanted, now: dt.datetime) -> None:
    if reward.segment_id is not None and not segments.belonging([reward.segment_id], member.id, now):
        raise Refusal("This reward is for other members.")
    if wanted.price is not None and wanted.price < reward.price:
        raise Refusal(
            f"It costs {reward.price:,} points now; the page said {wanted.price:,}. Nothing was spent: choose it again "
            "if you still want it."
        )


def _place(reward: Reward, member_id: int, now: dt.datetime) -> tuple[str | None, int | None]:
    """The lowest free place under the member's limit. The database keeps each place single."""
    if reward.limit_count is None:
        return None, None
    period = period_of(reward.limit_period, now)
    held = select(Redemption.limit_place).where(
        Redemption.reward_id == reward.id, Redemption.member_id == member_id, Redemption.limit_period == period,
        Redemption.limit_place.is_not(None),
    )  # fmt: skip
    taken = set(db.session.scalars(held))
    free = next((number for number in range(1, reward.limit_count + 1) if number not in taken), None)
    if free is None:
        often = "once" if reward.limit_count == 1 else f"{reward.limit_count} times"
        span = "" if reward.limit_period == "ever" else f" each {reward.limit_period}"
        raise Refusal(f"You can choose this {often}{span}, and you have. Your points are untouched.")
    return period, free


def period_of(limit_period: str, now: dt.datetime) -> str:
    """The period of an instant in the hub's zone: 2026, 2026-Q4, 2026-11."""
    local = now.astimezone(place().zone)
    quarter = f"{local.year}-Q{(local.month + 2) // 3}"
    return {"ever": "ever", "year": str(local.year), "quarter": quarter, "month": f"{local:%Y-%m}"}[
        limit_period
    ]


def _row(
    reward: Reward,
    member: Member,
    key: str,
    wish: str,
    wanted: Wanted | None,
    referral_id: int | None,
    now: dt.datetime,
) -> Redemption:
    return Redemption(
        reward_id=reward.id, member_id=member.id, account_id=account_for(member_id=member.id), key=key, wish=wish,
        title=reward.title, kind=reward.kind, data=dict(reward.data),
        points=reward.price if wanted is not None else 0, cost_hundredths=reward.cost_hundredths,
        currency=reward.currency, options=dict(wanted.options) if wanted else {}, provider=reward.provider,
        supplier_id=reward.supplier_id if reward.provider in OUTSIDE else None,
        referral_id=referral_id, created_at=now, attempts=0, error="",
    )  # fmt: skip


def _state(reward: Reward, found: Ruling, *, is_free: bool) -> str:
    if found.verdict != "fine":
        return "held"
    if not is_free and (reward.needs_approval or reward.price > rules().approve_above):
        return "waiting"
    return "approved"


def _set_aside(made: Redemption, wanted: Wanted | None, found: Ruling, now: dt.datetime) -> None:
    """The points, the address, and what stands in the way."""
    if made.points:
        hold = ledger.hold(made.account_id, made.points, key=made.subject, subject=made.subject, now=now)
        made.hold_id = hold.id
    if wanted is not None and wanted.address:
        db.session.add(sealed(made.id, wanted.address))
    if found is not FINE:
        db.session.add(RedemptionNote(redemption_id=made.id, words=found.words, by_id=None, created_at=now))
    if made.state == "approved":
        made.approved_at = now
    db.session.flush()


def _tell(made: Redemption, by_id: int | None, now: dt.datetime) -> None:
    data = {
        "reward_id": made.reward_id,
        "points": made.points,
        "state": made.state,
        "referral_id": made.referral_id,
    }
    activity.record(
        "redemption.requested", subject=made.subject, by_id=by_id or made.member_id, now=now, data=data
    )
    if made.state == "approved":
        fulfilling.begin(made, now=now)
    telling.requested(made, now=now)
