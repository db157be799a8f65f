"""Reads of threads."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup
from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, contains_eager, joinedload

from hub.community.models import KINDS, Mention, Post, Reaction, Thread, WarnWord, Watch
from hub.community.news import ANSWERABLE
from hub.community.people import Face, face
from hub.community.rules import circle, door, is_open
from hub.community.text import excerpt, html
from hub.core.db import db
from hub.members.models import Member
from hub.notices.models import Notice

SHOWN = 100
LONGEST = 4000
REGRET = dt.timedelta(minutes=15)
ICONS = {
    "thanks": ("hand-heart", "Thank you"), "agree": ("thumbs-up", "Agreed"), "love": ("heart", "Love it"),
    "idea": ("lightbulb", "Good idea"), "cheer": ("party-popper", "Cheers"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Sign:
    """One kind of reaction under a post: how many gave it, and whether the reader did."""

    kind: str
    icon: str
    label: str
    count: int = 0
    is_mine: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """What a post answers: who said it, and its first words; no words when they are gone."""

    id: int
    by: Face
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A post as it is shown."""

    id: int
    by: Face
    body: Markup
    at: dt.datetime
    is_mine: bool
    is_gone: bool
    is_hidden: bool
    may_go: bool
    may_edit: bool
    edited_at: dt.datetime | None
    quote: Quote | None
    signs: list[Sign]


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """A thread as one member sees it, with what they were about to say."""

    subject: str
    posts: list[Said]
    longest: int
    is_open: bool = False
    is_locked: bool = False
    is_watched: bool | None = None
    earlier: int | None = None
    is_latest: bool = True
    draft: str = ""
    error: str = ""
    answering: Quote | None = None

    @property
    def name(self) -> str:
        """`referral-7`: for ids and addresses."""
        return self.subject.replace(":", "-")

    @property
    def url(self) -> str:
        """Where it is shown alone, and posted to."""
        return f"/threads/{self.subject.replace(':', '/')}"


@dataclass(kw_only=True, slots=True)
class Trimmings:
    """What is looked up for many posts at once."""

    named: dict[int, dict[str, tuple[str, str | None]]] = field(default_factory=dict)
    signs: dict[int, list[Sign]] = field(default_factory=dict)


def posts(subject: str, *, before: int | None = None, limit: int = SHOWN) -> list[Post]:
    """The latest posts under a subject (older than `before`), oldest first, with who said them and what they answer."""
    query = (
        select(Post)
        .join(Post.thread)
        .options(
            contains_eager(Post.thread), joinedload(Post.by), joinedload(Post.reply_to).joinedload(Post.by)
        )
        .where(Thread.subject == subject)
        .order_by(Post.id.desc())
        .limit(limit)
    )
    query = query.where(Post.id < before) if before else query
    found = door(subject)
    if found is not None and found.is_headed:
        earlier = aliased(Post)
        first = select(func.min(earlier.id)).where(earlier.thread_id == Post.thread_id).correlate(Post)
        query = query.where(Post.id > first.scalar_subquery())
    return list(reversed(db.session.scalars(query).all()))


def conversation(
    subject: str, member: Member, now: dt.datetime, *, draft: str = "", error: str = "",
    before: int | None = None, reply_to_id: int | None = None,
) -> Conversation | None:  # fmt: skip
    """The thread of a subject as this member sees it; None when its room doesn't admit them. Five statements and what
    the room asks, whatever the number of posts."""
    if circle(subject, member) is None:
        return None
    found = posts(subject, before=before, limit=SHOWN + 1)
    more, shown = found[:-SHOWN], found[-SHOWN:]
    among_strangers = is_open(subject)
    trim = trimmings(shown, member.id, among_strangers=among_strangers)
    answered = next((post for post in shown if post.id == reply_to_id and post.is_shown), None)
    return Conversation(
        subject=subject, longest=LONGEST, draft=draft, error=error, is_open=among_strangers,
        posts=[drawn(post, member.id, trim, now, among_strangers=among_strangers) for post in shown],
        is_locked=bool(shown) and shown[0].thread.locked_at is not None,
        is_watched=watching(shown[0].thread_id, member.id) if shown else None,
        earlier=shown[0].id if more else None, is_latest=before is None,
        answering=quoted(answered, trim, among_strangers=among_strangers) if answered else None,
    )  # fmt: skip


def drawn(
    post: Post,
    member_id: int,
    trim: Trimmings,
    now: dt.datetime,
    *,
    among_strangers: bool,
    with_quote: bool = True,
) -> Said:
    """A post as a member sees it."""
    mine, young = post.by_id == member_id, post.created_at > now - REGRET
    return Said(
        id=post.id, by=face(post.by, among_strangers=among_strangers), at=post.created_at, is_mine=mine,
        body=html(post.body, trim.named.get(post.id)) if post.is_shown else Markup(),
        is_gone=post.removed_at is not None, is_hidden=post.hidden_at is not None,
        may_go=mine and post.removed_at is None and (among_strangers or young),
        may_edit=mine and post.is_shown and young, edited_at=post.edited_at,
        quote=quoted(post.reply_to, trim, among_strangers=among_strangers) if with_quote and post.reply_to else None,
        signs=trim.signs.get(post.id) or _signs({}),
    )  # fmt: skip


def quoted(post: Post, trim: Trimmings, *, among_strangers: bool) -> Quote:
    """The first words of a post that is answered."""
    words = excerpt(post.body, trim.named.get(post.id)) if post.is_shown else ""
    return Quote(id=post.id, by=face(post.by, among_strangers=among_strangers), words=words)


def trimmings(shown: Collection[Post], member_id: int, *, among_strangers: bool) -> Trimmings:
    """Mentions and reactions of posts, and of those they answer: two statements."""
    ids = {post.id for post in shown} | {post.reply_to_id for post in shown if post.reply_to_id}
    if not ids:
        return Trimmings()
    return Trimmings(named=named_in(ids, among_strangers=among_strangers), signs=signs_of(ids, member_id))


def named_in(
    post_ids: Iterable[int], *, among_strangers: bool
) -> dict[int, dict[str, tuple[str, str | None]]]:
    """Whom posts mention: post → handle → (name, address)."""
    query = (
        select(Mention.post_id, Mention.handle, Member)
        .join(Member, Member.id == Mention.member_id)
        .where(Mention.post_id.in_(list(post_ids)))
    )
    found: dict[int, dict[str, tuple[str, str | None]]] = defaultdict(dict)
    for post_id, handle, member in db.session.execute(query):
        who = face(member, among_strangers=among_strangers)
        found[post_id][handle] = (who.name, who.url)
    return found


def signs_of(post_ids: Iterable[int], member_id: int) -> dict[int, list[Sign]]:
    """Reactions under posts, each of the five kinds in its order."""
    mine = func.max(case((Reaction.member_id == member_id, 1), else_=0))
    query = (
        select(Reaction.post_id, Reaction.kind, func.count(), mine)
        .where(Reaction.post_id.in_(list(post_ids)))
        .group_by(Reaction.post_id, Reaction.kind)
    )
    found: dict[int, dict[str, tuple[int, bool]]] = defaultdict(dict)
    for post_id, kind, count, own in db.session.execute(query):
        found[post_id][kind] = (count, bool(own))
    return {post_id: _signs(kinds) for post_id, kinds in found.items()}


def _signs(given: Mapping[str, tuple[int, bool]]) -> list[Sign]:
    signs = []
    for kind in KINDS:
        icon, label = ICONS[kind]
        count, own = given.get(kind, (0, False))
        signs.append(Sign(kind=kind, icon=icon, label=label, count=count, is_mine=own))
    return signs


def watching(thread_id: int, member_id: int) -> bool | None:
    """Whether a member watches a thread; None when they never said."""
    query = select(Watch.is_on).where(Watch.thread_id == thread_id, Watch.member_id == member_id)
    return db.session.scalar(query)


def placed(post_id: int) -> tuple[Post, str] | None:
    """A post with its author, and which subject it is about."""
    query = (
        select(Post, Thread.subject).join(Post.thread).options(joinedload(Post.by)).where(Post.id == post_id)
    )
    row = db.session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])


def thread_of(subject: str) -> Thread | None:
    """The thread of a subject, once somebody has said something."""
    return db.session.scalar(select(Thread).where(Thread.subject == subject))


def found_in(haystack: ColumnElement[str] | InstrumentedAttribute[str], words: str) -> ColumnElement[bool]:
    """The condition that a text holds these words, whatever their case."""
    return haystack.icontains(words, autoescape=True)


def warned(body: str) -> bool:
    """Whether a text holds a warn word, as a whole word and whatever its case."""
    words = list(db.session.scalars(select(WarnWord.word)))
    if not words:
        return False
    return re.search(rf"\b(?:{'|'.join(map(re.escape, words))})\b", body.casefold()) is not None


def somebody(words: str, subject: str, member: Member, *, limit: int = 6) -> list[Member]:
    """Members whom a post may mention, by the beginning of name, surname or handle: the circle of a closed thread,
    in an open one those who show their own name."""
    people = circle(subject, member)
    if people is None or not words:
        return []
    start, name = words.lower(), func.lower(Member.name)
    fits = (
        name.startswith(start, autoescape=True)
        | name.contains(f" {start}", autoescape=True)
        | func.lower(Member.handle).startswith(start, autoescape=True)
    )
    query = select(Member).where(
        fits,
        Member.id != member.id,
        ~Member.is_stub,
        Member.disabled_at.is_(None),
        Member.erased_at.is_(None),
    )
    query = (
        query.where(Member.pseudonym.is_(None)) if is_open(subject) else query.where(Member.id.in_(people))
    )
    return list(db.session.scalars(query.order_by(name, Member.id).limit(limit)))


NO_SIGNS = _signs({})


def alone(post: Post, member: Member, now: dt.datetime, subject: str) -> Said:
    """One post as a member sees it, without what it answers. Its author must be loaded."""
    among_strangers = is_open(subject)
    trim = Trimmings(
        named=named_in([post.id], among_strangers=among_strangers), signs=signs_of([post.id], member.id)
    )
    return drawn(post, member.id, trim, now, among_strangers=among_strangers, with_quote=False)


def waiting_notices(member_id: int, limit: int = 3) -> list[Notice]:
    """The newest unread notices that wait for their reader to do something."""
    query = select(Notice).where(
        Notice.member_id == member_id, Notice.read_at.is_(None), Notice.kind.in_(ANSWERABLE)
    )
    return list(db.session.scalars(query.order_by(Notice.id.desc()).limit(limit)))
