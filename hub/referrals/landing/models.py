"""How an advocate is named on their page, and what led a referral here."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.append_only import append_only
from hub.core.db import Base, Id

SHOWN = ("full", "first", "company")


class LandingName(Base):
    """What one member's landing pages call them, and their own words to those they send."""

    __tablename__ = "landing_names"
    __table_args__ = (CheckConstraint(f"shown IN {SHOWN}", name="shown"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, autoincrement=False)
    shown: Mapped[str] = mapped_column(default="full")
    words: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[dt.datetime]


@append_only
class Touch(Base):
    """A visit that led to a referral: by whose link, after which click, when. One of them is credited; `place` is its
    place in time. A touch is verified when it came by a click of ours."""

    __tablename__ = "touches"
    __table_args__ = (
        UniqueConstraint("referral_id", "place"),
        CheckConstraint("place > 0", name="place"),
        Index("ix_touches_advocate", "advocate_id", "id"),
    )

    id: Mapped[Id]
    referral_id: Mapped[int] = mapped_column(ForeignKey("referrals.id"))
    place: Mapped[int]
    advocate_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    link_id: Mapped[int] = mapped_column(ForeignKey("personal_links.id"))
    click_id: Mapped[str | None]
    clicked_at: Mapped[dt.datetime | None]
    visited_at: Mapped[dt.datetime]
    is_verified: Mapped[bool]
    is_credited: Mapped[bool]
    is_repeat: Mapped[bool] = mapped_column(default=False)
