"""Reads of notices: the inbox, the bell."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.sql.elements import ColumnElement

from hub.core import registry
from hub.core.db import db
from hub.members.models import Member
from hub.notices.kinds import Context, Kind, celebrating, kind_of
from hub.notices.models import Notice

PAGE = 30
FRESH_HOURS = 24
State = Literal["new", "read"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A notice as it is shown."""

    id: int
    kind: Kind
    text: str
    at: dt.datetime
    is_new: bool
    url: str | None
    points: int | None
    title: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page of the inbox: what is new first, then the rest, each by day. `after` names the next page."""

    new: list[tuple[dt.date, list[Line]]]
    read: list[tuple[dt.date, list[Line]]]
    newest: int
    after: str | None


def inbox(member_id: int, *, zone: ZoneInfo, after: str = "", limit: int = PAGE) -> Page:
    """A member's notices: unread ones first, each part newest first. `after` is the last page's."""
    state, before = _cursor(after)
    found: list[Notice] = []
    if state == "new":
        found = _part(member_id, is_new=True, before=before, limit=limit + 1)
    if len(found) <= limit:
        older = before if state == "read" else None
        found += _part(member_id, is_new=False, before=older, limit=limit + 1 - len(found))
    shown, last = found[:limit], found[limit - 1 : limit]
    more = len(found) > limit
    drawn = lines(shown)
    return Page(
        new=_by_day([line for line in drawn if line.is_new], zone),
        read=_by_day([line for line in drawn if not line.is_new], zone),
        newest=max((notice.id for notice in shown), default=0),
        after=f"{'read' if last[0].read_at else 'new'}-{last[0].id}" if more else None,
    )


def _cursor(after: str) -> tuple[State, int | None]:
    state, _, number = after.partition("-")
    if state in ("new", "read") and number.isdecimal() and len(number) < 19:
        return ("new" if state == "new" else "read"), int(number)
    return "new", None


def _part(member_id: int, *, is_new: bool, before: int | None, limit: int) -> list[Notice]:
    unread = Notice.read_at.is_(None)
    query = select(Notice).where(Notice.member_id == member_id, unread if is_new else ~unread)
    if before is not None:
        query = query.where(Notice.id < before)
    return list(db.session.scalars(query.order_by(Notice.id.desc()).limit(limit)))


def _by_day(shown: Sequence[Line], zone: ZoneInfo) -> list[tuple[dt.date, list[Line]]]:
    days = groupby(shown, key=lambda line: line.at.astimezone(zone).date())
    return [(day, list(group)) for day, group in days]


def lines(notices: Sequence[Notice]) -> list[Line]:
    """Notices in words, in the order given: one query for the names, one for each prefix of subjects."""
    links = registry.links(notice.subject for notice in notices)
    names = _names(notices)
    return [_line(notice, links.get(notice.subject), names) for notice in notices]


def _line(notice: Notice, link: registry.Link | None, names: dict[int, str]) -> Line:
    kind = kind_of(notice)
    title, url = link or (None, None)
    points = notice.data.get("points")
    return Line(
        id=notice.id, kind=kind, text=kind.sentence(notice, Context(title=title, names=names)),
        at=notice.created_at, is_new=notice.read_at is None, url=url,
        points=points if isinstance(points, int) and points else None, title=title,
    )  # fmt: skip


def _names(notices: Iterable[Notice]) -> dict[int, str]:
    ids = {notice.data["by_id"] for notice in notices if isinstance(notice.data.get("by_id"), int)}
    if not ids:
        return {}
    rows = db.session.execute(select(Member.id, Member.name).where(Member.id.in_(ids)))
    return {member_id: name for member_id, name in rows}


def own(notice_id: int, member_id: int) -> Line | None:
    """One of a member's own notices, in words."""
    mine = select(Notice).where(Notice.id == notice_id, Notice.member_id == member_id)
    return next(iter(lines(list(db.session.scalars(mine)))), None)


def bell(member_id: int) -> tuple[int, int | None]:
    """How many notices are unread, and the newest of them that may be celebrated: one query."""
    party: ColumnElement[bool] = Notice.kind.in_(celebrating())
    query = select(func.count(), func.max(Notice.id).filter(party)).where(
        Notice.member_id == member_id, Notice.read_at.is_(None)
    )
    unread, newest = db.session.execute(query).one()
    return unread, newest


def celebration(member_id: int, *, after: int, now: dt.datetime) -> Line | None:
    """The newest unread reason to celebrate of the last day that is newer than the notice `after`."""
    query = (
        select(Notice)
        .where(
            Notice.member_id == member_id, Notice.read_at.is_(None), Notice.id > after,
            Notice.kind.in_(celebrating()), Notice.created_at > now - dt.timedelta(hours=FRESH_HOURS),
        )
        .order_by(Notice.id.desc())
        .limit(5)
    )  # fmt: skip
    found = next((notice for notice in db.session.scalars(query) if kind_of(notice).celebrates(notice)), None)
    return lines([found])[0] if found else None


def newest_unread(member_id: int, kind: str) -> Notice | None:
    """The newest unread notice of a kind."""
    query = select(Notice).where(Notice.member_id == member_id, Notice.read_at.is_(None), Notice.kind == kind)
    return db.session.scalar(query.order_by(Notice.id.desc()).limit(1))


def latest_of(member_id: int, kind: str, *, limit: int = 10) -> list[Notice]:
    """The newest notices of a kind that a member got, read or not."""
    query = select(Notice).where(Notice.member_id == member_id, Notice.kind == kind)
    return list(db.session.scalars(query.order_by(Notice.id.desc()).limit(limit)))
