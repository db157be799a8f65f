"""Introductions that are on their way, and the referrals that came of them."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.core.db import Base, Id
from hub.members.models import Member
from hub.referrals.models import Programme

KINDS = ("warm_email", "lunch", "lead")


class Introduction(Base):
    """Somebody is about to be introduced: a mail was written, a lunch is planned, a company was named. Nothing in it
    says who they are."""

    __tablename__ = "introductions"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint("state IN ('open', 'arrived', 'closed')", name="state"),
        Index("ix_introductions_member", "member_id", "id"),
        Index("ix_introductions_owner", "owner_id", "state", "id"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    company: Mapped[str | None]
    held_on: Mapped[dt.date | None]
    words: Mapped[str | None]
    answer: Mapped[str | None]
    once: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]

    member: Mapped[Member] = relationship(foreign_keys=[member_id], lazy="raise_on_sql")
    programme: Mapped[Programme] = relationship(lazy="raise_on_sql")


class IntroductionReferral(Base):
    """A referral that came of an introduction: a lunch may bring several."""

    __tablename__ = "introduction_referrals"

    referral_id: Mapped[int] = mapped_column(
        ForeignKey("referrals.id"), primary_key=True, autoincrement=False
    )
    introduction_id: Mapped[int] = mapped_column(ForeignKey("introductions.id"), index=True)
