"""Redemptions: a member chose a reward, and what became of it."""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.core.db import Base, Id
from hub.ledger.models import LIMIT
from hub.members.models import Member
from hub.rewards.models.catalogue import PROVIDERS, Reward, Supplier

STATES = ("waiting", "held", "approved", "sending", "unknown", "sent", "delivered", "refused", "cancelled")
OPEN = ("waiting", "held", "approved", "sending", "unknown")
"""Nobody has got anything yet: the points are set aside, not spent."""
TAKING = (*OPEN, "sent", "delivered")
"""States in which a redemption takes one of the stock and one of its member's places."""
UNFULFILLED = "state IN ('waiting', 'held', 'approved', 'sending', 'unknown')"


class Redemption(Base):
    """A member chose a reward. What it is, its price and its cost are as they were then.

    waiting   a manager looks at it           held      a limit on gifts stands in the way
    approved  to be fulfilled                 sending   a supplier is being asked at this moment
    unknown   a supplier was asked, and its answer never came: nothing is paid back and nothing ordered anew before
              that is known
    sent, delivered                           the points are spent
    refused, cancelled                        the points are free again
    """

    __tablename__ = "redemptions"
    __table_args__ = (
        UniqueConstraint("reward_id", "member_id", "limit_period", "limit_place"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"provider IN {PROVIDERS}", name="provider"),
        CheckConstraint(f"points BETWEEN 0 AND {LIMIT}", name="points"),
        CheckConstraint("cost_hundredths >= 0", name="cost"),
        CheckConstraint("limit_place > 0", name="place"),
        CheckConstraint("(state IN ('refused', 'cancelled')) = (ended_at IS NOT NULL)", name="ended"),
        CheckConstraint("state NOT IN ('sent', 'delivered') OR sent_at IS NOT NULL", name="sent"),
        CheckConstraint("(state = 'delivered') = (delivered_at IS NOT NULL)", name="delivered"),
        CheckConstraint("state <> 'unknown' OR unknown_at IS NOT NULL", name="unknown"),
        Index("ix_redemptions_member", "member_id", "id"),
        Index("ix_redemptions_state", "state", "id"),
        Index("ix_redemptions_reward", "reward_id", "state"),
        Index("ix_redemptions_referral_id", "referral_id"),
        Index("ix_redemptions_sent_at", "sent_at"),
        Index("ix_redemptions_open", "created_at", "id", sqlite_where=text(UNFULFILLED),
              postgresql_where=text(UNFULFILLED)),
    )  # fmt: skip

    id: Mapped[Id]
    reward_id: Mapped[int] = mapped_column(ForeignKey("rewards.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    key: Mapped[str] = mapped_column(unique=True)
    wish: Mapped[str]  # a digest of what was asked for: the same key never stands for two wishes
    title: Mapped[str]
    kind: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what its supplier calls it
    points: Mapped[int]
    cost_hundredths: Mapped[int]
    currency: Mapped[str]
    counted_hundredths: Mapped[int] = mapped_column(default=0)  # what of it counts as a gift to the person
    country: Mapped[str | None]
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str]
    provider: Mapped[str]
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("suppliers.id"))
    limit_period: Mapped[str | None]
    limit_place: Mapped[int | None]
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("holds.id"), unique=True)
    referral_id: Mapped[int | None] = mapped_column(ForeignKey("referrals.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    due_on: Mapped[dt.date | None]
    error: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    taken_until: Mapped[dt.datetime | None]
    asked_at: Mapped[dt.datetime | None]  # when it was last seen to that its supplier is asked after it
    outside_id: Mapped[str | None]
    tracking: Mapped[str] = mapped_column(default="")
    tracking_url: Mapped[str] = mapped_column(default="")
    created_at: Mapped[dt.datetime]
    approved_at: Mapped[dt.datetime | None]
    unknown_at: Mapped[dt.datetime | None]  # since when a supplier may have it, and nobody knows
    sent_at: Mapped[dt.datetime | None]
    delivered_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]

    reward: Mapped[Reward] = relationship(lazy="raise_on_sql")
    member: Mapped[Member] = relationship(foreign_keys=[member_id], lazy="raise_on_sql")
    owner: Mapped[Member | None] = relationship(foreign_keys=[owner_id], lazy="raise_on_sql")
    supplier: Mapped[Supplier | None] = relationship(lazy="raise_on_sql")

    @property
    def subject(self) -> str:
        """What entries, facts and notices call it; also the key of its hold."""
        return f"redemption:{self.id}"

    @property
    def reference(self) -> str:
        """What suppliers know it by, whatever happens: one order per reference."""
        return f"hurrah-redemption-{self.id}"

    @property
    def is_open(self) -> bool:
        """Whether nobody has got anything yet."""
        return self.state in OPEN

    def is_overdue(self, today: dt.date) -> bool:
        """Whether its day has gone by and nobody has got anything yet."""
        return self.is_open and self.due_on is not None and self.due_on < today

    @property
    def may_be_cancelled(self) -> bool:
        """Whether its member may still change their mind: nobody outside knows of it."""
        return self.state in ("waiting", "held") or (self.state == "approved" and not self.attempts)


class RedemptionAddress(Base):
    """Where to send it, sealed: kept until it has arrived, and no longer."""

    __tablename__ = "redemption_addresses"

    redemption_id: Mapped[int] = mapped_column(
        ForeignKey("redemptions.id"), primary_key=True, autoincrement=False
    )
    sealed: Mapped[str]


class RedemptionNote(Base):
    """Words to a redemption: why it was refused, what a manager wants said. They may be erased; what happened may
    not."""

    __tablename__ = "redemption_notes"
    __table_args__ = (Index("ix_redemption_notes_redemption", "redemption_id", "id"),)

    id: Mapped[Id]
    redemption_id: Mapped[int] = mapped_column(ForeignKey("redemptions.id"))
    words: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[dt.datetime]
