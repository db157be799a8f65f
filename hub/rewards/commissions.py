"""Commissions after they were first owed: year by year, and when a deal's worth is heard, it is lost, won again, or the
credit moves."""

import datetime as dt

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select

from hub.core.db import db
from hub.referrals.models import ProgrammeVersion, Referral
from hub.rewards import payouts
from hub.rewards.models import Payout, RewardDecision, RewardPlan
from hub.rewards.programmes import LOOKED_AT, decide, is_free, owe

AT_ONCE = 200
MOST_YEARS = 20
ONE_DAY = dt.timedelta(days=1)


def advanced(referral_id: int, *, now: dt.datetime) -> None:
    """A referral moved, or people decided about it: what it brings is decided, and what is owed follows.

    What nobody has confirmed is void while the deal is lost, and for good when somebody else is credited. It is owed
    again when the deal is where it was, unless a person said no. A deal's worth that was heard later is filled in.
    """
    decide(referral_id, now=now)
    referral = db.session.get(Referral, referral_id)
    if referral is None:
        return
    query = select(Payout).where(Payout.referral_id == referral_id, Payout.state.in_(("closed", "void")))
    for one in list(db.session.scalars(query.order_by(Payout.id))):
        if referral.state == "lost" or referral.merged_into_id is not None:
            payouts.advance(one.id, "void", by_id=None, now=now, begins=("closed",))
        elif one.state == "void" and not _is_back(referral, one):
            continue
        elif one.state == "closed" or payouts.revive(one.id, now=now):
            _fill_in(one, referral)


def _is_back(referral: Referral, payout: Payout) -> bool:
    """Whether the deal is again where the plan of a payout begins, and nobody has to look at it."""
    plan = db.session.get(RewardPlan, payout.plan_id)
    if plan is None or referral.hold in LOOKED_AT:
        return False
    ladder = db.session.get_one(ProgrammeVersion, referral.version_id).ladder
    rungs = {rung.key: rung for rung in ladder.rungs}
    here = rungs.get(referral.rung)
    return (
        here is not None
        and here.kind != "lost"
        and here.position >= rungs.get(plan.stage, ladder.won).position
    )


def _fill_in(payout: Payout, referral: Referral) -> None:
    if payout.kind == "percent" and payout.base_hundredths is None and referral.amount_hundredths is not None:
        payout.currency = referral.currency or payout.currency
        payouts.weigh(payout.id, base_hundredths=referral.amount_hundredths, seats=None)


def renew(*, now: dt.datetime) -> int:
    """Commissions of a new year: a year after the last one closed, while the deal is still won and its advocate is
    credited. Each once."""
    last = (
        select(Payout.referral_id, func.max(Payout.year).label("year"), func.min(Payout.closed_at).label("began"))
        .where(Payout.referral_id.is_not(None)).group_by(Payout.referral_id).subquery()
    )  # fmt: skip
    query = (
        select(Referral, RewardPlan, last.c.year, last.c.began)
        .join(last, last.c.referral_id == Referral.id)
        .join(RewardDecision, RewardDecision.referral_id == Referral.id)
        .join(RewardPlan, RewardPlan.id == RewardDecision.plan_id)
        .where(
            Referral.state == "won", Referral.advocate_id.is_not(None), is_free(), last.c.year < RewardPlan.years,
            _is_due(last, now),
        )
        .order_by(Referral.id).limit(AT_ONCE)
    )  # fmt: skip
    made = 0
    for referral, plan, year, began in db.session.execute(query).all():
        next_at = anniversary(began, int(year))
        if next_at <= now:
            made += owe(plan, referral, next_at, now, year=int(year) + 1)
    return made


def _is_due(last: Subquery, now: dt.datetime) -> ColumnElement[bool]:
    """Whether so many years have passed, to the day: a 29 February is for Python to say."""
    return or_(
        *(
            and_(last.c.year == years, last.c.began <= anniversary(now, -years) + ONE_DAY)
            for years in range(1, MOST_YEARS)
        )
    )


def anniversary(began: dt.datetime, years: int) -> dt.datetime:
    """So many years later; a 29 February falls on the 28th."""
    try:
        return began.replace(year=began.year + years)
    except ValueError:
        return began.replace(year=began.year + years, day=28)
