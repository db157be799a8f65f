"""The deals of the sample CRM: its own table, as a CRM has its own database."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, Id

SENDING = ("never", "sending", "answered")


class SampleDeal(Base):
    """A deal as the sample CRM sees it, and the last message it sent about it."""

    __tablename__ = "sample_deals"
    __table_args__ = (
        CheckConstraint(f"sending IN {SENDING}", name="sending"),
        Index("ix_sample_deals_moved_at", "moved_at", "id"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("referrals.id"), unique=True)
    stage: Mapped[str]
    amount_hundredths: Mapped[int]
    currency: Mapped[str]
    moved_at: Mapped[dt.datetime]
    message_id: Mapped[str | None]
    sending: Mapped[str] = mapped_column(default="never")
    status: Mapped[int | None]
    answer: Mapped[str | None]
    answered_at: Mapped[dt.datetime | None]
