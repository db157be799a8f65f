"""What is known of doubts: reviews, the prints that make two introductions comparable, and a manager's limits."""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, Id
from hub.referrals.ladder import HIGHEST_TOTAL

CAUSES = ("score", "approval")
STATES = ("open", "released", "refused")
PRINTS = ("email", "phone", "person")
DECIDED = ("first_by_id", "first_at", "second_by_id", "second_at", "refused_by_id", "refused_at", "words")
SAID = ("appeal", "appealed_at", "answer", "answered_at", "answered_by_id")
ASKED = "state = 'open' OR (appealed_at IS NOT NULL AND answered_at IS NULL)"


class Review(Base):
    """A referral whose points wait for people. `ceiling` is the total that may be paid meanwhile: stages above it wait.

    `alone` is what one person may release, as the hub had it when the review was opened.

    score: the signals raise doubts, and 0 may be paid · approval: the programme wants a manager to look at large
    stages. The first person releases up to that limit, a second one lifts the ceiling: no row can say otherwise.
    """

    __tablename__ = "referral_reviews"
    __table_args__ = (
        UniqueConstraint("referral_id", "cause"),
        CheckConstraint(f"cause IN {CAUSES}", name="cause"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"ceiling IS NULL OR ceiling BETWEEN 0 AND {HIGHEST_TOTAL}", name="ceiling"),
        # The same person can't be both: whoever lifts the ceiling is somebody else than who released first.
        CheckConstraint("second_by_id IS NULL OR (first_by_id IS NOT NULL AND second_by_id <> first_by_id)",
                        name="two"),
        CheckConstraint("ceiling IS NOT NULL OR (state = 'released' AND second_by_id IS NOT NULL)", name="lifted"),
        CheckConstraint("state <> 'released' OR first_by_id IS NOT NULL", name="released"),
        CheckConstraint("state <> 'refused' OR refused_by_id IS NOT NULL", name="refused"),
        CheckConstraint("answered_by_id IS NULL OR refused_by_id IS NULL OR answered_by_id <> refused_by_id",
                        name="appeal"),
        CheckConstraint("(appeal IS NULL OR appealed_at IS NOT NULL) AND (answer IS NULL OR answered_at IS NOT NULL)",
                        name="words"),
        Index("ix_referral_reviews_asked", "opened_at", "id", sqlite_where=text(ASKED), postgresql_where=text(ASKED)),
        Index("ix_referral_reviews_first_by_id", "first_by_id"),
    )  # fmt: skip

    id: Mapped[Id]
    referral_id: Mapped[int] = mapped_column(ForeignKey("referrals.id"))
    cause: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    score: Mapped[int] = mapped_column(default=0)
    signals: Mapped[list[Any]] = mapped_column(default=list)
    ceiling: Mapped[int | None]
    alone: Mapped[int] = mapped_column(server_default=text("5000"))
    opened_at: Mapped[dt.datetime]
    first_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    first_at: Mapped[dt.datetime | None]
    second_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    second_at: Mapped[dt.datetime | None]
    refused_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    refused_at: Mapped[dt.datetime | None]
    words: Mapped[str | None]
    appeal: Mapped[str | None]
    appealed_at: Mapped[dt.datetime | None]
    answer: Mapped[str | None]
    answered_at: Mapped[dt.datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))

    @property
    def is_asked(self) -> bool:
        """Whether somebody of the team has to do something."""
        return self.state == "open" or (self.appealed_at is not None and self.answered_at is None)


class Print(Base):
    """What makes two introductions comparable without keeping the person: digests of address, telephone, and name at a
    company's domain. They go with the person they are of."""

    __tablename__ = "referral_prints"
    __table_args__ = (
        CheckConstraint(f"kind IN {PRINTS}", name="kind"),
        Index("ix_referral_prints_digest", "digest", "referral_id"),
    )

    referral_id: Mapped[int] = mapped_column(
        ForeignKey("referrals.id"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]


class Limits(Base):
    """The hub's one row of limits. What a manager hasn't changed isn't in it: the signals know their own."""

    __tablename__ = "fairness_limits"
    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        CheckConstraint("threshold BETWEEN 1 AND 200", name="threshold"),
        CheckConstraint(
            f"second_above IS NULL OR second_above BETWEEN 0 AND {HIGHEST_TOTAL}", name="second_above"
        ),
        CheckConstraint("alarm_days BETWEEN 1 AND 90", name="alarm_days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    threshold: Mapped[int]
    second_above: Mapped[int | None]
    alarm_days: Mapped[int]
    region: Mapped[str | None]
    weights: Mapped[dict[str, Any]]
    bounds: Mapped[dict[str, Any]]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    changed_at: Mapped[dt.datetime]
