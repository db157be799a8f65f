"""Threads and posts."""

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.core.db import Base, Id
from hub.members.models import Member


class Thread(Base):
    """What is said about one subject. Made with its first post."""

    __tablename__ = "threads"

    id: Mapped[Id]
    subject: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[dt.datetime]


class Post(Base):
    """What one member said, as they typed it: Markdown. A post taken back keeps its place, without its words."""

    __tablename__ = "posts"
    __table_args__ = (Index("ix_posts_thread", "thread_id", "id"),)

    id: Mapped[Id]
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    body: Mapped[str]
    created_at: Mapped[dt.datetime]
    removed_at: Mapped[dt.datetime | None]

    by: Mapped[Member] = relationship(lazy="raise_on_sql")
    thread: Mapped[Thread] = relationship(lazy="raise_on_sql")
