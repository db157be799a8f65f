"""What `hurrah prove` recomputes here: how many posts a thread shows, and when the newest was."""

from collections.abc import Iterator

from sqlalchemy import func, select

from hub.community.models import Post, ShoutOut, Thread
from hub.core import registry
from hub.core.db import db


@registry.check("community: posts of threads")
def posts_of_threads() -> Iterator[str]:
    """Compares every thread's counters with its posts."""
    shown = (
        select(Post.thread_id, func.count().label("count"), func.max(Post.created_at).label("latest"))
        .where(Post.removed_at.is_(None), Post.hidden_at.is_(None))
        .group_by(Post.thread_id)
        .subquery()
    )
    query = (
        select(
            Thread.subject,
            Thread.post_count,
            func.coalesce(shown.c.count, 0),
            Thread.latest_at,
            shown.c.latest,
        )
        .outerjoin(shown, shown.c.thread_id == Thread.id)
        .where(
            (Thread.post_count != func.coalesce(shown.c.count, 0))
            | Thread.latest_at.is_distinct_from(shown.c.latest)
        )
        .order_by(Thread.id)
    )
    for subject, kept, counted, at, latest in db.session.execute(query):
        what = (
            f"{kept} posts, {counted} are there"
            if kept != counted
            else f"the newest post at {at}, it was {latest}"
        )
        yield f"the thread of {subject} says {what}"


@registry.check("community: consent to shout-outs")
def consent() -> Iterator[str]:
    """Finds thank-yous that are shown without an answer of whom they name."""
    query = select(ShoutOut.id).where(
        (ShoutOut.state == "shown") & (ShoutOut.shown_at.is_(None) | ShoutOut.answered_at.is_(None))
    )
    for shout_id in db.session.scalars(query.order_by(ShoutOut.id)):
        yield f"shout-out {shout_id} is shown, but nobody said yes"
