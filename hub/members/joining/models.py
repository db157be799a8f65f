"""Codes, the door, who came by which, and who has asked and not yet come."""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.core.db import Base, Id
from hub.members.models import TYPES, Company

DOORS = ("closed", "code", "open")


class JoinCode(Base):
    """An address by which people join: what they become, whose mailboxes it is for, how many, until when."""

    __tablename__ = "join_codes"
    __table_args__ = (
        CheckConstraint(f"type IN {TYPES}", name="type"),
        CheckConstraint("length(name) > 0", name="name"),
        CheckConstraint("uses >= 0 AND (most IS NULL OR uses <= most)", name="uses"),
        CheckConstraint("code <> alias", name="two_names"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    alias: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    type: Mapped[str] = mapped_column(default="customer")
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"), index=True)
    domains: Mapped[list[Any]] = mapped_column(default=list)  # empty: everybody's
    tag: Mapped[str] = mapped_column(default="")
    most: Mapped[int | None]
    uses: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[dt.datetime | None]
    is_on: Mapped[bool] = mapped_column(default=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[dt.datetime]

    company: Mapped[Company | None] = relationship(lazy="raise_on_sql")

    @property
    def word(self) -> str:
        """What stands in its address: the readable alias, where it has one."""
        return self.alias or self.code

    def why_not(self, now: dt.datetime) -> str:
        """Why nobody can join by it now, in words for them; empty when they can."""
        if not self.is_on:
            return "It was switched off."
        if self.expires_at is not None and self.expires_at <= now:
            return "It was good until a day that is over."
        if self.most is not None and self.uses >= self.most:
            return "As many people as it was made for have joined by it."
        return ""


class JoinDoor(Base):
    """Whether people may join by themselves: not at all, by a code they were given, or by one that everybody is shown.
    There is one row, id 1."""

    __tablename__ = "join_doors"
    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        CheckConstraint(f"state IN {DOORS}", name="state"),
        CheckConstraint("(state = 'open') = (code_id IS NOT NULL)", name="shown"),
    )

    id: Mapped[Id]
    state: Mapped[str]
    code_id: Mapped[int | None] = mapped_column(ForeignKey("join_codes.id"))


class Joining(Base):
    """A member came by a code. One mailbox comes once, however its address is written: of it only a digest is kept."""

    __tablename__ = "joinings"
    __table_args__ = (UniqueConstraint("mailbox"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    code_id: Mapped[int] = mapped_column(ForeignKey("join_codes.id"), index=True)
    mailbox: Mapped[str | None]
    at: Mapped[dt.datetime]


class JoinRequest(Base):
    """Somebody has asked to join, and a link went to the mailbox they named. Gone when it is used, or two days old."""

    __tablename__ = "join_requests"

    id: Mapped[Id]
    token_digest: Mapped[str] = mapped_column(unique=True)
    code_id: Mapped[int] = mapped_column(ForeignKey("join_codes.id"), index=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)

    code: Mapped[JoinCode] = relationship(lazy="raise_on_sql")
