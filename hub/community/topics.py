"""The community board: topics that members open, and announcements of managers, to everybody or to a segment."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, text, tuple_
from sqlalchemy.orm import contains_eager, joinedload

from hub import activity, notices, outbox, segments
from hub.community.actions import TooFast, Unsayable, cleaned, say
from hub.community.models import TOPICS, Post, Thread, Topic
from hub.community.people import Face, face
from hub.community.queries import found_in
from hub.community.rules import admits
from hub.community.text import excerpt
from hub.core.db import db
from hub.members.models import Member

PAGE = 20
PINNED_MOST = 10
TITLE_LONGEST = 120
A_DAY = 5
EVERYBODY: segments.Rules = {"match": "all", "rules": []}


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A topic in the list."""

    id: int
    title: str
    by: Face
    words: str
    answers: int
    latest_at: dt.datetime
    is_announcement: bool
    is_pinned: bool
    is_locked: bool


def open_topic(
    by: Member, title: str, body: str, now: dt.datetime, *, announce: bool = False, segment_id: int | None = None,
    pin: bool = False,
) -> Topic:  # fmt: skip
    """A new topic with its first post; the one who opens it watches it. An announcement is told to its audience.

    Refuses (Unsayable) what a post refuses and titles that are empty or longer than 120 characters, (TooFast) a sixth
    topic within a day by others than staff. Whoever calls has made sure that only managers announce.
    """
    named = " ".join(title.replace("\0", "").split())
    if not named:
        raise Unsayable("Give it a title.")
    if len(named) > TITLE_LONGEST:
        raise Unsayable(f"A title has up to {TITLE_LONGEST} characters.")
    cleaned(body)
    _not_too_many(by, now)
    topic = Topic(
        title=named, by_id=by.id, is_announcement=announce, segment_id=segment_id if announce else None,
        pinned_at=now if pin and announce else None, created_at=now,
    )  # fmt: skip
    db.session.add(topic)
    db.session.flush()
    first = say(topic.subject, by.id, body, now)
    topic.thread_id, topic.post_id = first.thread_id, first.id
    db.session.flush()
    kind = "community.announced" if announce else "community.opened"
    activity.record(kind, subject=topic.subject, by_id=by.id, now=now)
    if announce:
        outbox.post("community.announce", args={"topic_id": topic.id, "after": 0}, now=now)
    return topic


def _not_too_many(by: Member, now: dt.datetime) -> None:
    since = now - dt.timedelta(days=1)
    lately = select(func.count()).where(
        Topic.by_id == by.id, Topic.created_at > since, Topic.created_at <= now
    )
    if not by.is_staff and (db.session.scalar(lately) or 0) >= A_DAY:
        raise TooFast(f"{A_DAY} conversations a day are plenty. Somebody will answer one of them first.")


def audience(topic: Topic) -> ColumnElement[bool]:
    """The condition on Member of those who may read a topic."""
    if topic.segment_id is None:
        return segments.condition(EVERYBODY)
    known = segments.within([topic.segment_id])
    return known[topic.segment_id]


def _admits(topic_id: int, member: Member) -> set[int] | None:
    topic = found(topic_id)
    return set() if topic is not None and may_read(topic, member) else None


def may_read(topic: Topic, member: Member) -> bool:
    """Whether a member is meant: everybody, those of its segment, its writer, and those who look after the hub."""
    if topic.segment_id is None or topic.by_id == member.id or {"manager", "admin"} & member.roles:
        return True
    return member.id in _still(topic.id, {member.id})


def _still(topic_id: int, member_ids: set[int]) -> set[int]:
    topic = found(topic_id)
    if topic is None:
        return set()
    meant = or_(audience(topic), Member.id == topic.by_id)
    return set(db.session.scalars(select(Member.id).where(Member.id.in_(member_ids), meant)))


admits("topic", _admits, is_open=True, still=_still)


def found(topic_id: int) -> Topic | None:
    """A topic that is on the board: its first post is neither hidden nor taken back; while it is being opened, too."""
    query = select(Topic).outerjoin(Topic.post).where(Topic.id == topic_id, *_shown())
    return db.session.scalar(query)


def _shown() -> tuple[ColumnElement[bool], ...]:
    return (Post.removed_at.is_(None), Post.hidden_at.is_(None))


def listed(
    member: Member,
    mine: Collection[int],
    *,
    words: str = "",
    after: tuple[dt.datetime, int] | None = None,
    limit: int = PAGE,
) -> tuple[list[Row], tuple[dt.datetime, int] | None]:
    """Topics this member may read, those with the newest post first, and where the next page begins; pinned ones stand
    above. With words: those whose title or a post holds them, pinned or not. `mine` are the member's audiences."""
    query = _query(member, mine)
    if words:
        said = exists().where(
            Post.thread_id == Topic.thread_id, *_shown(), found_in(Post.body, words)
        ).correlate_except(Post)  # fmt: skip
        query = query.where(or_(found_in(Topic.title, words), said))
    else:
        query = query.where(Topic.pinned_at.is_(None))
    if after is not None:
        query = query.where(tuple_(Thread.latest_at, Topic.id) < tuple_(*after))
    rows = list(db.session.scalars(query.order_by(Thread.latest_at.desc(), Topic.id.desc()).limit(limit + 1)))
    more = rows[limit - 1] if len(rows) > limit else None
    next_page = (more.thread.latest_at, more.id) if more and more.thread.latest_at else None
    return [_row(topic) for topic in rows[:limit]], next_page


def pinned(member: Member, mine: Collection[int]) -> list[Row]:
    """Pinned topics for this member, the newest pin first, ten at most."""
    query = _query(member, mine).where(Topic.pinned_at.is_not(None))
    return [
        _row(topic) for topic in db.session.scalars(query.order_by(Topic.pinned_at.desc()).limit(PINNED_MOST))
    ]


def _query(member: Member, mine: Collection[int]) -> Select[Topic]:
    query = (
        select(Topic)
        .join(Topic.thread)
        .join(Topic.post)
        .options(contains_eager(Topic.thread), contains_eager(Topic.post), joinedload(Topic.by))
        .where(*_shown(), text(TOPICS))
    )
    if {"manager", "admin"} & member.roles:
        return query
    return query.where(or_(Topic.segment_id.is_(None), Topic.by_id == member.id, Topic.segment_id.in_(mine)))


def audiences_of(member: Member) -> list[int]:
    """The segments of announcements that this member belongs to: one statement while no announcement has one."""
    used = set(db.session.scalars(select(Topic.segment_id).where(Topic.segment_id.is_not(None)).distinct()))
    return sorted(segments.belonging({one for one in used if one is not None}, member.id)) if used else []


def _row(topic: Topic) -> Row:
    return Row(
        id=topic.id, title=topic.title, by=face(topic.by), words=excerpt(topic.post.body),
        is_pinned=topic.pinned_at is not None,
        answers=max(0, topic.thread.post_count - 1), latest_at=topic.thread.latest_at or topic.created_at,
        is_announcement=topic.is_announcement, is_locked=topic.thread.locked_at is not None,
    )  # fmt: skip


def titles(ids: Collection[int]) -> Select[int, str]:
    """What topics are called; not those that are off the board."""
    return select(Topic.id, Topic.title).join(Topic.post).where(Topic.id.in_(ids), *_shown())


@segments.uses
def uses(segment_ids: Collection[int]) -> dict[int, list[segments.Use]]:
    """Announcements that are for these segments."""
    query = select(Topic).where(Topic.segment_id.in_(segment_ids)).order_by(Topic.id)
    found: dict[int, list[segments.Use]] = defaultdict(list)
    for topic in db.session.scalars(query):
        if topic.segment_id is not None:
            found[topic.segment_id].append(
                segments.Use(title=topic.title, url=f"/community/topics/{topic.id}")
            )
    return found


def tell_audience(topic_id: int, after: int, now: dt.datetime) -> int | None:
    """Tells the next five hundred of an announcement; gives whom to go on after, None at the end."""
    topic = found(topic_id)
    if topic is None:
        return None
    query = select(Member.id).where(and_(audience(topic), Member.id > after)).order_by(Member.id).limit(500)
    ids = list(db.session.scalars(query))
    rows = [
        {
            "member_id": one,
            "kind": "community.announced",
            "subject": topic.subject,
            "key": f"topic:{topic.id}:{one}",
        }
        for one in ids
        if one != topic.by_id
    ]
    notices.tell_many(rows, now=now)
    return ids[-1] if len(ids) == 500 else None
