"""Where referrals are sent, and what became of each."""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.core.db import Base, Id
from hub.crm.models import Connection

STATES = ("pending", "sent", "unknown", "failed")
OUTCOMES = ("created", "found", "unnumbered")


class PushTarget(Base):
    """How a connection is sent new referrals: whether, where, with which credentials (sealed) and wishes."""

    __tablename__ = "connection_pushes"

    connection_id: Mapped[int] = mapped_column(
        ForeignKey("connections.id"), primary_key=True, autoincrement=False
    )
    is_on: Mapped[bool] = mapped_column(default=False)
    address: Mapped[str]
    sealed: Mapped[str]
    options: Mapped[dict[str, Any]]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    changed_at: Mapped[dt.datetime]

    connection: Mapped[Connection] = relationship(lazy="raise_on_sql")


class Push(Base):
    """One referral on its way into one CRM, for ever once.

    pending: nothing of it can be there yet · unknown: it may be there, so the next try looks it up by our code first ·
    sent: it is there; `outcome` says whether we made it, found it, or were told no number · failed: set aside after
    the last try, with the reason.
    """

    __tablename__ = "pushes"
    __table_args__ = (
        UniqueConstraint("referral_id", "connection_id"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
        CheckConstraint("state <> 'sent' OR (sent_at IS NOT NULL AND outcome IS NOT NULL)", name="sent"),
        Index("ix_pushes_state", "connection_id", "state"),
    )

    id: Mapped[Id]
    referral_id: Mapped[int] = mapped_column(ForeignKey("referrals.id"))
    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"))
    state: Mapped[str] = mapped_column(default="pending")
    outcome: Mapped[str | None]
    deal_id: Mapped[str | None]
    remark: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    is_lasting: Mapped[bool] = mapped_column(default=False)
    first_tried_at: Mapped[dt.datetime | None]
    taken_until: Mapped[dt.datetime | None]
    next_try_at: Mapped[dt.datetime | None]
    sent_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]

    connection: Mapped[Connection] = relationship(lazy="raise_on_sql")
