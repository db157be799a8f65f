"""Alerts: what the team wants to hear of, and of whom it has heard."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, Id
from hub.ledger.models import LIMIT

TELLS = ("rep", "person", "nobody")


class Alert(Base):
    """When a member comes to fit a segment: tell their rep or one person, maybe award points; once for each."""

    __tablename__ = "alerts"
    __table_args__ = (
        CheckConstraint(f"tells IN {TELLS}", name="tells"),
        CheckConstraint("(tells = 'person') = (person_id IS NOT NULL)", name="person"),
        CheckConstraint("state IN ('on', 'off')", name="state"),
        CheckConstraint(f"points BETWEEN 0 AND {LIMIT}", name="points"),
        CheckConstraint("tells <> 'nobody' OR points > 0", name="purpose"),
    )

    id: Mapped[Id]
    name: Mapped[str]
    segment_id: Mapped[int] = mapped_column(ForeignKey("segments.id"), index=True)
    tells: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    points: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="on")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[dt.datetime]


class AlertHeard(Base):
    """An alert has heard of a member; `told` is false of those who fitted already when it was made."""

    __tablename__ = "alerts_heard"
    __table_args__ = (Index("ix_alerts_heard_member_id", "member_id"),)

    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    told: Mapped[bool]
    at: Mapped[dt.datetime]
