"""Boards, scores, and two histograms of scores, from which any rank is read in a tenth of a millisecond."""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, desc
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, Id

COARSE_BITS = 8
"""A coarse bucket holds 256 neighbouring scores."""


class Board(Base):
    """A list of members by what they earned. `audience` narrows it: {"types": ["partner"]}; empty is everybody."""

    __tablename__ = "boards"
    __table_args__ = (CheckConstraint("metric IN ('points')", name="metric"),)

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    metric: Mapped[str] = mapped_column(default="points")
    audience: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[dt.datetime]


class Score(Base):
    """What an account earned in a period. Nothing earned, or less, has no row."""

    __tablename__ = "scores"
    __table_args__ = (
        CheckConstraint("points > 0", name="points"),
        Index("ix_scores_standing", "board_id", "period", desc("points"), "account_id"),
        Index("ix_scores_account_id", "account_id"),
    )

    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"), primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    points: Mapped[int]


class ScoreCount(Base):
    """How many members have exactly these points."""

    __tablename__ = "score_counts"

    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"), primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    points: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    members: Mapped[int]


class ScoreBucket(Base):
    """How many members have points in this bucket: points >> 8."""

    __tablename__ = "score_buckets"

    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"), primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    bucket: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    members: Mapped[int]
