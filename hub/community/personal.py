"""What one person said and was thanked for. Their words go with them; the thread keeps its shape."""

import datetime as dt
import re

from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.sql.dml import Update

from hub.community.models import (
    Honour,
    Mention,
    Post,
    PostVersion,
    Reaction,
    Report,
    ShoutOut,
    Thread,
    Topic,
    Watch,
)
from hub.core import registry
from hub.core.db import db
from hub.core.personal import told

FORMER = "@former-member"
GONE = "A conversation somebody took back"


@registry.export("community")
def tell(member_id: int) -> registry.Told:
    """Posts with what they were before, topics, signs, watched threads, thanks given and got, reports, months."""
    mine = select(Post.id).where(Post.by_id == member_id)
    yield told(Post, Post.by_id == member_id)
    yield told(PostVersion, PostVersion.post_id.in_(mine))
    yield told(Mention, Mention.member_id == member_id)
    yield told(Reaction, Reaction.member_id == member_id)
    yield told(Watch, Watch.member_id == member_id)
    yield told(Topic, Topic.by_id == member_id)
    yield told(ShoutOut, or_(ShoutOut.by_id == member_id, ShoutOut.for_id == member_id))
    yield told(Report, Report.by_id == member_id, without=("settled_by_id",))
    yield told(Honour, Honour.member_id == member_id, without=("by_id",))


@registry.erasure("community")
def forget(member_id: int, now: dt.datetime) -> None:
    """Takes back what they said and what thanks said of them, and their handle out of others' words."""
    thanks = select(ShoutOut.post_id).where(ShoutOut.for_id == member_id, ShoutOut.post_id.is_not(None))
    theirs = select(Post.id).where(or_(Post.by_id == member_id, Post.id.in_(thanks)))
    threads = list(db.session.scalars(select(Post.thread_id).distinct().where(Post.id.in_(theirs))))
    _unname(member_id)
    _drop_words(theirs, now)
    db.session.execute(delete(Reaction).where(Reaction.member_id == member_id))
    db.session.execute(delete(Watch).where(Watch.member_id == member_id))
    _run(update(Topic).where(Topic.by_id == member_id).values(title=GONE))
    _run(update(Report).where(Report.by_id == member_id).values(words=""))
    either = or_(ShoutOut.by_id == member_id, ShoutOut.for_id == member_id)
    _run(update(ShoutOut).where(either).values(state="withdrawn"))
    _run(update(Honour).where(Honour.member_id == member_id).values(citation="", state="withdrawn"))
    _recount(threads)


def clear(subject: str, now: dt.datetime) -> None:
    """Takes back all that was said under a subject, because whom it is about is to be forgotten."""
    threads = select(Thread.id).where(Thread.subject == subject)
    _drop_words(select(Post.id).where(Post.thread_id.in_(threads)), now)
    _recount(list(db.session.scalars(threads)))


def _unname(member_id: int) -> None:
    """Their handle stands in what others wrote to them."""
    found = select(Post.id, Post.body, Mention.handle).join(Mention, Mention.post_id == Post.id)
    for post_id, body, handle in list(db.session.execute(found.where(Mention.member_id == member_id))):
        words = re.sub(rf"@{re.escape(handle)}\b", FORMER, body, flags=re.IGNORECASE)
        _run(update(Post).where(Post.id == post_id).values(body=words))
    db.session.execute(delete(Mention).where(Mention.member_id == member_id))


def _drop_words(theirs: Select[int], now: dt.datetime) -> None:
    for model in (PostVersion, Mention):
        db.session.execute(
            delete(model).where(model.post_id.in_(theirs)).execution_options(synchronize_session=False)
        )
    blank = update(Post).where(Post.id.in_(theirs))
    _run(blank.values(body="", removed_at=func.coalesce(Post.removed_at, now)))


def _recount(threads: list[int]) -> None:
    shown = (Post.thread_id == Thread.id, Post.removed_at.is_(None), Post.hidden_at.is_(None))
    count = select(func.count(Post.id)).where(*shown).scalar_subquery()
    latest = select(func.max(Post.created_at)).where(*shown).scalar_subquery()
    for start in range(0, len(threads), 500):
        some = update(Thread).where(Thread.id.in_(threads[start : start + 500]))
        _run(some.values(post_count=count, latest_at=latest))


def _run(change: Update) -> None:
    db.session.execute(change.execution_options(synchronize_session=False))
