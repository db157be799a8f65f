"""Challenges."""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, Id


class Challenge(Base):
    """Something to do. `data` is its kind's own; `points_label` is shown when the kind doesn't know the worth."""

    __tablename__ = "challenges"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'open', 'archived')", name="state"),
        CheckConstraint("minutes > 0", name="minutes"),
        CheckConstraint("points_label >= 0", name="points_label"),
        CheckConstraint("closes_at > opens_at", name="period"),
        Index("ix_challenges_state", "state", "position", "id"),
    )

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    body: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    data: Mapped[dict[str, Any]]
    minutes: Mapped[int]
    points_label: Mapped[int] = mapped_column(default=0)
    opens_at: Mapped[dt.datetime | None]
    closes_at: Mapped[dt.datetime | None]
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime]

    def is_open(self, now: dt.datetime) -> bool:
        """Whether it can be done now."""
        begun = self.opens_at is None or self.opens_at <= now
        return self.state == "open" and begun and (self.closes_at is None or now < self.closes_at)
