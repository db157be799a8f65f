"""What a referral brings besides points: plans, the decision for each won referral, payouts, what we gave people."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.core.db import Base, Id
from hub.members.models import Company, Member
from hub.referrals.models import Referral
from hub.rewards.models.catalogue import Reward

PAYEES = ("member", "company", "split")


class RewardPlan(Base):
    """What a programme gives for a referral besides points, at which stage. The narrowest that fits counts: for a
    member, for a way of referring, for a type of member, for everybody (`for_key` empty)."""

    __tablename__ = "reward_plans"
    __table_args__ = (
        UniqueConstraint("programme_id", "for_key"),
        CheckConstraint(f"payee IN {PAYEES}", name="payee"),
        CheckConstraint("percent_bp IS NULL OR percent_bp BETWEEN 1 AND 10000", name="percent"),
        CheckConstraint("seat_hundredths IS NULL OR seat_hundredths > 0", name="seat"),
        CheckConstraint("percent_bp IS NULL OR seat_hundredths IS NULL", name="one_way"),
        CheckConstraint("member_percent BETWEEN 0 AND 100", name="share"),
        CheckConstraint("years BETWEEN 1 AND 20", name="years"),
        CheckConstraint("due_days BETWEEN 1 AND 365", name="due"),
    )

    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    for_key: Mapped[str] = mapped_column(default="")
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    stage: Mapped[str]
    reward_id: Mapped[int | None] = mapped_column(ForeignKey("rewards.id"))
    percent_bp: Mapped[int | None]  # hundredths of a percent of the deal
    seat_hundredths: Mapped[int | None]  # for each seat or licence
    years: Mapped[int] = mapped_column(default=1)
    payee: Mapped[str] = mapped_column(default="member")
    member_percent: Mapped[int] = mapped_column(default=100)
    due_days: Mapped[int] = mapped_column(default=30)
    is_on: Mapped[bool] = mapped_column(default=True)
    from_at: Mapped[dt.datetime]  # what was won before is for a person to decide
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    changed_at: Mapped[dt.datetime]

    reward: Mapped[Reward | None] = relationship(lazy="raise_on_sql")
    member: Mapped[Member | None] = relationship(foreign_keys=[member_id], lazy="raise_on_sql")

    @property
    def pays(self) -> bool:
        """Whether it brings money besides a reward."""
        return self.percent_bp is not None or self.seat_hundredths is not None


class RewardDecision(Base):
    """What a referral brought besides points, decided once: given, owed (it couldn't be given yet), or nothing, and
    why."""

    __tablename__ = "reward_decisions"
    __table_args__ = (
        CheckConstraint("outcome IN ('given', 'owed', 'none')", name="outcome"),
        Index("ix_reward_decisions_outcome", "outcome", "id"),
    )

    id: Mapped[Id]
    referral_id: Mapped[int] = mapped_column(ForeignKey("referrals.id"), unique=True)
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("reward_plans.id"))
    outcome: Mapped[str]
    redemption_id: Mapped[int | None] = mapped_column(ForeignKey("redemptions.id"), unique=True)
    words: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    reached_at: Mapped[dt.datetime]
    created_at: Mapped[dt.datetime]

    referral: Mapped[Referral] = relationship(lazy="raise_on_sql")


class Payout(Base):
    """Money owed to a member or a company and paid outside the hub: close, then reward, then payment, each with its
    time.

    A commission is a percentage of the deal or so much for each seat, once or each year; a payout of a redemption is
    what the reward costs. Without an amount it waits for one.
    """

    __tablename__ = "payouts"
    __table_args__ = (
        UniqueConstraint("referral_id", "year", "holder"),
        CheckConstraint("state IN ('closed', 'rewarded', 'paid', 'void')", name="state"),
        CheckConstraint("kind IN ('percent', 'seats', 'flat')", name="kind"),
        CheckConstraint("(referral_id IS NULL) <> (redemption_id IS NULL)", name="one_cause"),
        CheckConstraint("(member_id IS NULL) <> (company_id IS NULL)", name="one_holder"),
        CheckConstraint("amount_hundredths IS NULL OR amount_hundredths >= 0", name="amount"),
        CheckConstraint(
            "state NOT IN ('rewarded', 'paid') OR (rewarded_at IS NOT NULL AND amount_hundredths IS NOT NULL)",
            name="rewarded",
        ),
        CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name="paid"),
        CheckConstraint("year > 0 AND share_percent BETWEEN 0 AND 100", name="share"),
        Index("ix_payouts_state", "state", "due_on", "id"),
        Index("ix_payouts_member_id", "member_id"),
        Index("ix_payouts_referral", "referral_id", "id"),
    )

    id: Mapped[Id]
    referral_id: Mapped[int | None] = mapped_column(ForeignKey("referrals.id"))
    redemption_id: Mapped[int | None] = mapped_column(ForeignKey("redemptions.id"), unique=True)
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("reward_plans.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    holder: Mapped[str]
    year: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str]
    base_hundredths: Mapped[int | None]
    percent_bp: Mapped[int | None]
    seats: Mapped[int | None]
    seat_hundredths: Mapped[int | None]
    share_percent: Mapped[int] = mapped_column(default=100)
    amount_hundredths: Mapped[int | None]
    currency: Mapped[str]
    state: Mapped[str] = mapped_column(default="closed")
    closed_at: Mapped[dt.datetime]
    rewarded_at: Mapped[dt.datetime | None]
    paid_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    due_on: Mapped[dt.date]
    reference: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[dt.datetime]

    member: Mapped[Member | None] = relationship(foreign_keys=[member_id], lazy="raise_on_sql")
    company: Mapped[Company | None] = relationship(lazy="raise_on_sql")
    referral: Mapped[Referral | None] = relationship(lazy="raise_on_sql")


class GiftGiven(Base):
    """What we gave somebody: a lead, an introduction, a stage, early access, content, a reward. One side of the
    balance of giving and asking; the other is what they were asked."""

    __tablename__ = "gifts_given"
    __table_args__ = (
        CheckConstraint("kind IN ('lead', 'intro', 'stage', 'access', 'content', 'reward')", name="kind"),
        Index("ix_gifts_given_member", "member_id", "given_at"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    kind: Mapped[str]
    redemption_id: Mapped[int | None] = mapped_column(ForeignKey("redemptions.id"), unique=True)
    words: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    given_at: Mapped[dt.datetime]
