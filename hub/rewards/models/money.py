"""What a manager decides about money: the rules of the house, limits on gifts, refunds, points that lapse."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, Id
from hub.ledger.models import LIMIT


class RewardRules(Base):
    """What holds for every reward. One row, id 1."""

    __tablename__ = "reward_rules"
    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        CheckConstraint("approve_above >= 0 AND two_above >= 0", name="above"),
        CheckConstraint("per_thousand_hundredths >= 0", name="worth"),
        CheckConstraint("age_days > 0", name="age"),
        CheckConstraint("lapse_months IS NULL OR lapse_months BETWEEN 3 AND 120", name="lapse"),
        CheckConstraint("warn_days BETWEEN 14 AND 365", name="warn"),
        CheckConstraint("lapse_months IS NULL OR lapse_from_on IS NOT NULL", name="begun"),
    )

    id: Mapped[Id]
    currency: Mapped[str] = mapped_column(default="USD")
    approve_above: Mapped[int] = mapped_column(default=10_000)
    two_above: Mapped[int] = mapped_column(default=5_000)
    per_thousand_hundredths: Mapped[int] = mapped_column(default=3_500)
    age_days: Mapped[int] = mapped_column(default=7)
    lapse_months: Mapped[int | None]
    warn_days: Mapped[int] = mapped_column(default=30)
    lapse_from_on: Mapped[dt.date | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    changed_at: Mapped[dt.datetime | None]


class RewardProfile(Base):
    """What somebody told us about accepting gifts. Its row is locked while their gifts of a year are added up."""

    __tablename__ = "reward_profiles"
    __table_args__ = (CheckConstraint("country IS NULL OR length(country) = 2", name="country"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, autoincrement=False)
    country: Mapped[str | None]
    takes_no_gifts: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[dt.datetime]


class GiftLimit(Base):
    """From when to when, in one country (or any), one gift or all gifts of a calendar year may come to so much. At the
    limit a redemption is held for a person to look at, or refused in favour of a donation."""

    __tablename__ = "gift_limits"
    __table_args__ = (
        CheckConstraint("span IN ('each', 'year')", name="span"),
        CheckConstraint("action IN ('hold', 'donate')", name="action"),
        CheckConstraint("amount_hundredths >= 0", name="amount"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="dates"),
        CheckConstraint("country = '*' OR length(country) = 2", name="country"),
        Index("ix_gift_limits_country", "country", "from_on"),
    )

    id: Mapped[Id]
    country: Mapped[str]
    member_type: Mapped[str] = mapped_column(default="")
    span: Mapped[str]
    action: Mapped[str] = mapped_column(default="hold")
    amount_hundredths: Mapped[int]
    from_on: Mapped[dt.date]
    until_on: Mapped[dt.date | None]
    words: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[dt.datetime]


class Refund(Base):
    """Points given back after a redemption was fulfilled. Above a limit a second person decides: the database knows."""

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'booked', 'refused')", name="state"),
        CheckConstraint(f"points BETWEEN 1 AND {LIMIT}", name="points"),
        CheckConstraint("length(words) > 0 OR erased_at IS NOT NULL", name="words"),
        CheckConstraint("second_by_id IS NULL OR second_by_id <> by_id", name="another"),
        CheckConstraint("state <> 'booked' OR NOT needs_second OR second_by_id IS NOT NULL", name="second"),
        CheckConstraint("(state = 'booked') = (entry_id IS NOT NULL)", name="entry"),
        Index("ix_refunds_redemption", "redemption_id", "id"),
        Index("ix_refunds_state", "state", "id"),
    )

    id: Mapped[Id]
    redemption_id: Mapped[int] = mapped_column(ForeignKey("redemptions.id"))
    key: Mapped[str] = mapped_column(unique=True)
    points: Mapped[int]
    words: Mapped[str]
    needs_second: Mapped[bool]
    state: Mapped[str] = mapped_column(default="asked")
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    second_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id"), unique=True)
    created_at: Mapped[dt.datetime]
    decided_at: Mapped[dt.datetime | None]
    erased_at: Mapped[dt.datetime | None]


class Lapse(Base):
    """Points of somebody who hasn't been here for long: they were warned of `due_on`; then it was spared or booked."""

    __tablename__ = "lapses"
    __table_args__ = (
        UniqueConstraint("account_id", "due_on"),
        CheckConstraint("state IN ('warned', 'spared', 'booked')", name="state"),
        CheckConstraint("points > 0", name="points"),
        CheckConstraint("(state = 'booked') = (entry_id IS NOT NULL)", name="entry"),
        CheckConstraint("(state = 'warned') = (ended_at IS NULL)", name="ended"),
        Index("ix_lapses_state", "state", "due_on"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    due_on: Mapped[dt.date]
    points: Mapped[int]
    state: Mapped[str] = mapped_column(default="warned")
    warned_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id"), unique=True)
