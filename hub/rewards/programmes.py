"""What a referral brings besides points: the plan that fits, and the decision, exactly once."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import joinedload

from hub import activity
from hub.core.db import db
from hub.members.models import Member
from hub.outbox.actions import insert_ignoring
from hub.referrals.models import ProgrammeVersion, Referral
from hub.referrals.queries import reached
from hub.rewards import payouts
from hub.rewards.actions import grant
from hub.rewards.models import Reward, RewardDecision, RewardPlan
from hub.rewards.rules import rules
from hub.rewards.wishes import Refusal

AT_ONCE = 200
LOOKED_AT = ("review", "approval", "refused")
REFUSED = "This introduction was refused after somebody looked at it: it brings nothing."


def plans(programme_id: int | None = None) -> list[RewardPlan]:
    """Plans by programme, the widest first."""
    query = select(RewardPlan).order_by(RewardPlan.programme_id, RewardPlan.for_key, RewardPlan.id)
    return list(
        db.session.scalars(
            query if programme_id is None else query.where(RewardPlan.programme_id == programme_id)
        )
    )


def listed() -> list[RewardPlan]:
    """Every plan with its reward and its member."""
    query = select(RewardPlan).options(joinedload(RewardPlan.reward), joinedload(RewardPlan.member))
    return list(
        db.session.scalars(query.order_by(RewardPlan.programme_id, RewardPlan.for_key, RewardPlan.id))
    )


def is_known(referral_id: int) -> bool:
    """Whether there is such a referral."""
    return db.session.get(Referral, referral_id) is not None


def fitting(referral: Referral, advocate: Member) -> RewardPlan | None:
    """The narrowest plan that is on: for this member, for this way of referring, for their type, for everybody."""
    keys = (f"member:{advocate.id}", f"mode:{referral.mode}", f"type:{advocate.type}", "")
    known = {plan.for_key: plan for plan in plans(referral.programme_id) if plan.is_on}
    return next((known[key] for key in keys if key in known), None)


def decide(referral_id: int, *, now: dt.datetime, by_id: int | None = None) -> RewardDecision | None:
    """Gives what the plan of a referral says once it has reached the plan's stage; None before, or without a plan.

    Exactly once for each referral, however often it is asked and whatever happens to the deal later. What can't be
    given now (the last one is gone) is owed, and tried again. What was reached before the plan, and what people still
    look at, is left to a person (`by_id`). Refuses (Refusal) one's own, and an introduction that was refused.
    """
    referral = db.session.get(Referral, referral_id, with_for_update=True)
    advocate = db.session.get(Member, referral.advocate_id) if referral and referral.advocate_id else None
    if referral is None or advocate is None or referral.merged_into_id is not None:
        return None
    known = db.session.scalar(select(RewardDecision).where(RewardDecision.referral_id == referral_id))
    if _waits(referral, by_id):
        return known
    if known is not None:
        return _owed(known, advocate, now) if known.outcome == "owed" else known
    plan = fitting(referral, advocate)
    at = reached_at(referral, plan.stage) if plan else None
    if plan is None or at is None or (at < plan.from_at and by_id is None):
        return None
    row = {
        "referral_id": referral_id, "plan_id": plan.id, "outcome": "owed" if plan.reward_id else "given", "words": "",
        "by_id": by_id, "reached_at": at, "created_at": now,
    }  # fmt: skip
    fresh = db.session.scalar(insert_ignoring(RewardDecision).values(**row).returning(RewardDecision.id))
    made = db.session.scalars(select(RewardDecision).where(RewardDecision.referral_id == referral_id)).one()
    if fresh is None:
        return made
    if plan.pays:
        owe(plan, referral, at, now)
    if plan.reward_id:
        _owed(made, advocate, now)
    activity.record(
        "referral.reward_decided",
        subject=referral.subject,
        by_id=by_id,
        now=now,
        data={"outcome": made.outcome},
    )
    return made


def _waits(referral: Referral, by_id: int | None) -> bool:
    """Whether people have to decide about the introduction itself first."""
    if by_id is not None and by_id == referral.advocate_id:
        raise Refusal(payouts.OWN)
    if by_id is not None and referral.hold == "refused":
        raise Refusal(REFUSED)
    return by_id is None and referral.hold in LOOKED_AT


def reached_at(referral: Referral, stage: str) -> dt.datetime | None:
    """When a referral first reached a stage or passed it; None before. One that is lost now has reached what it had. A
    stage that its ladder doesn't have is the won one."""
    ladder = db.session.get_one(ProgrammeVersion, referral.version_id).ladder
    rungs = {rung.key: rung for rung in ladder.rungs}
    floor = rungs.get(stage, ladder.won).position
    found = reached([referral.id]).get(referral.id, {})
    times = [
        at for key, at in found.items()
        if key in rungs and rungs[key].kind != "lost" and rungs[key].position >= floor
    ]  # fmt: skip
    return min(times, default=None)


def _owed(found: RewardDecision, advocate: Member, now: dt.datetime) -> RewardDecision:
    plan = db.session.get_one(RewardPlan, found.plan_id)
    if plan.reward_id is None:
        return found
    key = f"won:{found.referral_id}"
    try:
        made = grant(plan.reward_id, advocate, key=key, referral_id=found.referral_id, now=now)
        found.redemption_id, found.outcome, found.words = made.id, "given", ""
    except Refusal as refusal:
        found.words = str(refusal)
    db.session.flush()
    return found


def owe(plan: RewardPlan, referral: Referral, at: dt.datetime, now: dt.datetime, *, year: int = 1) -> int:
    """What a plan pays for one year of a referral, once; how many payouts are new. Seats are in the house's currency, a
    percentage is in that of the deal."""
    house = rules().currency
    assert referral.advocate_id is not None
    return payouts.owe(
        plan,
        referral_id=referral.id,
        member_id=referral.advocate_id,
        company_id=referral.company_id,
        base_hundredths=referral.amount_hundredths,
        currency=house if plan.percent_bp is None else referral.currency or house,
        closed_at=at,
        year=year,
        now=now,
    )


def give_nothing(referral_id: int, *, by_id: int, words: str, now: dt.datetime) -> bool:
    """A manager decides that a won referral brings nothing besides its points, and says why. False when it was
    decided."""
    referral = db.session.get(Referral, referral_id, with_for_update=True)
    if referral is None or not words.strip():
        raise Refusal("Say why it brings nothing: it stays with the referral.")
    row = {"referral_id": referral_id, "outcome": "none", "words": words.strip()[:500], "by_id": by_id,
           "reached_at": referral.moved_at, "created_at": now}  # fmt: skip
    made = insert_ignoring(RewardDecision).values(**row).returning(RewardDecision.id)
    fresh = db.session.execute(made).scalar_one_or_none() is not None
    if fresh:
        activity.record(
            "referral.reward_decided",
            subject=referral.subject,
            by_id=by_id,
            now=now,
            data={"outcome": "none"},
        )
    return fresh


def decide_missing(*, now: dt.datetime) -> int:
    """Won referrals without a decision, and rewards that are owed: each is tried again; how many were given. Whoever
    can't be given anything yet keeps nobody behind them waiting."""
    given = 0
    for ids_after in (undecided_ids, _owed_ids):
        after = 0
        while given < AT_ONCE and (ids := ids_after(after=after, limit=AT_ONCE)):
            found = [decide(number, now=now) for number in ids]
            given += sum(one is not None and one.outcome == "given" for one in found)
            after = ids[-1]
    return given


def undecided_ids(*, after: int = 0, limit: int) -> list[int]:
    """Won referrals that nobody decided about and a plan may be for: in its time, and not looked at by people; oldest
    first."""
    query = (
        select(Referral.id)
        .where(
            Referral.state == "won", Referral.advocate_id.is_not(None), is_free(),
            ~exists().where(RewardDecision.referral_id == Referral.id),
            exists().where(
                RewardPlan.programme_id == Referral.programme_id, RewardPlan.is_on,
                RewardPlan.from_at <= Referral.moved_at,
            ),
        )
    )  # fmt: skip
    return list(db.session.scalars(query.where(Referral.id > after).order_by(Referral.id).limit(limit)))


def _owed_ids(*, after: int = 0, limit: int) -> list[int]:
    query = select(Referral.id).join(RewardDecision, RewardDecision.referral_id == Referral.id)
    query = query.where(RewardDecision.outcome == "owed", is_free(), Referral.id > after)
    return list(db.session.scalars(query.order_by(Referral.id).limit(limit)))


def is_free() -> ColumnElement[bool]:
    """Whether its credit is where it was, and nobody has to look at it."""
    return and_(
        Referral.merged_into_id.is_(None), or_(Referral.hold.is_(None), Referral.hold.not_in(LOOKED_AT))
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """A plan as it was filled in."""

    programme_id: int
    stage: str
    for_key: str = ""
    member_id: int | None = None
    reward_id: int | None = None
    percent_bp: int | None = None
    seat_hundredths: int | None = None
    years: int = 1
    payee: str = "member"
    member_percent: int = 100
    due_days: int = 30
    is_on: bool = True


def keep(wish: Wish, *, by_id: int | None, now: dt.datetime) -> RewardPlan:
    """A plan, or another state of the one for the same people. What was decided stays decided.

    Refuses a plan that brings nothing, and rewards that need a size or an address: nobody would be asked.
    """
    reward = db.session.get(Reward, wish.reward_id) if wish.reward_id else None
    if reward is not None and (reward.needs_address or reward.options or reward.state == "draft"):
        raise Refusal("Choose a published reward that needs neither an address nor a size: nobody is asked.")
    if wish.reward_id is None and wish.percent_bp is None and wish.seat_hundredths is None:
        raise Refusal("Choose a reward, a percentage or an amount for each seat.")
    found = db.session.scalar(
        select(RewardPlan).where(
            RewardPlan.programme_id == wish.programme_id, RewardPlan.for_key == wish.for_key
        )
    )
    values = {name: getattr(wish, name) for name in wish.__slots__}
    if found is None:
        found = RewardPlan(**values, by_id=by_id, from_at=now, changed_at=now)
        db.session.add(found)
    elif wish.is_on and not found.is_on:
        found.from_at = now
    for name, value in {**values, "by_id": by_id, "changed_at": now}.items():
        setattr(found, name, value)
    db.session.flush()
    activity.record("rewards.planned", subject=f"programme:{wish.programme_id}", by_id=by_id, now=now)
    return found
