"""What the hourly synthetic referral found."""

import datetime as dt

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, Id


class Probe(Base):
    """One synthetic referral went through the chain, or didn't; `says` is why not."""

    __tablename__ = "probes"
    __table_args__ = (CheckConstraint("milliseconds >= 0", name="milliseconds"),)

    id: Mapped[Id]
    at: Mapped[dt.datetime] = mapped_column(index=True)
    is_ok: Mapped[bool]
    milliseconds: Mapped[int]
    says: Mapped[str] = mapped_column(default="")
