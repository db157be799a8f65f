"""Facts."""

import datetime as dt
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.append_only import append_only
from hub.core.db import Base, Id


@append_only
class Fact(Base):
    """Something that happened: `referral.submitted` about `referral:7`."""

    __tablename__ = "facts"
    __table_args__ = (
        Index("ix_facts_subject", "subject", "id"),
        Index("ix_facts_kind", "kind", "id"),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    subject: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(index=True)  # a member; no key, for members sit downhill
    data: Mapped[dict[str, Any]]
    happened_at: Mapped[dt.datetime]
