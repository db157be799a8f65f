"""Which challenges certify, and the certificates they gave."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.append_only import append_only
from hub.core.db import Base, Id


class Certification(Base):
    """Doing this challenge gives a certificate, good for so many months; 0 is for good."""

    __tablename__ = "certifications"
    __table_args__ = (CheckConstraint("months BETWEEN 0 AND 120", name="months"),)

    challenge_id: Mapped[int] = mapped_column(
        ForeignKey("challenges.id"), primary_key=True, autoincrement=False
    )
    months: Mapped[int]


@append_only
class Certificate(Base):
    """A member was certified. It names nobody: the holder's name is drawn when it is looked at. One per submission."""

    __tablename__ = "certificates"
    __table_args__ = (
        CheckConstraint("expires_at IS NULL OR expires_at > issued_at", name="period"),
        Index("ix_certificates_member", "member_id", "challenge_id", "id"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), unique=True)
    issued_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime | None]

    def is_good(self, now: dt.datetime) -> bool:
        """Whether it still counts."""
        return self.expires_at is None or now < self.expires_at
