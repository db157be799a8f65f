"""Reads of the managers' desk: all boards, who would be on one, what they are for."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from badges.models import Badge
from hub.core.db import db
from hub.members.models import Member
from hub.segments.models import Segment
from leaderboard.models import Board
from leaderboard.visibility import belongs

COUNTED = 10_000
SHOWN = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Crowd:
    """Who would be on a board: how many members (and companies), and some of them."""

    members: int
    more: bool
    companies: int
    people: list[Member]


def listed() -> list[Board]:
    """Every board with its audience, in the managers' order."""
    query = select(Board).options(joinedload(Board.segment)).order_by(Board.position, Board.id)
    return list(db.session.scalars(query))


def by_slug(slug: str) -> Board | None:
    """One board by its address, whatever its state, with its audience."""
    return db.session.scalar(select(Board).options(joinedload(Board.segment)).where(Board.slug == slug))


def crowd(kind: str, segment: Segment | None, now: dt.datetime) -> Crowd:
    """Who would be on such a board now: three statements; counting stops at ten thousand."""
    who = belongs(Board(kind=kind, segment=segment), now)
    some = select(Member.id, Member.company_id).where(who).limit(COUNTED + 1).subquery()
    counts = select(func.count(some.c.id), func.count(some.c.company_id.distinct()))
    members, companies = db.session.execute(counts).one()
    query = select(Member).options(joinedload(Member.company)).where(who).order_by(Member.id).limit(SHOWN)
    return Crowd(
        members=min(members, COUNTED), more=members > COUNTED, companies=companies,
        people=list(db.session.scalars(query)),
    )  # fmt: skip


def badges_to_give() -> list[tuple[int, str]]:
    """For a select: published badges that are given by hand."""
    query = (
        select(Badge.id, Badge.name).where(Badge.state == "live", Badge.rule == "manual").order_by(Badge.name)
    )
    return [(badge_id, name) for badge_id, name in db.session.execute(query)]


def segment(segment_id: int) -> Segment | None:
    """A segment by its number."""
    return db.session.get(Segment, segment_id)


def titles(ids: Collection[int]) -> Select[int, str, str]:
    """Asks what boards are called: (id, name, slug)."""
    return select(Board.id, Board.name, Board.slug).where(Board.id.in_(ids))


def for_segments(segment_ids: Collection[int]) -> list[Board]:
    """The boards for these segments, closed ones left out."""
    query = select(Board).where(Board.segment_id.in_(segment_ids), Board.state != "closed")
    return list(db.session.scalars(query.order_by(Board.id)))
