"""Doubts about who is to be credited."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, Id

STATES = ("open", "kept", "moved", "withdrawn")


class Dispute(Base):
    """One advocate doubts, once, that a referral is somebody else's. A manager decides, with words for both."""

    __tablename__ = "disputes"
    __table_args__ = (
        UniqueConstraint("referral_id", "by_id"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("(state IN ('kept', 'moved')) = (decided_by_id IS NOT NULL)", name="decided"),
        CheckConstraint("(state = 'moved') = (into_id IS NOT NULL)", name="moved"),
        Index("ix_disputes_state", "state", "due_at", "id"),
        Index("ix_disputes_by", "by_id", "id"),
    )

    id: Mapped[Id]
    referral_id: Mapped[int] = mapped_column(ForeignKey("referrals.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    state: Mapped[str] = mapped_column(default="open")
    words: Mapped[str]
    opened_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    answer: Mapped[str | None]
    decided_at: Mapped[dt.datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    into_id: Mapped[int | None] = mapped_column(ForeignKey("referrals.id"))
