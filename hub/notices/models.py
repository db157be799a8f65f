"""Notices."""

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, Id

UNREAD = "read_at IS NULL"


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
