"""Saying something, and taking it back."""

import datetime as dt

from sqlalchemy import select, update

from hub import activity, notices
from hub.community.models import Post, Thread
from hub.community.rules import circle
from hub.core.db import db
from hub.members.models import Member
from hub.outbox.actions import insert_ignoring

LONGEST = 4000
REGRET_MINUTES = 10

notices.kind(
    "community.said",
    icon="message-circle",
    label="Answer",
    sentence=lambda notice, context: (
        f"{context.who(notice.data['by_id'])} wrote to you"
        + (f" about {context.title}" if context.title else "")
    ),
)


class Unsayable(ValueError):
    """The post can't be taken; the text says why, for the person who typed it."""


def say(subject: str, by_id: int, body: str, now: dt.datetime) -> Post:
    """Posts under a subject and tells everybody else who takes part in its thread; what it answers counts as read.

    Refuses (Unsayable) nothing but blanks, more than 4,000 characters, and (PermissionError) whom the subject's room
    doesn't admit.
    """
    words = body.replace("\r\n", "\n").replace("\0", "").strip()
    if not words:
        raise Unsayable("Write something first.")
    if len(words) > LONGEST:
        raise Unsayable(f"{len(words):,} characters are too many; {LONGEST:,} fit.")
    people = circle(subject, db.session.get_one(Member, by_id))
    if people is None:
        raise PermissionError(f"member {by_id} takes no part in {subject}")
    post = Post(thread_id=_thread(subject, now), by_id=by_id, body=words, created_at=now)
    db.session.add(post)
    db.session.flush()
    activity.record("community.said", subject=subject, by_id=by_id, data={"post_id": post.id}, now=now)
    notices.read_about(by_id, subject, "community.said", now=now)
    _tell(subject, post, people - {by_id}, now)
    return post


def _thread(subject: str, now: dt.datetime) -> int:
    db.session.execute(insert_ignoring(Thread).values(subject=subject, created_at=now))
    return db.session.scalars(select(Thread.id).where(Thread.subject == subject)).one()


def _tell(subject: str, post: Post, people: set[int], now: dt.datetime) -> None:
    rows = [
        {
            "member_id": member_id, "kind": "community.said", "subject": subject, "key": f"post:{post.id}:{member_id}",
            "data": {"by_id": post.by_id, "post_id": post.id},
        }
        for member_id in sorted(people)
    ]  # fmt: skip
    notices.tell_many(rows, now=now)


def take_back(post_id: int, by_id: int, now: dt.datetime) -> bool:
    """Blanks a member's own post within ten minutes; False when it isn't theirs or too old."""
    since = now - dt.timedelta(minutes=REGRET_MINUTES)
    mine = update(Post).where(
        Post.id == post_id, Post.by_id == by_id, Post.removed_at.is_(None), Post.created_at > since
    )
    done = db.session.execute(
        mine.values(removed_at=now, body="").execution_options(synchronize_session="fetch")
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]
