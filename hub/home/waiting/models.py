"""How long an advocate may wait for news."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, Id


class AnswerClock(Base):
    """One row: days to the first news, days between news after that, and days more until managers are told, too."""

    __tablename__ = "answer_clocks"
    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        CheckConstraint("first_days > 0 AND news_days > 0 AND more_days > 0", name="positive"),
    )

    id: Mapped[Id]
    first_days: Mapped[int] = mapped_column(default=2)
    news_days: Mapped[int] = mapped_column(default=14)
    more_days: Mapped[int] = mapped_column(default=3)
