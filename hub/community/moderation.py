"""Reports and what moderators do about them. Who did what is told by facts, which nobody edits; nothing is deleted."""

import datetime as dt
import re
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import contains_eager, joinedload

from hub import activity, notices
from hub.activity.models import Fact
from hub.community.actions import TooFast, Unsayable, recount
from hub.community.models import Post, PostVersion, Report, Thread, Topic, WarnWord
from hub.community.news import REASONS
from hub.community.queries import placed, thread_of
from hub.community.rules import circle
from hub.core import registry
from hub.core.db import db
from hub.members.models import Member
from hub.outbox.actions import insert_ignoring

REPORTS_A_DAY = 20
WORDS_LONGEST = 500
WARN_WORDS_MOST = 300
QUEUE, PAGE = 50, 40
ACTS = {
    "community.hidden": "hid", "community.restored": "restored", "community.kept": "kept",
    "community.locked": "closed", "community.unlocked": "opened again", "community.pinned": "pinned",
    "community.unpinned": "unpinned", "community.announced": "announced", "community.word_added": "added a warn word",
    "community.word_removed": "removed a warn word", "honour.asked": "chose a customer of the month",
    "honour.called_off": "called off a customer of the month",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A post that somebody should look at: who asked for it and why, what it said before, where it is."""

    post: Post
    subject: str
    reports: list[Report]
    versions: list[PostVersion]
    link: registry.Link | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """Something a moderator did."""

    at: dt.datetime
    by: str
    verb: str
    reason: str
    link: registry.Link | None


def report(post_id: int, by: Member, reason: str, words: str, now: dt.datetime) -> bool:
    """Asks moderators to look at a post; a second time by the same member about the same post is the first.

    False when it isn't there for them to read, is gone, or is their own. Refuses (Unsayable) a reason not on the list
    and more than 500 characters, (TooFast) more than twenty a day.
    """
    if reason not in REASONS:
        raise Unsayable("Choose a reason.")
    said = words.replace("\0", "").strip()
    if len(said) > WORDS_LONGEST:
        raise Unsayable(f"{WORDS_LONGEST} characters fit.")
    found = placed(post_id)
    if found is None or not found[0].is_shown or found[0].by_id == by.id or circle(found[1], by) is None:
        return False
    since = now - dt.timedelta(days=1)
    lately = select(func.count()).where(Report.by_id == by.id, Report.created_at > since)
    if (db.session.scalar(lately) or 0) >= REPORTS_A_DAY:
        raise TooFast("That is a lot of reports for a day. Write to the community manager instead.")
    row = {"post_id": post_id, "by_id": by.id, "key": f"post:{post_id}:{by.id}", "reason": reason, "words": said,
           "created_at": now}  # fmt: skip
    db.session.execute(insert_ignoring(Report).values(**row))
    return True


def hide(post_id: int, by: Member, reason: str, now: dt.datetime) -> bool:
    """Hides a post, tells its writer why and its reporters that it was done. Its words stay, for moderators; a topic
    whose first post it is leaves the board. False when it is hidden or gone. Refuses (Unsayable) an unknown reason."""
    if reason not in REASONS:
        raise Unsayable("Choose a reason: its writer reads it.")
    post, subject = _change(post_id, Post.hidden_at.is_(None), hidden_at=now)
    if post is None:
        return False
    activity.record("community.hidden", subject=subject, by_id=by.id, now=now,
                    data={"post_id": post_id, "reason": reason})  # fmt: skip
    _settle(post_id, subject, "hidden", by, now)
    if post.by_id != by.id:
        stamp = int(now.timestamp() * 1000)
        notices.tell(post.by_id, "community.hidden", subject=subject, key=f"post:{post_id}:hidden:{stamp}", now=now,
                     data={"reason": reason, "post_id": post_id})  # fmt: skip
    return True


def restore(post_id: int, by: Member, now: dt.datetime) -> bool:
    """Shows a hidden post again and tells its writer. False when it isn't hidden."""
    post, subject = _change(post_id, Post.hidden_at.is_not(None), hidden_at=None)
    if post is None:
        return False
    activity.record("community.restored", subject=subject, by_id=by.id, now=now, data={"post_id": post_id})
    if post.by_id != by.id:
        stamp = int(now.timestamp() * 1000)
        notices.tell(post.by_id, "community.restored", subject=subject, key=f"post:{post_id}:restored:{stamp}",
                     now=now, data={"post_id": post_id})  # fmt: skip
    return True


def _change(post_id: int, still: object, **values: object) -> tuple[Post | None, str]:
    """One conditional update, so that of two moderators one did it."""
    wanted = update(Post).where(Post.id == post_id, Post.removed_at.is_(None), still)  # type: ignore[arg-type]
    done = db.session.execute(wanted.values(**values).execution_options(synchronize_session=False))
    if not done.rowcount:  # type: ignore[attr-defined]
        return None, ""
    row = db.session.execute(
        select(Post, Thread.subject).join(Post.thread).where(Post.id == post_id)
        .execution_options(populate_existing=True)
    ).one()  # fmt: skip
    recount(row[0].thread_id)
    return row[0], row[1]


def keep(post_id: int, by: Member, now: dt.datetime) -> bool:
    """Leaves a reported post as it is, and tells who reported it. False when no report is open."""
    found = placed(post_id)
    if found is None or not _settle(post_id, found[1], "kept", by, now):
        return False
    activity.record("community.kept", subject=found[1], by_id=by.id, now=now, data={"post_id": post_id})
    return True


def _settle(post_id: int, subject: str, outcome: str, by: Member, now: dt.datetime) -> int:
    open_ = update(Report).where(Report.post_id == post_id, Report.settled_at.is_(None))
    settled = open_.values(outcome=outcome, settled_by_id=by.id, settled_at=now).returning(
        Report.id, Report.by_id
    )
    rows = list(db.session.execute(settled.execution_options(synchronize_session=False)))
    notices.tell_many(
        [
            {"member_id": member_id, "kind": "community.report_settled", "subject": subject,
             "key": f"report:{report_id}", "data": {"outcome": outcome, "post_id": post_id}}
            for report_id, member_id in rows
            if member_id is not None
        ],
        now=now,
    )  # fmt: skip
    return len(rows)


def lock(subject: str, by: Member, now: dt.datetime, *, on: bool) -> bool:
    """Closes a thread, or opens it again: it is read, not written. False when it is so already."""
    state = Thread.locked_at.is_(None) if on else Thread.locked_at.is_not(None)
    wanted = update(Thread).where(Thread.subject == subject, state).values(locked_at=now if on else None)
    if not db.session.execute(wanted.execution_options(synchronize_session="fetch")).rowcount:  # type: ignore[attr-defined]
        return False
    activity.record("community.locked" if on else "community.unlocked", subject=subject, by_id=by.id, now=now)
    return True


def pin(topic_id: int, by: Member, now: dt.datetime, *, on: bool) -> bool:
    """Puts a topic on top of the board, or takes it down. False when it is so already."""
    state = Topic.pinned_at.is_(None) if on else Topic.pinned_at.is_not(None)
    wanted = update(Topic).where(Topic.id == topic_id, state).values(pinned_at=now if on else None)
    if not db.session.execute(wanted.execution_options(synchronize_session="fetch")).rowcount:  # type: ignore[attr-defined]
        return False
    kind = "community.pinned" if on else "community.unpinned"
    activity.record(kind, subject=f"topic:{topic_id}", by_id=by.id, now=now)
    return True


def add_word(word: str, by: Member, now: dt.datetime) -> str:
    """Adds a warn word, as it is kept; adding it twice is once. Refuses (Unsayable) what isn't a word or two."""
    kept = " ".join(word.casefold().split())
    if not re.fullmatch(r"\w[\w' -]{1,38}\w", kept):
        raise Unsayable("A word or two, of three to forty letters.")
    if (db.session.scalar(select(func.count(WarnWord.id))) or 0) >= WARN_WORDS_MOST:
        raise Unsayable(f"{WARN_WORDS_MOST} words are enough.")
    fresh = insert_ignoring(WarnWord).values(word=kept, by_id=by.id, created_at=now).returning(WarnWord.id)
    if db.session.scalar(fresh) is not None:
        activity.record("community.word_added", subject="community:1", by_id=by.id, now=now)
    return kept


def remove_word(word_id: int, by: Member, now: dt.datetime) -> bool:
    """Removes a warn word; what it flagged stays in the queue."""
    if not db.session.execute(delete(WarnWord).where(WarnWord.id == word_id)).rowcount:  # type: ignore[attr-defined]
        return False
    activity.record("community.word_removed", subject="community:1", by_id=by.id, now=now)
    return True


def words() -> list[WarnWord]:
    """Warn words, by letter."""
    return list(db.session.scalars(select(WarnWord).order_by(WarnWord.word)))


def waiting() -> int:
    """How many posts have open reports."""
    query = select(func.count(Report.post_id.distinct())).where(Report.settled_at.is_(None))
    return db.session.scalar(query) or 0


def queue() -> list[Case]:
    """Posts with open reports, those that wait longest first, fifty at most."""
    oldest = func.min(Report.id)
    first = (
        select(Report.post_id).where(Report.settled_at.is_(None)).group_by(Report.post_id).order_by(oldest)
    )
    ids = list(db.session.scalars(first.limit(QUEUE)))
    query = select(Report).where(Report.post_id.in_(ids), Report.settled_at.is_(None)).order_by(Report.id)
    by_post: dict[int, list[Report]] = defaultdict(list)
    for found in db.session.scalars(query.options(joinedload(Report.by))):
        by_post[found.post_id].append(found)
    return _cases(ids, by_post)


def hidden(*, before: int | None = None) -> list[Case]:
    """Hidden posts, the newest first."""
    query = select(Post.id).where(Post.hidden_at.is_not(None)).order_by(Post.id.desc()).limit(PAGE)
    ids = list(db.session.scalars(query.where(Post.id < before) if before else query))
    return _cases(ids, {})


def _cases(ids: list[int], reports: dict[int, list[Report]]) -> list[Case]:
    query = select(Post).join(Post.thread).options(contains_eager(Post.thread), joinedload(Post.by))
    found = {post.id: post for post in db.session.scalars(query.where(Post.id.in_(ids)))}
    versions: dict[int, list[PostVersion]] = defaultdict(list)
    for version in db.session.scalars(
        select(PostVersion).where(PostVersion.post_id.in_(ids)).order_by(PostVersion.id)
    ):
        versions[version.post_id].append(version)
    links = registry.links(post.thread.subject for post in found.values())
    return [
        Case(post=found[one], subject=found[one].thread.subject, reports=reports.get(one, []), versions=versions[one],
             link=links.get(found[one].thread.subject))
        for one in ids
    ]  # fmt: skip


def acts(*, before: int | None = None) -> tuple[list[Act], int | None]:
    """What moderators did, the latest first, and where the next page begins."""
    query = select(Fact, Member.name).outerjoin(Member, Member.id == Fact.by_id).where(Fact.kind.in_(ACTS))
    query = query.where(Fact.id < before) if before else query
    rows = list(db.session.execute(query.order_by(Fact.id.desc()).limit(PAGE + 1)))
    links = registry.links(fact.subject for fact, _ in rows)
    shown = [
        Act(at=fact.happened_at, by=name or "Somebody", verb=ACTS[fact.kind], link=links.get(fact.subject),
            reason=REASONS.get(fact.data.get("reason", ""), ""))
        for fact, name in rows[:PAGE]
    ]  # fmt: skip
    return shown, rows[PAGE - 1][0].id if len(rows) > PAGE else None


def is_locked(subject: str) -> bool:
    """Whether a thread is closed."""
    found = thread_of(subject)
    return found is not None and found.locked_at is not None
