"""Content to share: what there is for whom, and what managers do with it."""

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, or_, select
from sqlalchemy.orm import joinedload

from hub import activity, segments
from hub.core import registry, uploads
from hub.core.clock import now as clock_now
from hub.core.db import db
from hub.core.titles import Asked
from hub.members.models import Member
from hub.sharing import terms
from hub.sharing.clicks.front import with_words
from hub.sharing.models import Content, PersonalLink
from hub.sharing.targets import Destination, target

PAGE = 24
ICONS = {
    "article": "newspaper",
    "video": "play",
    "file": "file-text",
    "post": "image",
    "case_study": "book-open",
}
NAMES = {"article": "Article", "video": "Video", "file": "File", "post": "Post", "case_study": "Case study"}
MOMENTS = {
    "curious": "When they first wonder", "comparing": "When they compare", "deciding": "When they decide",
    "starting": "When they have just begun",
}  # fmt: skip
Cursor = tuple[dt.datetime, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What a manager says of a piece of content."""

    kind: str
    title: str
    summary: str = ""
    body: str = ""
    url: str | None = None
    words: Mapping[str, str]
    tags: Sequence[str] = ()
    moment: str = ""
    segment_id: int | None = None
    is_co_branded: bool = False
    expires_at: dt.datetime | None = None


def open_now(now: dt.datetime) -> ColumnElement[bool]:
    """The condition of what can be shared."""
    alive = or_(Content.expires_at.is_(None), Content.expires_at > now)
    return and_(Content.state == "published", alive)


def audiences(member_id: int, now: dt.datetime) -> set[int]:
    """The segments that content is meant for and this member belongs to: three statements."""
    asked = select(Content.segment_id).where(Content.segment_id.is_not(None), open_now(now)).distinct()
    wanted = [segment_id for segment_id in db.session.scalars(asked) if segment_id is not None]
    return segments.queries.belonging(wanted, member_id, now)


def for_member(mine: Collection[int]) -> ColumnElement[bool]:
    """The condition of what is meant for a member of these segments."""
    return or_(Content.segment_id.is_(None), Content.segment_id.in_(mine))


def listed(
    member_id: int, now: dt.datetime, *, moment: str = "", tag: str = "", after: Cursor | None = None
) -> tuple[list[Content], Cursor | None]:
    """What a member can share, the newest first, and where the next page begins."""
    query = select(Content).where(open_now(now), for_member(audiences(member_id, now)))
    if moment:
        query = query.where(Content.moment == moment)
    if after is not None:
        at, number = after
        older = and_(Content.published_at == at, Content.id < number)
        query = query.where(or_(Content.published_at < at, older))
    query = query.order_by(Content.published_at.desc(), Content.id.desc()).options(
        joinedload(Content.picture)
    )
    # Tags are a short list in JSON: of one page's worth of rows they are looked at here.
    found = [
        one for one in db.session.scalars(query.limit(500 if tag else PAGE + 1)) if not tag or tag in one.tags
    ]
    shown, more = found[:PAGE], found[PAGE:]
    last = shown[-1] if more else None
    return shown, (last.published_at, last.id) if last is not None and last.published_at else None


def shareable(content_id: int, member_id: int, now: dt.datetime) -> Content | None:
    """One that this member can share now."""
    mine = audiences(member_id, now)
    query = select(Content).where(Content.id == content_id, open_now(now), for_member(mine))
    return db.session.scalar(query.options(joinedload(Content.picture)))


def get(content_id: int) -> Content | None:
    """One, with its picture and audience, whatever its state."""
    query = select(Content).where(Content.id == content_id)
    return db.session.scalar(query.options(joinedload(Content.picture), joinedload(Content.segment)))


def for_desk(state: str, *, after: int | None = None) -> tuple[list[Content], int | None]:
    """Content in a state, the latest made first, and where the next page begins."""
    query = select(Content).where(Content.state == state).options(joinedload(Content.segment))
    query = query.where(Content.id < after) if after else query
    found = list(db.session.scalars(query.order_by(Content.id.desc()).limit(PAGE + 1)))
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def counts() -> dict[str, int]:
    """How many there are in each state."""
    rows = db.session.execute(select(Content.state, func.count()).group_by(Content.state))
    return {state: count for state, count in rows}


def choices(now: dt.datetime) -> list[tuple[str, str]]:
    """For a select on another room's form: (id, title) of what can be shared."""
    query = select(Content.id, Content.title).where(open_now(now)).order_by(Content.title, Content.id)
    return [(str(number), title) for number, title in db.session.execute(query.limit(500))]


def create(draft: Draft, *, by_id: int, now: dt.datetime) -> Content:
    """A new draft."""
    content = Content(state="draft", created_at=now, changed_at=now, by_id=by_id, **_columns(draft))
    db.session.add(content)
    db.session.flush()
    _told("content.made", content, by_id, now)
    return content


def change(content: Content, draft: Draft, *, by_id: int, now: dt.datetime) -> None:
    """Says it differently, at once wherever it is shared."""
    for name, value in _columns(draft).items():
        setattr(content, name, value)
    content.changed_at = now
    _told("content.changed", content, by_id, now)


def _columns(draft: Draft) -> dict[str, Any]:
    return {
        "kind": draft.kind, "title": draft.title, "summary": draft.summary, "body": draft.body, "url": draft.url,
        "words": {name: words for name, words in draft.words.items() if words}, "tags": list(draft.tags),
        "moment": draft.moment, "segment_id": draft.segment_id, "is_co_branded": draft.is_co_branded,
        "expires_at": draft.expires_at,
    }  # fmt: skip


def missing(content: Content, now: dt.datetime) -> list[str]:
    """What keeps it from being published, in sentences."""
    found = []
    if content.kind != "post" and not content.url:
        found.append("Give it an address: where does somebody who follows the link arrive?")
    if content.kind == "post" and not (content.picture_id or content.body):
        found.append("A post needs a picture or a text.")
    if not any(content.words.values()):
        found.append("Suggest a few words, so that sharing takes one click.")
    if content.expires_at is not None and content.expires_at <= now:
        found.append("Its last day has passed.")
    return found


def move(content: Content, state: str, *, by_id: int, now: dt.datetime) -> None:
    """Publishes it, makes it a draft again, or archives it. Refuses (ValueError) to publish what lacks something."""
    if state == "published" and missing(content, now):
        raise ValueError(missing(content, now)[0])
    content.state, content.changed_at = state, now
    if state == "published":
        content.published_at = content.published_at or now
    _told(f"content.{state}", content, by_id, now)


def set_picture(content: Content, picture: uploads.Upload | None) -> None:
    """Another picture, or none."""
    content.picture_id = picture.id if picture else None


def _told(kind: str, content: Content, by_id: int, now: dt.datetime) -> None:
    db.session.flush()
    activity.record(kind, subject=content.subject, by_id=by_id, now=now)


def may_share(content_id: int, member: Member) -> bool:
    """Whether it is open, and meant for this member."""
    return shareable(content_id, member.id, clock_now()) is not None


@target("content", admits=may_share)
def destination(content_id: int, link: PersonalLink) -> Destination | None:
    """Where its links lead: its address with campaign words, or its own page here."""
    content = db.session.scalar(
        select(Content).where(Content.id == content_id).options(joinedload(Content.picture))
    )
    if content is None or content.state == "draft":
        return None
    return Destination(
        url=url_of(content, link), title=content.title, says=content.summary, words=content.words,
        picture=f"/c/{link.code}/picture.jpg" if content.picture else "", is_open=content.is_open(clock_now()),
    )  # fmt: skip


def url_of(content: Content, link: PersonalLink) -> str:
    """Where a link to it leads."""
    if content.url is None or content.is_co_branded:
        return f"/c/{link.code}"
    if not terms.current().adds_utm:
        return content.url
    campaign = re.sub(r"[^a-z0-9]+", "-", content.title.lower()).strip("-")[:60]
    words = [("utm_source", link.channel), ("utm_medium", "advocate"), ("utm_campaign", campaign)]
    return with_words(content.url, [(name, value) for name, value in words if value])


@registry.link("content")
def _titles(ids: Collection[int]) -> Asked:
    query = select(Content.id, Content.title).where(Content.id.in_(ids))
    return Asked(query=query, tell=lambda number, title: (title, f"/share/content/{number}"))


def newest(member: Member, now: dt.datetime) -> Content | None:
    """The latest that everybody can share and this member hasn't a link to yet: one statement, for home asks."""
    shared = select(PersonalLink.id).where(
        PersonalLink.member_id == member.id,
        PersonalLink.target == literal("content:") + cast(Content.id, String),
    )
    query = select(Content).where(open_now(now), Content.segment_id.is_(None), ~shared.exists())
    return db.session.scalar(query.order_by(Content.published_at.desc(), Content.id.desc()).limit(1))


def studies(member_id: int, now: dt.datetime, limit: int = 12) -> list[Content]:
    """Case studies that a member can share, the newest first."""
    mine = for_member(audiences(member_id, now))
    query = select(Content).where(open_now(now), mine, Content.kind == "case_study")
    query = query.order_by(Content.published_at.desc(), Content.id.desc()).limit(limit)
    return list(db.session.scalars(query.options(joinedload(Content.picture))))
