"""What members don't want to be asked now, or at all, and how satisfied they are."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, Id

SIDES = ("advocate", "rep")


class PutOff(Base):
    """A thing that a member has put off: until then, or for good."""

    __tablename__ = "put_offs"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    thing: Mapped[str] = mapped_column(primary_key=True)  # its name: `challenge:7`
    until_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]


class Pulse(Base):
    """How satisfied one member is with the hub this quarter, as an advocate or as a rep; the last word holds."""

    __tablename__ = "pulses"
    __table_args__ = (
        UniqueConstraint("member_id", "quarter"),
        CheckConstraint(f"side IN {SIDES}", name="side"),
        CheckConstraint("score BETWEEN 1 AND 5", name="score"),
        Index("ix_pulses_quarter", "quarter", "side", "score"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    quarter: Mapped[str]  # 2026-Q4, in the hub's zone
    side: Mapped[str]
    score: Mapped[int]
    words: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[dt.datetime]
