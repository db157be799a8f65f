"""What points are for: rewards, who wishes for one, codes to hand out, and the systems that fulfil them."""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.core.db import Base, Id
from hub.core.uploads import Upload
from hub.ledger.models import LIMIT
from hub.segments.models import Segment

KINDS = ("product", "gift", "donation", "experience", "coupon", "funds")
PERIODS = ("ever", "year", "quarter", "month")
PROVIDERS = ("manual", "codes", "webhook", "tremendous", "commission")
SUPPLIER_KINDS = ("webhook", "tremendous")
COUNTED = frozenset({"product", "gift", "experience", "coupon"})
"""Kinds that are a gift to a person: they count towards what somebody may accept. Causes and marketing funds don't."""


class Supplier(Base):
    """A system outside that fulfils rewards. Its credentials are sealed; they are never shown again."""

    __tablename__ = "suppliers"
    __table_args__ = (CheckConstraint(f"kind IN {SUPPLIER_KINDS}", name="kind"),)

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    address: Mapped[str]
    sealed: Mapped[str]
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_on: Mapped[bool] = mapped_column(default=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    changed_at: Mapped[dt.datetime]


class Reward(Base):
    """Something to spend points on. What is edited here never reaches a redemption that was made.

    `stock` is what is left and `stocked` all that was ever put in; both empty where there is no end. `taken` counts the
    redemptions that hold one.
    """

    __tablename__ = "rewards"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'open', 'archived')", name="state"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"provider IN {PROVIDERS}", name="provider"),
        CheckConstraint(f"limit_period IN {PERIODS}", name="limit_period"),
        CheckConstraint(f"price BETWEEN 0 AND {LIMIT}", name="price"),
        CheckConstraint("cost_hundredths >= 0", name="cost"),
        CheckConstraint("stock >= 0", name="stock"),
        CheckConstraint("taken >= 0", name="taken"),
        CheckConstraint("(stock IS NULL) = (stocked IS NULL)", name="stocked"),
        CheckConstraint("limit_count IS NULL OR limit_count BETWEEN 1 AND 1000", name="limit_count"),
        CheckConstraint("closes_at > opens_at", name="window"),
        Index("ix_rewards_state", "state", "price", "id"),
    )

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(default="product")
    summary: Mapped[str] = mapped_column(default="")
    story: Mapped[str] = mapped_column(default="")
    cause: Mapped[str] = mapped_column(default="")  # whom a donation goes to
    state: Mapped[str] = mapped_column(default="draft")
    price: Mapped[int] = mapped_column(default=0)
    cost_hundredths: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(default="USD")
    stock: Mapped[int | None]
    stocked: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)
    low_at: Mapped[int] = mapped_column(default=3)
    limit_count: Mapped[int | None]
    limit_period: Mapped[str] = mapped_column(default="ever")
    segment_id: Mapped[int | None] = mapped_column(ForeignKey("segments.id"))
    zone: Mapped[str] = mapped_column(default="UTC")
    opens_at: Mapped[dt.datetime | None]
    closes_at: Mapped[dt.datetime | None]
    options: Mapped[list[Any]] = mapped_column(default=list)
    needs_address: Mapped[bool] = mapped_column(default=False)
    needs_approval: Mapped[bool] = mapped_column(default=False)
    image_id: Mapped[int | None] = mapped_column(ForeignKey("uploads.id"))
    sign: Mapped[str] = mapped_column(default="gift")
    hue: Mapped[int] = mapped_column(default=0)
    provider: Mapped[str] = mapped_column(default="manual")
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("suppliers.id"))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    due_days: Mapped[int] = mapped_column(default=7)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[dt.datetime]
    published_at: Mapped[dt.datetime | None]
    archived_at: Mapped[dt.datetime | None]

    image: Mapped[Upload | None] = relationship(lazy="raise_on_sql")
    segment: Mapped[Segment | None] = relationship(lazy="raise_on_sql")
    supplier: Mapped[Supplier | None] = relationship(lazy="raise_on_sql")

    @property
    def subject(self) -> str:
        """What facts and notices call it."""
        return f"reward:{self.id}"

    def is_open(self, now: dt.datetime) -> bool:
        """Whether it can be chosen now, as far as time goes."""
        begun = self.opens_at is None or self.opens_at <= now
        return self.state == "open" and begun and (self.closes_at is None or now < self.closes_at)

    @property
    def is_gone(self) -> bool:
        """Whether the last one is taken."""
        return self.stock is not None and self.stock <= 0

    @property
    def counts(self) -> bool:
        """Whether it is a gift to the person who gets it."""
        return self.kind in COUNTED


class RewardWish(Base):
    """A member saves towards this."""

    __tablename__ = "reward_wishes"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    reward_id: Mapped[int] = mapped_column(ForeignKey("rewards.id"), primary_key=True, index=True)
    created_at: Mapped[dt.datetime]


class RewardCode(Base):
    """One code of a pool, sealed. `mark` knows it again without showing it: no code comes in twice, anywhere. A
    redemption gets one, and no code is given to two."""

    __tablename__ = "reward_codes"
    __table_args__ = (Index("ix_reward_codes_free", "reward_id", "redemption_id", "id"),)

    id: Mapped[Id]
    reward_id: Mapped[int] = mapped_column(ForeignKey("rewards.id"))
    mark: Mapped[str] = mapped_column(unique=True)
    sealed: Mapped[str]
    redemption_id: Mapped[int | None] = mapped_column(ForeignKey("redemptions.id"), unique=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[dt.datetime]
    claimed_at: Mapped[dt.datetime | None]
    used_at: Mapped[dt.datetime | None]  # whoever it was handed on to has used it
    withdrawn_at: Mapped[dt.datetime | None]  # its redemption was refunded: it is never given again
