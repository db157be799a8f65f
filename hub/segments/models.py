"""Segments, and the tags that managers put on members."""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, Id


class Segment(Base):
    """A named audience. `rules` is a group: {"match": "all"|"any"|"none", "rules": [...]}; no rules is everybody.

    One that is used can be archived, never deleted: it is offered no more and goes on working where it is used.
    """

    __tablename__ = "segments"
    __table_args__ = (CheckConstraint("length(name) > 0", name="name"),)

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="")
    rules: Mapped[dict[str, Any]]
    is_archived: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[dt.datetime]
    changed_at: Mapped[dt.datetime]


class MemberTag(Base):
    """A word that managers put on a member: "beta", "conference-2026"."""

    __tablename__ = "member_tags"
    __table_args__ = (Index("ix_member_tags_tag", "tag", "member_id"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[dt.datetime]


class AdvocateScore(Base):
    """How ready a member is to be asked, 0 to 100, as it was worked out last. Derived: it can be made again."""

    __tablename__ = "advocate_scores"
    __table_args__ = (
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        Index("ix_advocate_scores_score", "score", "member_id"),
    )

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, autoincrement=False)
    score: Mapped[int]
    parts: Mapped[dict[str, Any]]
    computed_at: Mapped[dt.datetime]
