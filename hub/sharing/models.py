"""Personal links."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, Id

CHANNELS = ("linkedin", "x", "facebook", "whatsapp", "email", "copy", "qr", "embed", "landing")


class PersonalLink(Base):
    """One member's own address for one thing through one channel. It may be retired, and is never deleted: clicks and
    referrals name it."""

    __tablename__ = "personal_links"
    __table_args__ = (
        UniqueConstraint("member_id", "target", "channel"),
        CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
        CheckConstraint("code <> alias", name="two_names"),
        Index("ix_personal_links_target", "target", "id"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    alias: Mapped[str | None] = mapped_column(unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    target: Mapped[str]  # a subject: content:5, programme:3
    channel: Mapped[str]
    created_at: Mapped[dt.datetime]
    retired_at: Mapped[dt.datetime | None]

    @property
    def name(self) -> str:
        """What stands in its address: the readable alias, where it has one."""
        return self.alias or self.code

    @property
    def path(self) -> str:
        """Its address on this hub."""
        return f"/s/{self.name}"
