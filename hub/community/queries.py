"""Reads of threads."""

import datetime as dt
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from hub.community.actions import LONGEST, REGRET_MINUTES
from hub.community.models import Post, Thread
from hub.community.rules import circle
from hub.community.text import html
from hub.core.db import db
from hub.members.models import Member

SHOWN = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A post as it is shown."""

    id: int
    by: Member
    body: Markup
    at: dt.datetime
    is_mine: bool
    is_gone: bool
    may_go: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """A thread as one member sees it, with what they were about to say."""

    subject: str
    posts: list[Said]
    draft: str = ""
    error: str = ""
    longest: int = LONGEST

    @property
    def name(self) -> str:
        """`referral-7`: for ids and addresses."""
        return self.subject.replace(":", "-")

    @property
    def url(self) -> str:
        """Where it is shown alone, and posted to."""
        return f"/threads/{self.subject.replace(':', '/')}"


def posts(subject: str) -> list[Post]:
    """The latest 200 posts under a subject, oldest first, each with who said it."""
    query = (
        select(Post)
        .join(Post.thread)
        .options(contains_eager(Post.thread), joinedload(Post.by))
        .where(Thread.subject == subject)
        .order_by(Post.id.desc())
        .limit(SHOWN)
    )
    return list(reversed(db.session.scalars(query).all()))


def conversation(
    subject: str, member: Member, now: dt.datetime, *, draft: str = "", error: str = ""
) -> Conversation | None:
    """The thread of a subject as this member sees it; None when its room doesn't admit them."""
    if circle(subject, member) is None:
        return None
    since = now - dt.timedelta(minutes=REGRET_MINUTES)
    said = [
        Said(
            id=post.id, by=post.by, body=html(post.body), at=post.created_at, is_mine=post.by_id == member.id,
            is_gone=post.removed_at is not None,
            may_go=post.by_id == member.id and post.removed_at is None and post.created_at > since,
        )
        for post in posts(subject)
    ]  # fmt: skip
    return Conversation(subject=subject, posts=said, draft=draft, error=error)


def subject_of(post_id: int) -> str | None:
    """Which subject a post is about."""
    return db.session.scalar(select(Thread.subject).join(Post).where(Post.id == post_id))
