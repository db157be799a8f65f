"""Promotions as managers write them: what for, how much more, from when to when, and up to what."""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, Id
from hub.ledger.models import LIMIT

KINDS = ("multiplier", "bonus")
STATES = ("draft", "started", "ended")


class Promotion(Base):
    """More points for a while. `subject` is what for (`programme:3`, `challenge:5`), `rung_key` for which stage (all
    when empty). What it has booked out of its budget is `spent`, by a conditional UPDATE, so it never books
    beyond."""

    __tablename__ = "promotions"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("ends_at > starts_at OR state = 'ended'", name="period"),
        CheckConstraint("kind <> 'multiplier' OR percent BETWEEN 101 AND 1000", name="percent"),
        CheckConstraint(f"kind <> 'bonus' OR bonus BETWEEN 1 AND {LIMIT}", name="bonus"),
        CheckConstraint("first_each IS NULL OR first_each > 0", name="first_each"),
        CheckConstraint("first_all IS NULL OR first_all > 0", name="first_all"),
        CheckConstraint("spent >= 0 AND (budget IS NULL OR spent <= budget)", name="budget"),
        # Nothing that was paid already changes: it can't begin before somebody began it.
        CheckConstraint(
            "state = 'draft' OR (started_at IS NOT NULL AND starts_at >= started_at)", name="not_backwards"
        ),
        CheckConstraint("state <> 'ended' OR ended_at IS NOT NULL", name="ended"),
        Index("ix_promotions_subject", "subject", "state"),
    )

    id: Mapped[Id]
    name: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    subject: Mapped[str]
    kind: Mapped[str]
    percent: Mapped[int] = mapped_column(default=200)
    bonus: Mapped[int] = mapped_column(default=0)
    rung_key: Mapped[str | None]
    audience: Mapped[list[Any]] = mapped_column(default=list)
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    first_each: Mapped[int | None]
    first_all: Mapped[int | None]
    budget: Mapped[int | None]
    spent: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="draft")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[dt.datetime]
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    started_at: Mapped[dt.datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    ended_at: Mapped[dt.datetime | None]

    def covers(self, at: dt.datetime) -> bool:
        """Whether what happened then counts."""
        return self.starts_at <= at < self.ends_at

    def phase(self, now: dt.datetime) -> str:
        """draft, planned, running or over."""
        if self.state == "draft":
            return "draft"
        if now >= self.ends_at:
            return "over"
        return "running" if now >= self.starts_at else "planned"

    def adds(self, points: int) -> int:
        """What it adds to points that something else pays: as much as a line of the books can say."""
        return min(LIMIT, self._whole(points))

    def note(self, points: int) -> str:
        """What stands beside the line that adds to them."""
        return f"{self.name} (a line is at most {LIMIT:,} points)" if self.is_cut(points) else self.name

    def is_cut(self, points: int) -> bool:
        """Whether it would add more than a line can say."""
        return self._whole(points) > LIMIT

    def _whole(self, points: int) -> int:
        if points <= 0:
            return 0
        return self.bonus if self.kind == "bonus" else points * (self.percent - 100) // 100
