"""Rules that ask, asks, how often anybody may be asked, what isn't for somebody, and who has to be made happy first."""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from challenges.models import Challenge
from hub.core.db import Base, Id
from hub.members.models import Member
from hub.segments.models import Segment

TRIGGERS = ("hand", "segment", "survey", "completed", "review")
STATES = ("waiting", "open", "done", "declined", "expired", "skipped")
DUE = "due_at IS NOT NULL"
OPEN = "state = 'open'"


class AskRule(Base):
    """Whom to ask for what, in whose words. `data` is the trigger's own: the least score, the kind of challenge.

    hand: named members, or a segment as it is now · segment: whoever comes into it · survey: an answer from a score
    up · completed: an act of advocacy · review: a results or project review that went well.
    """

    __tablename__ = "ask_rules"
    __table_args__ = (
        CheckConstraint(f"trigger IN {TRIGGERS}", name="trigger"),
        CheckConstraint("state IN ('on', 'done', 'off')", name="state"),
        CheckConstraint("wait_days BETWEEN 0 AND 90", name="wait"),
        Index("ix_ask_rules_due", "due_at", sqlite_where=text(DUE), postgresql_where=text(DUE)),
        Index("ix_ask_rules_trigger", "trigger", "state"),
    )

    id: Mapped[Id]
    trigger: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id"), index=True)
    segment_id: Mapped[int | None] = mapped_column(ForeignKey("segments.id"))
    words: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    wait_days: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="on")
    due_at: Mapped[dt.datetime | None]  # when its audience is looked through next
    created_at: Mapped[dt.datetime]

    challenge: Mapped[Challenge] = relationship(lazy="raise_on_sql")
    segment: Mapped[Segment | None] = relationship(lazy="raise_on_sql")
    by: Mapped[Member] = relationship(lazy="raise_on_sql")


class Ask(Base):
    """One member asked by one rule. `due_at` is when it moves next: is asked, reminded of, or let go. `why` says what
    it waits for, or why nobody was asked."""

    __tablename__ = "asks"
    __table_args__ = (
        UniqueConstraint("rule_id", "member_id"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("(state IN ('waiting', 'open')) = (due_at IS NOT NULL)", name="due"),
        Index("ux_asks_open", "member_id", "challenge_id", unique=True, sqlite_where=text(OPEN),
              postgresql_where=text(OPEN)),
        Index("ix_asks_due", "due_at", "id", sqlite_where=text(DUE), postgresql_where=text(DUE)),
        Index("ix_asks_member", "member_id", "asked_at"),
        Index("ix_asks_rule", "rule_id", "state", "id"),
    )  # fmt: skip

    id: Mapped[Id]
    rule_id: Mapped[int] = mapped_column(ForeignKey("ask_rules.id"))
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    state: Mapped[str] = mapped_column(default="waiting")
    why: Mapped[str] = mapped_column(default="")
    reminded: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[dt.datetime | None]
    asked_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]


class AskCadence(Base):
    """How often anybody is asked, one row: `most` asks in `per_days`, `reminders` every `remind_days`, and none before
    `least_done` challenges."""

    __tablename__ = "ask_cadence"
    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        CheckConstraint("most > 0 AND per_days > 0 AND remind_days > 0", name="positive"),
        CheckConstraint("reminders >= 0 AND least_done >= 0", name="least"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    most: Mapped[int] = mapped_column(default=2)
    per_days: Mapped[int] = mapped_column(default=30)
    remind_days: Mapped[int] = mapped_column(default=5)
    reminders: Mapped[int] = mapped_column(default=1)
    least_done: Mapped[int] = mapped_column(default=1)


class SetAside(Base):
    """A challenge that isn't for a member, in their own judgement. The words may be erased."""

    __tablename__ = "set_asides"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id"), primary_key=True, index=True)
    reason: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    created_at: Mapped[dt.datetime]


class Recovery(Base):
    """Somebody isn't happy, and staff make good on it first. `subject` is what told us, once: `submission:7`."""

    __tablename__ = "recoveries"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'done')", name="state"),
        Index("ix_recoveries_state", "state", "id"),
        Index("ix_recoveries_member", "member_id", "state"),
        Index("ix_recoveries_owner", "owner_id", "state", "id"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    subject: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str]  # survey, results, project
    score: Mapped[int | None]
    words: Mapped[str] = mapped_column(default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    state: Mapped[str] = mapped_column(default="open")
    outcome: Mapped[str] = mapped_column(default="")
    created_at: Mapped[dt.datetime]
    done_at: Mapped[dt.datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))

    member: Mapped[Member] = relationship(lazy="raise_on_sql", foreign_keys=[member_id])
    owner: Mapped[Member | None] = relationship(lazy="raise_on_sql", foreign_keys=[owner_id])
