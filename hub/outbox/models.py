"""Messages, leases and the periodic tasks' last runs."""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, Id

OPEN = "done_at IS NULL AND parked_at IS NULL"
PARKED = "parked_at IS NOT NULL"


class Message(Base):
    """Something to do because of a change, committed with that change."""

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("queue IN ('books', 'post')", name="queue"),
        Index("ix_messages_open", "queue", "due_at", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        Index("ix_messages_parked", "queue", sqlite_where=text(PARKED), postgresql_where=text(PARKED)),
        Index("ix_messages_done_at", "done_at"),
    )

    id: Mapped[Id]
    name: Mapped[str]
    queue: Mapped[str]
    args: Mapped[dict[str, Any]]
    key: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    done_at: Mapped[dt.datetime | None]
    parked_at: Mapped[dt.datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]


class Lease(Base):
    """Who does a thing that only one may do at a time."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[dt.datetime]


class Run(Base):
    """When a periodic task was last posted."""

    __tablename__ = "runs"

    name: Mapped[str] = mapped_column(primary_key=True)
    last_at: Mapped[dt.datetime]
