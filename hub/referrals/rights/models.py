"""What a person said to being introduced, what sales wanted to know of them, and whom never to ask again."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base

# asked: nothing but name, company and a way to reach them is open · told: they were told, and may still object
STATES = ("asked", "told", "accepted", "declined", "erased", "expired")
FORGOTTEN = ("declined", "erased", "expired")
HOWS = ("link", "self", "introduced", "spoken", "dealing")


class Consent(Base):
    """A referral's person and what they said. `token_digest` knows their link again, `sealed_token` is for mails that
    are still to go, `details` is sealed and waits for their yes."""

    __tablename__ = "consents"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"how IS NULL OR how IN {HOWS}", name="how"),
        CheckConstraint("(state IN ('asked', 'told', 'expired')) = (how IS NULL)", name="answered"),
        Index("ix_consents_due", "state", "expires_at"),
    )

    referral_id: Mapped[int] = mapped_column(
        ForeignKey("referrals.id"), primary_key=True, autoincrement=False
    )
    token_digest: Mapped[str] = mapped_column(unique=True)
    sealed_token: Mapped[str | None]
    state: Mapped[str]
    how: Mapped[str | None]
    details: Mapped[str | None]
    asked_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    answered_at: Mapped[dt.datetime | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    joined_as_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)


class VettingAnswer(Base):
    """What was answered to a question of the programme, in the words that the question had."""

    __tablename__ = "vetting_answers"

    referral_id: Mapped[int] = mapped_column(
        ForeignKey("referrals.id"), primary_key=True, autoincrement=False
    )
    key: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    answer: Mapped[str]


class LeftAlone(Base):
    """Somebody who said no: a keyed digest, enough not to ask them again, too little to know who it is."""

    __tablename__ = "left_alone"

    digest: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[dt.datetime]
