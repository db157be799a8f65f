"""Journeys: challenges in an order, for those who aren't asked for more before they are through."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, Id


class Journey(Base):
    """A few challenges in an order, for an audience. While it `waits`, nobody on it is asked for anything else."""

    __tablename__ = "journeys"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'open', 'closed')", name="state"),
        CheckConstraint("length(name) > 0", name="name"),
    )

    id: Mapped[Id]
    name: Mapped[str]
    says: Mapped[str] = mapped_column(default="")
    segment_id: Mapped[int | None] = mapped_column(ForeignKey("segments.id"))
    state: Mapped[str] = mapped_column(default="draft")
    waits: Mapped[bool] = mapped_column(default=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[dt.datetime]


class JourneyStep(Base):
    """A challenge on the way, once on each journey."""

    __tablename__ = "journey_steps"
    __table_args__ = (Index("ix_journey_steps_challenge_id", "challenge_id"),)

    journey_id: Mapped[int] = mapped_column(ForeignKey("journeys.id"), primary_key=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id"), primary_key=True)
    position: Mapped[int]
