"""Notices, the mails that carry them, and what each member wants of both."""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, Id

UNREAD = "read_at IS NULL"
CHANNELS = ("email", "digest", "app", "off")
# new: written with its notice, nobody has looked yet · waiting: goes at its time · unknown: handed over, but the answer
# got lost · digest: waits for the digest · gathered: is in one · parked: given up until somebody looks
STATES = ("new", "waiting", "unknown", "digest", "gathered", "sent", "dropped", "parked")
OPEN = "state IN ('new', 'waiting', 'unknown')"
DIGEST = "state = 'digest'"
PARKED = "state = 'parked'"


class Notice(Base):
    """One thing one member was told. Kept after it was read; `key` keeps it from being told twice."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_member", "member_id", "id"),
        Index(
            "ix_notices_unread", "member_id", "id", sqlite_where=text(UNREAD), postgresql_where=text(UNREAD)
        ),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    kind: Mapped[str]
    subject: Mapped[str]
    data: Mapped[dict[str, Any]]
    key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[dt.datetime]
    read_at: Mapped[dt.datetime | None]


class Mail(Base):
    """One mail to one member, its own queue. It keeps no words: they are written when it goes, and again if it must go
    again. `key` keeps it from being written twice, `message_id` keeps a second sending recognisable as the first.
    `sealed` is a one-time link, unreadable without the hub's key, and gone once the mail is sent.
    """

    __tablename__ = "mails"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        Index("ix_mails_open", "due_at", "id", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        Index(
            "ix_mails_digest", "due_at", "member_id", sqlite_where=text(DIGEST), postgresql_where=text(DIGEST)
        ),
        Index("ix_mails_parked", "id", sqlite_where=text(PARKED), postgresql_where=text(PARKED)),
        Index("ix_mails_member", "member_id", "state"),
        Index("ix_mails_sent_at", "sent_at"),
        Index("ix_mails_created_at", "created_at"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id"), index=True)
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("mails.id", ondelete="SET NULL"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    sealed: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="new")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[dt.datetime]
    message_id: Mapped[str | None] = mapped_column(unique=True)
    note: Mapped[str | None]
    created_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]


class Preference(Base):
    """How one member wants one kind of notice: by e-mail at once, in the digest, only in the app, not at all."""

    __tablename__ = "notice_preferences"
    __table_args__ = (CheckConstraint(f"channel IN {CHANNELS}", name="channel"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]


class Rhythm(Base):
    """When one member wants mail: not in the quiet hours, the digest at their hour. All in their own zone."""

    __tablename__ = "notice_rhythms"
    __table_args__ = (
        CheckConstraint("digest IN ('daily', 'weekly', 'off')", name="digest"),
        CheckConstraint("digest_hour BETWEEN 0 AND 23", name="digest_hour"),
        CheckConstraint("digest_weekday BETWEEN 0 AND 6", name="digest_weekday"),
        CheckConstraint("quiet_from IS NULL OR quiet_from BETWEEN 0 AND 23", name="quiet_from"),
        CheckConstraint("quiet_to IS NULL OR quiet_to BETWEEN 0 AND 23", name="quiet_to"),
        CheckConstraint("(quiet_from IS NULL) = (quiet_to IS NULL)", name="quiet"),
    )

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, autoincrement=False)
    quiet_from: Mapped[int | None]
    quiet_to: Mapped[int | None]
    digest: Mapped[str] = mapped_column(default="daily")
    digest_hour: Mapped[int] = mapped_column(default=8)
    digest_weekday: Mapped[int] = mapped_column(default=0)
