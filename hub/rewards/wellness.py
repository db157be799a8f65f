"""Reads behind the health page: one statement each."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Select, and_, exists, func, select

from hub.core.db import db
from hub.referrals.models import Referral
from hub.rewards.models import OPEN, Redemption, RewardDecision, RewardPlan, Supplier


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is open, and what is wrong with it."""

    open: int
    late: int
    overdue: int
    unknown: int
    failing: int
    gone: int
    unknown_at: dt.datetime | None
    oldest_at: dt.datetime | None
    last_at: dt.datetime | None
    undecided: int
    owed: int


def waiting(late_before: dt.datetime, today: dt.date) -> Waiting:
    """Everything open; won referrals of programmes with a plan that nobody decided about, and rewards owed."""
    state, error = Redemption.state, Redemption.error != ""
    last = select(func.max(Redemption.sent_at)).scalar_subquery()
    owed = select(func.count(RewardDecision.id)).where(RewardDecision.outcome == "owed")
    query = select(
        func.count(), func.count().filter(Redemption.created_at < late_before),
        func.count().filter(Redemption.due_on < today), func.count().filter(state == "unknown"),
        func.count().filter(error), func.count().filter(and_(error, Redemption.provider == "codes")),
        func.min(Redemption.unknown_at).filter(state == "unknown"), func.min(Redemption.created_at), last,
        _undecided().scalar_subquery(), owed.scalar_subquery(),
    ).where(state.in_(OPEN))  # fmt: skip
    return Waiting(*db.session.execute(query).one())


@dataclass(frozen=True, slots=True)
class Asked:
    """A supplier and how it does."""

    name: str
    kind: str
    is_on: bool
    open: int
    failing: int
    last_at: dt.datetime | None


def suppliers() -> list[Asked]:
    """Every supplier, by name."""
    mine = Redemption.state.in_(("approved", "sending", "unknown"))
    query = (
        select(
            Supplier.name, Supplier.kind, Supplier.is_on, func.count(Redemption.id).filter(mine),
            func.count(Redemption.id).filter(and_(mine, Redemption.error != "")), func.max(Redemption.sent_at),
        )
        .outerjoin(Redemption, Redemption.supplier_id == Supplier.id)
        .group_by(Supplier.id, Supplier.name, Supplier.kind, Supplier.is_on).order_by(Supplier.name)
    )  # fmt: skip
    return [Asked(*row) for row in db.session.execute(query)]


def _undecided() -> Select[int]:
    return select(func.count(Referral.id)).where(
        Referral.state == "won", Referral.advocate_id.is_not(None), Referral.merged_into_id.is_(None),
        ~exists().where(RewardDecision.referral_id == Referral.id),
        exists().where(RewardPlan.programme_id == Referral.programme_id, RewardPlan.is_on),
    )  # fmt: skip
