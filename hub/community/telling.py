"""Who is told of a post: the circle, those it mentions, those who watch. Many are told in batches, by jobs."""

import datetime as dt

from sqlalchemy import func, insert, select

from hub import notices
from hub.community.models import Mention, Post, Thread, Watch
from hub.community.news import named
from hub.community.people import here
from hub.community.rules import DOORS, still
from hub.community.text import handles
from hub.core.db import db, table_of
from hub.members.models import Member

BATCH = 500


def mentioned(subject: str, post: Post, by: Member, people: set[int], *, is_open: bool) -> set[int]:
    """Keeps whom a post mentions for the first time, and gives those who are to be told: nobody who may not read it,
    and nobody twice."""
    wanted = handles(post.body)
    if not wanted:
        return set()
    lowered = func.lower(Member.handle)
    query = select(Member.id, lowered).where(lowered.in_(wanted), Member.id != by.id, here())
    found = {member_id: handle for member_id, handle in db.session.execute(query)}
    allowed = still(subject, set(found)) if is_open else people & set(found)
    known = set(db.session.scalars(select(Mention.member_id).where(Mention.post_id == post.id)))
    fresh = allowed - known
    if fresh:
        rows = [{"post_id": post.id, "member_id": one, "handle": found[one]} for one in sorted(fresh)]
        db.session.execute(insert(table_of(Mention)), rows)
    return fresh


def told_at_once(thread_id: int, people: set[int]) -> set[int]:
    """The circle without those who asked for quiet."""
    if not people:
        return set()
    quiet = select(Watch.member_id).where(Watch.thread_id == thread_id, ~Watch.is_on)
    return people - set(db.session.scalars(quiet))


def tell_watchers(post_id: int, after: int, now: dt.datetime) -> int | None:
    """Tells the next five hundred who watch a post's thread and may read it; gives whom to go on after, None at the
    end. Whoever was told of this post already, as its circle or by mention, isn't told again."""
    found = db.session.execute(
        select(Post, Thread.subject, Member).join(Post.thread).join(Post.by).where(Post.id == post_id)
    ).one_or_none()
    if found is None or not found[0].is_shown:
        return None
    post, subject, by = found
    watching = (
        select(Watch.member_id)
        .join(Member, Member.id == Watch.member_id)
        # Whoever began to watch afterwards has seen it.
        .where(Watch.thread_id == post.thread_id, Watch.is_on, Watch.created_at <= post.created_at)
        .where(Watch.member_id > after, here())
        .order_by(Watch.member_id)
        .limit(BATCH)
    )
    ids = list(db.session.scalars(watching))
    data = {**named(by, is_open=DOORS[subject.partition(":")[0]].is_open), "post_id": post.id}
    rows = [
        {"member_id": one, "kind": "community.replied", "subject": subject, "data": data,
         "key": f"post:{post.id}:{one}"}
        for one in sorted(still(subject, set(ids) - {by.id}))
    ]  # fmt: skip
    notices.tell_many(rows, now=now)
    return ids[-1] if len(ids) == BATCH else None
