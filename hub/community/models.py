"""Threads and posts, what members think of them, topics, shout-outs, reports, and who was honoured when."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.core.db import Base, Id
from hub.members.models import Member
from hub.segments.models import Segment

KINDS = ("thanks", "agree", "love", "idea", "cheer")
ASKED = "state = 'asked'"
OPEN = "settled_at IS NULL"
TOPICS = "substr(subject, 1, 6) = 'topic:'"


class Thread(Base):
    """What is said about one subject. Made with its first post. A locked one is read, not written."""

    __tablename__ = "threads"
    __table_args__ = (
        CheckConstraint("post_count >= 0", name="post_count"),
        Index(
            "ix_threads_topics", "latest_at", "id", sqlite_where=text(TOPICS), postgresql_where=text(TOPICS)
        ),
    )

    id: Mapped[Id]
    subject: Mapped[str] = mapped_column(unique=True)
    post_count: Mapped[int] = mapped_column(default=0)  # of posts that are shown
    latest_at: Mapped[dt.datetime | None]  # of the newest post that is shown
    locked_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]


class Post(Base):
    """What one member said, as they typed it: Markdown. A post taken back keeps its place, without its words; a
    hidden one keeps its words, for moderators."""

    __tablename__ = "posts"
    __table_args__ = (
        Index("ix_posts_thread", "thread_id", "id"),
        Index("ix_posts_by", "by_id", "created_at"),
        Index("ix_posts_hidden", "hidden_at", sqlite_where=text("hidden_at IS NOT NULL"),
              postgresql_where=text("hidden_at IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[Id]
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"), index=True)
    body: Mapped[str]
    created_at: Mapped[dt.datetime]
    edited_at: Mapped[dt.datetime | None]
    removed_at: Mapped[dt.datetime | None]
    hidden_at: Mapped[dt.datetime | None]

    by: Mapped[Member] = relationship(lazy="raise_on_sql")
    thread: Mapped[Thread] = relationship(lazy="raise_on_sql")
    reply_to: Mapped["Post | None"] = relationship(lazy="raise_on_sql", remote_side="Post.id")

    @property
    def is_shown(self) -> bool:
        """Whether its words are there to read."""
        return self.removed_at is None and self.hidden_at is None


class PostVersion(Base):
    """What a post said before it was edited: for moderators, and gone when its words are."""

    __tablename__ = "post_versions"

    id: Mapped[Id]
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    body: Mapped[str]
    replaced_at: Mapped[dt.datetime]


class Mention(Base):
    """Somebody named in a post, by the handle that was typed."""

    __tablename__ = "mentions"

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)
    handle: Mapped[str]


class Reaction(Base):
    """One member's sign under one post; each kind once."""

    __tablename__ = "reactions"
    __table_args__ = (
        UniqueConstraint("post_id", "member_id", "kind"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        Index("ix_reactions_created_at", "created_at"),
    )

    id: Mapped[Id]
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    kind: Mapped[str]
    created_at: Mapped[dt.datetime]


class Watch(Base):
    """Whether a member wants to be told of new posts in a thread. No row: only who takes part by nature is told."""

    __tablename__ = "watches"

    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)
    is_on: Mapped[bool]
    created_at: Mapped[dt.datetime]


class Topic(Base):
    """A conversation on the community board, or an announcement to everybody or to a segment. Its words are its first
    post; once that is hidden or taken back, the topic is off the board."""

    __tablename__ = "topics"
    __table_args__ = (
        CheckConstraint("length(title) > 0", name="title"),
        CheckConstraint("is_announcement OR segment_id IS NULL", name="audience"),
    )

    id: Mapped[Id]
    title: Mapped[str]
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("threads.id"), unique=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"), unique=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    is_announcement: Mapped[bool] = mapped_column(default=False)
    segment_id: Mapped[int | None] = mapped_column(ForeignKey("segments.id"), index=True)
    pinned_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]

    by: Mapped[Member] = relationship(lazy="raise_on_sql")
    thread: Mapped[Thread] = relationship(lazy="raise_on_sql")
    post: Mapped[Post] = relationship(lazy="raise_on_sql", foreign_keys=[post_id])
    segment: Mapped[Segment | None] = relationship(lazy="raise_on_sql")

    @property
    def subject(self) -> str:
        """What threads, facts and notices call it."""
        return f"topic:{self.id}"


class ShoutOut(Base):
    """A public thank-you. Until the member it names has said yes, only the two of them see it."""

    __tablename__ = "shout_outs"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'shown', 'declined', 'withdrawn')", name="state"),
        CheckConstraint("by_id <> for_id", name="others"),
        Index("ux_shout_outs_asked", "by_id", "for_id", unique=True, sqlite_where=text(ASKED),
              postgresql_where=text(ASKED)),
        Index("ix_shout_outs_state", "state", "shown_at", "id"),
        Index("ix_shout_outs_for", "for_id", "id"),
    )  # fmt: skip

    id: Mapped[Id]
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    for_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"), unique=True)
    state: Mapped[str] = mapped_column(default="asked")
    created_at: Mapped[dt.datetime]
    answered_at: Mapped[dt.datetime | None]
    shown_at: Mapped[dt.datetime | None]

    by: Mapped[Member] = relationship(lazy="raise_on_sql", foreign_keys=[by_id])
    named: Mapped[Member] = relationship(lazy="raise_on_sql", foreign_keys=[for_id])
    post: Mapped[Post] = relationship(lazy="raise_on_sql")

    @property
    def subject(self) -> str:
        """What threads, facts and notices call it."""
        return f"shout_out:{self.id}"


class Report(Base):
    """Somebody asks a moderator to look at a post; nobody (`by_id` empty) when it holds a warn word."""

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint("outcome IN ('hidden', 'kept')", name="outcome"),
        CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name="settled"),
        Index("ix_reports_open", "post_id", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
    )

    id: Mapped[Id]
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)  # one of each member about each post
    reason: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    settled_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]

    post: Mapped[Post] = relationship(lazy="raise_on_sql")
    by: Mapped[Member | None] = relationship(lazy="raise_on_sql", foreign_keys=[by_id])


class WarnWord(Base):
    """A word that puts a post before a moderator. It hides nothing by itself."""

    __tablename__ = "warn_words"

    id: Mapped[Id]
    word: Mapped[str] = mapped_column(unique=True)  # folded
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[dt.datetime]


class Honour(Base):
    """The customer of a month: one for each month, told to nobody before they have agreed."""

    __tablename__ = "honours"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'announced', 'declined', 'withdrawn')", name="state"),
        Index("ix_honours_member", "member_id"),
    )

    id: Mapped[Id]
    month: Mapped[str] = mapped_column(unique=True)  # 2026-11, in the hub's zone
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    measure: Mapped[str]  # the rule that suggested them, or "picked"
    value: Mapped[int | None]
    citation: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="asked")
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[dt.datetime]
    answered_at: Mapped[dt.datetime | None]

    member: Mapped[Member] = relationship(lazy="raise_on_sql", foreign_keys=[member_id])

    @property
    def subject(self) -> str:
        """What facts and notices call it."""
        return f"honour:{self.id}"
