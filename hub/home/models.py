"""What members don't want to be asked now, or at all."""

import datetime as dt

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base


class PutOff(Base):
    """A thing that a member has put off: until then, or for good."""

    __tablename__ = "put_offs"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    thing: Mapped[str] = mapped_column(primary_key=True)  # its name: `challenge:7`
    until_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
