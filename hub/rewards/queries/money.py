"""Reads about money: what is owed in points, what the programme costs, what is late, what tax people ask for."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, String, and_, case, cast, exists, func, literal, null, select, union_all
from sqlalchemy.orm import joinedload

from hub.core.db import db
from hub.ledger.books import SPENDING
from hub.ledger.models import Entry, Wallet
from hub.members.models import Company, Member
from hub.referrals.models import Programme, ProgrammeVersion, Referral
from hub.rewards.limits import calendar_year
from hub.rewards.models import Payout, Redemption, Reward, RewardDecision

FULFILLED = ("sent", "delivered")


@dataclass(frozen=True, slots=True)
class Liability:
    """Points that people may still spend, and how many of them are set aside."""

    points: int
    held: int
    people: int


def liability() -> Liability:
    """All wallets together; a negative one owes us, and is no liability."""
    query = select(
        func.coalesce(func.sum(case((Wallet.balance > 0, Wallet.balance), else_=0)), 0),
        func.coalesce(func.sum(Wallet.held), 0), func.count().filter(Wallet.balance > 0),
    )  # fmt: skip
    points, held, people = db.session.execute(query).one()
    return Liability(int(points), int(held), int(people))


@dataclass(frozen=True, slots=True)
class ProgrammeCost:
    """What one programme has cost in one currency: rewards given with its referrals, money paid outside, what the deals
    are worth; points, and how many referrals there are, in the row of the house's currency."""

    slug: str
    name: str
    currency: str
    referrals: int
    won: int
    points: int
    rewards_hundredths: int
    payouts_hundredths: int
    deals_hundredths: int

    def total(self, per_thousand: int) -> int:
        """In hundredths, points at what a thousand of them are worth."""
        return self.points * per_thousand // 1000 + self.rewards_hundredths + self.payouts_hundredths

    def per_won(self, per_thousand: int) -> int | None:
        """For each won referral; None before the first."""
        return self.total(per_thousand) // self.won if self.won else None


def programme_costs(house: str) -> list[ProgrammeCost]:
    """Every programme, by name, in the house's currency and then in others: one statement."""
    booked = (
        select(func.coalesce(func.sum(Entry.points), 0))
        .where(Entry.subject == literal("referral:") + cast(Referral.id, String), Entry.reason.not_in(SPENDING))
        .correlate(Referral).scalar_subquery()
    )  # fmt: skip
    each = select(Referral.programme_id, Referral.state, booked.label("points")).subquery()
    counted = select(
        each.c.programme_id.label("programme_id"), literal(house).label("currency"),
        func.count().label("referrals"), func.count().filter(each.c.state == "won").label("won"),
        func.sum(each.c.points).label("points"), *_worth(),
    ).group_by(each.c.programme_id)  # fmt: skip
    sent, fixed = Redemption.state.in_(FULFILLED), Payout.state.in_(("rewarded", "paid"))
    deal = func.coalesce(Referral.currency, house)
    parts = union_all(
        counted,
        _money(Redemption.currency, rewards=Redemption.cost_hundredths)
        .join(Redemption, Redemption.referral_id == Referral.id).where(sent).group_by(Redemption.currency),
        _money(Payout.currency, payouts=Payout.amount_hundredths)
        .join(Payout, Payout.referral_id == Referral.id).where(fixed).group_by(Payout.currency),
        _money(deal, deals=Referral.amount_hundredths)
        .where(Referral.state == "won", Referral.amount_hundredths.is_not(None)).group_by(deal),
    ).subquery()  # fmt: skip
    currency = func.coalesce(parts.c.currency, house)
    sums = [func.coalesce(func.sum(parts.c[name]), 0) for name in COUNTED]
    query = (
        select(Programme.slug, ProgrammeVersion.name, currency, *sums)
        .join(ProgrammeVersion, ProgrammeVersion.id == Programme.version_id)
        .outerjoin(parts, parts.c.programme_id == Programme.id)
        .group_by(Programme.id, Programme.slug, ProgrammeVersion.name, parts.c.currency)
        .order_by(ProgrammeVersion.name, Programme.id, case((parts.c.currency == house, 0), else_=1), parts.c.currency)
    )  # fmt: skip
    rows: list[Any] = list(db.session.execute(query))
    return [ProgrammeCost(slug, name, of, *(int(value) for value in sums)) for slug, name, of, *sums in rows]


COUNTED = ("referrals", "won", "points", "rewards", "payouts", "deals")


def _money(currency: Any, **columns: Any) -> Select[Any]:
    """By programme and currency: the sum of one column, and nothing of the others."""
    none = [literal(0).label(name) for name in COUNTED[:3]]
    return (
        select(Referral.programme_id, currency.label("currency"), *none, *_worth(**columns))
        .select_from(Referral).group_by(Referral.programme_id)
    )  # fmt: skip


def _worth(**columns: Any) -> list[Any]:
    return [
        (func.coalesce(func.sum(columns[name]), 0) if name in columns else literal(0)).label(name)
        for name in COUNTED[3:]
    ]


def by_kind(since: dt.datetime) -> list[tuple[str, str, int, int, int]]:
    """What was sent since then: (kind, currency, how many, points, cost), the dearest first."""
    query = (
        select(
            Reward.kind, Redemption.currency, func.count(), func.sum(Redemption.points),
            func.sum(Redemption.cost_hundredths),
        )
        .join(Redemption, Redemption.reward_id == Reward.id)
        .where(Redemption.sent_at >= since, Redemption.state.in_(FULFILLED))
        .group_by(Reward.kind, Redemption.currency)
        .order_by(func.sum(Redemption.cost_hundredths).desc(), Reward.kind, Redemption.currency)
    )  # fmt: skip
    return [
        (kind, currency, int(count), int(points), int(cost))
        for kind, currency, count, points, cost in db.session.execute(query)
    ]


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast rewards follow a deal, and how punctual payments are."""

    decided: int
    rewarded: int
    hours: float | None
    paid: int
    on_time: int

    @property
    def on_time_percent(self) -> int | None:
        """Of what was paid."""
        return round(100 * self.on_time / self.paid) if self.paid else None


def speed(since: dt.datetime) -> Speed:
    """From the close of a deal to its reward on its way (the middle one of the last 500), and payments by their day."""
    rows = db.session.execute(
        select(RewardDecision.reached_at, Redemption.sent_at)
        .join(Redemption, Redemption.id == RewardDecision.redemption_id)
        .where(RewardDecision.reached_at >= since).order_by(RewardDecision.id.desc()).limit(500)
    ).all()  # fmt: skip
    waits = sorted((sent - closed).total_seconds() / 3600 for closed, sent in rows if sent is not None)
    punctual = func.date(Payout.paid_at) <= func.date(Payout.due_on)
    paid, on_time = db.session.execute(
        select(func.count(), func.count().filter(punctual)).where(
            Payout.state == "paid", Payout.paid_at >= since
        )
    ).one()
    middle = max(0.0, waits[len(waits) // 2]) if waits else None
    return Speed(len(rows), len(waits), middle, int(paid), int(on_time))


def undecided(*, after: int = 0, limit: int = 51) -> list[tuple[Referral, str, str | None]]:
    """Won referrals that somebody introduced and nobody decided about, oldest first: (referral, programme,
    advocate)."""
    query = (
        select(Referral, ProgrammeVersion.name, Member.name)
        .join(ProgrammeVersion, ProgrammeVersion.id == Referral.version_id)
        .join(Member, Member.id == Referral.advocate_id)
        .where(
            Referral.state == "won", Referral.merged_into_id.is_(None), Referral.id > after,
            ~exists().where(RewardDecision.referral_id == Referral.id),
        )
        .order_by(Referral.id).limit(limit)
    )  # fmt: skip
    return [(referral, programme, advocate) for referral, programme, advocate in db.session.execute(query)]


def decided(*, limit: int = 20) -> list[tuple[RewardDecision, Referral, Redemption | None]]:
    """The latest decisions, what is owed first: with the referral and what was given."""
    query = (
        select(RewardDecision, Referral, Redemption)
        .join(Referral, Referral.id == RewardDecision.referral_id)
        .outerjoin(Redemption, Redemption.id == RewardDecision.redemption_id)
        .options(joinedload(Redemption.reward))
        .order_by(case((RewardDecision.outcome == "owed", 0), else_=1), RewardDecision.id.desc()).limit(limit)
    )  # fmt: skip
    return [(decision, referral, redemption) for decision, referral, redemption in db.session.execute(query)]


def payout(payout_id: int) -> Payout | None:
    """One payout."""
    return db.session.get(Payout, payout_id)


def referral_title(referral_id: int | None) -> str:
    """What a referral is called; nothing without one."""
    found = db.session.get(Referral, referral_id) if referral_id else None
    return found.title if found is not None else ""


PAYOUT_VIEWS = {"closed": "Closed", "rewarded": "To pay", "paid": "Paid", "void": "Void"}


def payouts(state: str, *, after: int | None = None, limit: int = 51) -> Sequence[Payout]:
    """Payouts in a state, those due first; what has ended, newest first."""
    query = (
        select(Payout)
        .options(joinedload(Payout.member), joinedload(Payout.company), joinedload(Payout.referral))
        .where(Payout.state == state).limit(limit)
    )  # fmt: skip
    if after is not None:
        query = query.where(Payout.id > after if state in ("closed", "rewarded") else Payout.id < after)
    order = Payout.id if state in ("closed", "rewarded") else Payout.id.desc()
    return db.session.scalars(query.order_by(order)).all()


def payout_counts(today: dt.date) -> dict[str, int]:
    """How many in each state, and how many are overdue."""
    late = and_(Payout.state.in_(("closed", "rewarded")), Payout.due_on < today)
    query = select(Payout.state, func.count(), func.count().filter(late)).group_by(Payout.state)
    rows = db.session.execute(query).all()
    return {**{state: int(count) for state, count, _ in rows}, "late": sum(int(row[2]) for row in rows)}


def my_payouts(member_id: int) -> Sequence[Payout]:
    """Money owed to a member or paid to them, newest first."""
    query = select(Payout).options(joinedload(Payout.referral)).where(Payout.member_id == member_id)
    return db.session.scalars(query.where(Payout.state != "void").order_by(Payout.id.desc()).limit(20)).all()


def tax_rows(year: int) -> list[Sequence[Any]]:
    """Everybody who got something of worth in a calendar year of the hub, a row for each currency: gifts as they were
    valued then, and money paid. No tax number is kept here."""
    since, until = calendar_year(year)
    gifts = select(
        Redemption.member_id, Redemption.currency, Redemption.country, literal(1).label("count"),
        Redemption.counted_hundredths.label("worth"), literal(0).label("paid"),
    ).where(Redemption.sent_at >= since, Redemption.sent_at < until, Redemption.state.in_(FULFILLED))  # fmt: skip
    money = select(
        Payout.member_id,
        Payout.currency,
        cast(null(), String),
        literal(0),
        literal(0),
        Payout.amount_hundredths,
    ).where(Payout.paid_at >= since, Payout.paid_at < until, Payout.member_id.is_not(None))
    got = union_all(gifts, money).subquery()
    sums = (func.coalesce(func.sum(got.c[name]), 0) for name in ("count", "worth", "paid"))
    query = (
        select(
            Member.id, Member.name, Member.email, Company.name, Member.type, func.max(got.c.country), *sums,
            got.c.currency,
        )
        .join(got, got.c.member_id == Member.id).outerjoin(Company, Company.id == Member.company_id)
        .group_by(Member.id, Company.name, got.c.currency).order_by(Member.id, got.c.currency)
    )  # fmt: skip
    return [tuple(row) for row in db.session.execute(query)]
