"""Challenges, their steps, and what members made of them."""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.core.append_only import append_only
from hub.core.db import Base, Id
from hub.core.uploads import Upload
from hub.ledger.models import LIMIT
from hub.members.models import Member
from hub.segments.models import Segment

REVIEWS = ("automatic", "reviewed", "sampled")
REPEATS = ("once", "daily", "weekly", "times")
STATES = ("started", "pending", "approved", "sent_back", "refused", "withdrawn")
VERDICTS = ("approved", "sent_back", "refused", "undone", "upheld", "overturned")
HOLDING = ("pending", "approved", "sent_back")
"""States in which a submission takes up one of a challenge's places."""
WAITING = "state = 'pending'"
LOOKING = "second_look = 'waiting'"


class Challenge(Base):
    """Something to do. What is edited here never reaches a submission that was made."""

    __tablename__ = "challenges"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'open', 'archived')", name="state"),
        CheckConstraint("minutes > 0", name="minutes"),
        CheckConstraint(f"points BETWEEN 0 AND {LIMIT}", name="points"),
        CheckConstraint("pays IN ('whole', 'steps')", name="pays"),
        CheckConstraint("closes_at > opens_at", name="period"),
        CheckConstraint(f"review IN {REVIEWS}", name="review"),
        CheckConstraint("sample_percent BETWEEN 0 AND 100", name="sample"),
        CheckConstraint(f"repeat IN {REPEATS}", name="repeat"),
        CheckConstraint("repeat_times > 0", name="times"),
        CheckConstraint("taken >= 0 AND (cap_total IS NULL OR cap_total > 0)", name="cap"),
        Index("ix_challenges_state", "state", "position", "id"),
    )

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    body: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]  # of its first step: chooses the icon and the word on the button
    state: Mapped[str] = mapped_column(default="draft")
    minutes: Mapped[int] = mapped_column(default=2)
    points: Mapped[int] = mapped_column(default=0)
    pays: Mapped[str] = mapped_column(default="whole")
    review: Mapped[str] = mapped_column(default="automatic")
    sample_percent: Mapped[int] = mapped_column(default=0)
    repeat: Mapped[str] = mapped_column(default="once")
    repeat_times: Mapped[int] = mapped_column(default=1)
    cap_total: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)
    prerequisites: Mapped[dict[str, Any]] = mapped_column(default=dict)
    unlocks: Mapped[str | None]  # the slug of a programme that asks for this challenge first
    segment_id: Mapped[int | None] = mapped_column(ForeignKey("segments.id"))
    image_id: Mapped[int | None] = mapped_column(ForeignKey("uploads.id"))
    zone: Mapped[str] = mapped_column(default="UTC")
    opens_at: Mapped[dt.datetime | None]
    closes_at: Mapped[dt.datetime | None]
    position: Mapped[int] = mapped_column(default=0)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[dt.datetime]
    published_at: Mapped[dt.datetime | None]
    archived_at: Mapped[dt.datetime | None]

    steps: Mapped[list["ChallengeStep"]] = relationship(
        lazy="raise_on_sql", order_by="ChallengeStep.position, ChallengeStep.id",
        primaryjoin="and_(Challenge.id == ChallengeStep.challenge_id, ChallengeStep.removed_at.is_(None))",
        viewonly=True,
    )  # fmt: skip
    image: Mapped[Upload | None] = relationship(lazy="raise_on_sql")
    segment: Mapped[Segment | None] = relationship(lazy="raise_on_sql")

    def is_open(self, now: dt.datetime) -> bool:
        """Whether it can be begun now, as far as time goes."""
        begun = self.opens_at is None or self.opens_at <= now
        return self.state == "open" and begun and (self.closes_at is None or now < self.closes_at)

    @property
    def is_full(self) -> bool:
        """Whether every place is taken."""
        return self.cap_total is not None and self.taken >= self.cap_total

    @property
    def worth(self) -> int:
        """What doing all of it brings. Its steps must be loaded."""
        return self.points if self.pays == "whole" else sum(step.points for step in self.steps)


class ChallengeStep(Base):
    """One thing to do in a challenge. `data` is its kind's own. Removed steps stay, for the answers they have."""

    __tablename__ = "challenge_steps"
    __table_args__ = (
        CheckConstraint(f"points BETWEEN 0 AND {LIMIT}", name="points"),
        Index("ix_challenge_steps_challenge", "challenge_id", "position", "id"),
    )

    id: Mapped[Id]
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id"))
    position: Mapped[int]
    kind: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    points: Mapped[int] = mapped_column(default=0)
    removed_at: Mapped[dt.datetime | None]


class ChallengeApprover(Base):
    """Somebody who reviews a challenge's submissions without being a manager, or before other managers do."""

    __tablename__ = "challenge_approvers"

    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)


class Submission(Base):
    """A member's attempt. `occurrence` says which one (`once`, a day, a week, a number): the database keeps it single.
    `points` is what was promised when it was submitted; `decision_id` the decision that holds now."""

    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("challenge_id", "member_id", "occurrence"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("second_look IN ('none', 'waiting', 'done')", name="second_look"),
        CheckConstraint(f"points BETWEEN 0 AND {LIMIT}", name="points"),
        Index("ix_submissions_member", "member_id", "challenge_id", "id"),
        Index("ix_submissions_challenge", "challenge_id", "state", "id"),
        Index("ix_submissions_waiting", "submitted_at", "id", sqlite_where=text(WAITING),
              postgresql_where=text(WAITING)),
        Index("ix_submissions_looking", "decided_at", "id", sqlite_where=text(LOOKING),
              postgresql_where=text(LOOKING)),
    )  # fmt: skip

    id: Mapped[Id]
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    occurrence: Mapped[str]
    state: Mapped[str] = mapped_column(default="started")
    pays: Mapped[str]
    points: Mapped[int] = mapped_column(default=0)
    second_look: Mapped[str] = mapped_column(default="none")
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id", use_alter=True))
    started_at: Mapped[dt.datetime]
    submitted_at: Mapped[dt.datetime | None]
    decided_at: Mapped[dt.datetime | None]

    challenge: Mapped[Challenge] = relationship(lazy="raise_on_sql")
    member: Mapped[Member] = relationship(lazy="raise_on_sql")
    answers: Mapped[list["StepAnswer"]] = relationship(
        lazy="raise_on_sql", order_by="StepAnswer.id", viewonly=True
    )

    @property
    def subject(self) -> str:
        """What entries, facts and notices call it."""
        return f"submission:{self.id}"


class StepAnswer(Base):
    """What a member answered to one step. It may be changed and erased; what was paid for it stays in the ledger.

    `verdict`: open (begun, not there yet), done (right by itself), review (somebody looks at it).
    """

    __tablename__ = "step_answers"
    __table_args__ = (
        UniqueConstraint("submission_id", "step_id"),
        CheckConstraint("verdict IN ('open', 'done', 'review')", name="verdict"),
        Index("ix_step_answers_step", "step_id", "id"),
    )

    id: Mapped[Id]
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    step_id: Mapped[int] = mapped_column(ForeignKey("challenge_steps.id"))
    kind: Mapped[str]
    data: Mapped[dict[str, Any]]
    verdict: Mapped[str] = mapped_column(default="open")
    points: Mapped[int] = mapped_column(default=0)
    fingerprint: Mapped[int | None]  # of its words, to find answers like it
    digest: Mapped[str | None]  # of its file or link, to find the same one
    answered_at: Mapped[dt.datetime]

    step: Mapped[ChallengeStep] = relationship(lazy="raise_on_sql")


@append_only
class Decision(Base):
    """Who decided what about a submission, and when. Nobody: it was right by itself. Taking one back is a new row."""

    __tablename__ = "decisions"
    __table_args__ = (
        CheckConstraint(f"verdict IN {VERDICTS}", name="verdict"),
        CheckConstraint("(verdict = 'undone') = (undoes_id IS NOT NULL)", name="undoes"),
        Index("ix_decisions_submission", "submission_id", "id"),
        Index("ix_decisions_by", "by_id", "created_at"),
    )

    id: Mapped[Id]
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    verdict: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    code: Mapped[str] = mapped_column(default="")
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), unique=True)
    created_at: Mapped[dt.datetime]


class DecisionNote(Base):
    """The words to a decision. They may be erased; the decision may not."""

    __tablename__ = "decision_notes"

    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), primary_key=True)
    words: Mapped[str]


class SavedReason(Base):
    """Words that reviewers use again and again."""

    __tablename__ = "saved_reasons"
    __table_args__ = (CheckConstraint("verdict IN ('sent_back', 'refused')", name="verdict"),)

    id: Mapped[Id]
    verdict: Mapped[str]
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    words: Mapped[str]


class BetaSeat(Base):
    """A place in a beta, or on its waiting list. Who waits longest is next."""

    __tablename__ = "beta_seats"
    __table_args__ = (
        UniqueConstraint("step_id", "member_id"),
        CheckConstraint("state IN ('seated', 'waiting', 'given_back')", name="state"),
        Index("ix_beta_seats_step", "step_id", "state", "id"),
    )

    id: Mapped[Id]
    step_id: Mapped[int] = mapped_column(ForeignKey("challenge_steps.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    state: Mapped[str]
    asked_at: Mapped[dt.datetime]
