"""The hub itself: one row of what its managers decided about the whole place."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, Id


class Hub(Base):
    """Name, words, colour, zone. There is one row, id 1."""

    __tablename__ = "hubs"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_hub"),
        CheckConstraint("brand_hue >= 0 AND brand_hue < 360", name="hue"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(default="Hurrah")
    tagline: Mapped[str] = mapped_column(default="")
    brand_hue: Mapped[int] = mapped_column(default=10)
    zone: Mapped[str] = mapped_column(default="UTC")
    contact_name: Mapped[str] = mapped_column(default="")
    contact_email: Mapped[str] = mapped_column(default="")
    has_sample: Mapped[bool] = mapped_column(default=False)
