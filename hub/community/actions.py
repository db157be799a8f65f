"""Saying something, changing it, taking it back."""

import datetime as dt

from sqlalchemy import delete, func, select, update

from hub import activity, notices, outbox
from hub.community.models import Mention, Post, PostVersion, Report, Thread, Watch
from hub.community.news import named
from hub.community.queries import LONGEST, REGRET, warned
from hub.community.rules import circle, door
from hub.community.telling import mentioned, told_at_once
from hub.core.db import db
from hub.members.models import Member
from hub.outbox.actions import insert_ignoring

POSTS_MOST, POSTS_MINUTES = 12, 10


class Unsayable(ValueError):
    """The post can't be taken; the text says why, for the person who typed it."""


class TooFast(Unsayable):
    """Too many in too short a time; nothing was kept."""


def say(subject: str, by_id: int, body: str, now: dt.datetime, *, reply_to_id: int | None = None) -> Post:
    """Posts under a subject and tells those who take part in its thread, watch it or are mentioned; what it answers
    counts as read. It never brings points, however many there are.

    Refuses (Unsayable) blanks, more than 4,000 characters and locked threads, (TooFast) more than twelve posts in ten
    minutes by others than staff, and (PermissionError) whom the subject's room doesn't admit. A post to answer that
    isn't in this thread is no post to answer.
    """
    words = cleaned(body)
    by = db.session.get_one(Member, by_id)
    people = circle(subject, by)
    if people is None:
        raise PermissionError(f"member {by_id} takes no part in {subject}")
    slow_down(by, now)
    thread = _thread(subject, now)
    if thread.locked_at is not None:
        raise Unsayable("This conversation is closed. It can be read, not added to.")
    post = Post(
        thread_id=thread.id,
        by_id=by_id,
        body=words,
        created_at=now,
        reply_to_id=_answered(thread.id, reply_to_id),
    )
    db.session.add(post)
    db.session.flush()
    recount(thread.id)
    activity.record("community.said", subject=subject, by_id=by_id, data={"post_id": post.id}, now=now)
    for kind in ("community.said", "community.mentioned"):
        notices.read_about(by_id, subject, kind, now=now)
    _flag(post, now)
    _tell(subject, post, by, people - {by_id}, now)
    return post


def cleaned(body: str, *, longest: int = LONGEST) -> str:
    """Words as kept. Refuses blanks and more than fits."""
    words = body.replace("\r\n", "\n").replace("\0", "").strip()
    if not words:
        raise Unsayable("Write something first.")
    if len(words) > longest:
        raise Unsayable(f"{len(words):,} characters are too many; {longest:,} fit.")
    return words


def slow_down(by: Member, now: dt.datetime) -> None:
    """Refuses the thirteenth post in ten minutes. Staff answer many, so they aren't counted."""
    since = now - dt.timedelta(minutes=POSTS_MINUTES)
    lately = select(func.count()).where(Post.by_id == by.id, Post.created_at > since, Post.created_at <= now)
    if not by.is_staff and (db.session.scalar(lately) or 0) >= POSTS_MOST:
        raise TooFast("That was a lot in a short time. Take a breath, and send it in a few minutes.")


def _thread(subject: str, now: dt.datetime) -> Thread:
    """The thread of a subject, locked until this transaction ends: its counters follow each other."""
    fresh = insert_ignoring(Thread).values(subject=subject, created_at=now, post_count=0)
    db.session.execute(fresh)
    locked = select(Thread).where(Thread.subject == subject).with_for_update()
    return db.session.scalars(locked.execution_options(populate_existing=True)).one()


def recount(thread_id: int) -> None:
    """Counts the shown posts of a thread anew. Takes the thread's row first, so that of two at once the second one
    sees what the first one did."""
    db.session.execute(select(Thread.id).where(Thread.id == thread_id).with_for_update())
    shown = (Post.thread_id == thread_id, Post.removed_at.is_(None), Post.hidden_at.is_(None))
    count = select(func.count(Post.id)).where(*shown).scalar_subquery()
    latest = select(func.max(Post.created_at)).where(*shown).scalar_subquery()
    change = update(Thread).where(Thread.id == thread_id).values(post_count=count, latest_at=latest)
    db.session.execute(change.execution_options(synchronize_session=False))
    kept = db.session.get(Thread, thread_id)
    if kept is not None:
        db.session.expire(kept, ["post_count", "latest_at"])


def _answered(thread_id: int, post_id: int | None) -> int | None:
    if post_id is None:
        return None
    return db.session.scalar(
        select(Post.id).where(
            Post.id == post_id,
            Post.thread_id == thread_id,
            Post.removed_at.is_(None),
            Post.hidden_at.is_(None),
        )
    )


def _tell(subject: str, post: Post, by: Member, people: set[int], now: dt.datetime) -> None:
    """Mentions and the circle now; those who watch afterwards, for they may be many."""
    found = door(subject)
    is_open = found is not None and found.is_open
    named_here = mentioned(subject, post, by, people, is_open=is_open)
    rows = [
        {
            "member_id": member_id, "kind": "community.mentioned" if member_id in named_here else "community.said",
            "subject": subject, "key": f"post:{post.id}:{member_id}",
            "data": {**named(by, is_open=is_open), "post_id": post.id},
        }
        for member_id in sorted(named_here | told_at_once(post.thread_id, people))
    ]  # fmt: skip
    notices.tell_many(rows, now=now)
    if is_open:
        _watch_by_itself(post.thread_id, by.id, now)
        outbox.post("community.tell_watchers", args={"post_id": post.id, "after": 0}, now=now)


def _watch_by_itself(thread_id: int, member_id: int, now: dt.datetime) -> None:
    """Who writes wants to hear of answers, unless they have said no before."""
    row = {"thread_id": thread_id, "member_id": member_id, "is_on": True, "created_at": now}
    db.session.execute(insert_ignoring(Watch).values(**row))


def _flag(post: Post, now: dt.datetime) -> None:
    """Puts a post with a warn word before a moderator, once."""
    if warned(post.body):
        row = {
            "post_id": post.id,
            "key": f"post:{post.id}:word",
            "reason": "word",
            "words": "",
            "created_at": now,
        }
        db.session.execute(insert_ignoring(Report).values(**row))


def edit(post_id: int, by_id: int, body: str, now: dt.datetime) -> Post:
    """Changes one's own words within fifteen minutes; what they were is kept for moderators, and who is mentioned for
    the first time is told.

    Refuses (Unsayable) what `say` refuses, and (PermissionError) posts of others, old ones, and those gone.
    """
    words = cleaned(body)
    post = db.session.scalar(select(Post).where(Post.id == post_id).with_for_update())
    if post is None or not may_edit(post, by_id, now):
        raise PermissionError(f"member {by_id} may not edit post {post_id}")
    if words == post.body:
        return post
    thread = db.session.get_one(Thread, post.thread_id)
    if thread.locked_at is not None:
        raise Unsayable("This conversation is closed. It can be read, not changed.")
    by = db.session.get_one(Member, by_id)
    people = circle(thread.subject, by)
    if people is None:
        raise PermissionError(f"member {by_id} takes no part in {thread.subject}")
    db.session.add(PostVersion(post_id=post.id, body=post.body, replaced_at=now))
    post.body, post.edited_at = words, now
    db.session.flush()
    _flag(post, now)
    _tell(thread.subject, post, by, people - {by_id}, now)
    return post


def may_edit(post: Post, by_id: int, now: dt.datetime) -> bool:
    """Whether this member may still change this post."""
    young = post.created_at > now - REGRET
    return post.by_id == by_id and post.is_shown and young


def take_back(post_id: int, by_id: int, now: dt.datetime) -> bool:
    """Blanks a member's own post and everything it was; False when it isn't theirs, or is too old.

    In a circle that is possible for fifteen minutes, for the others rely on what was said; in an open thread always.
    """
    post = db.session.scalar(select(Post).where(Post.id == post_id).with_for_update())
    if post is None or post.by_id != by_id or post.removed_at is not None:
        return False
    thread = db.session.get_one(Thread, post.thread_id)
    found = door(thread.subject)
    if not (found and found.is_open) and not may_edit(post, by_id, now):
        return False
    post.removed_at, post.body = now, ""
    db.session.execute(delete(PostVersion).where(PostVersion.post_id == post_id))
    db.session.execute(delete(Mention).where(Mention.post_id == post_id))
    db.session.flush()
    recount(thread.id)
    activity.record(
        "community.taken_back", subject=thread.subject, by_id=by_id, data={"post_id": post_id}, now=now
    )
    return True
