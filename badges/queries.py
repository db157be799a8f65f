"""Reads of who has what, how far who is, and who has it coming."""

import datetime as dt
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.sql.elements import SQLCoreOperations

from badges.models import Award, AwardNote, Badge, Level, LevelReached
from badges.rules import RULES, Progress
from hub.core.db import db
from hub.ledger.models import Account, Wallet
from hub.members.models import Member
from hub.segments.queries import reachable
from hub.segments.rules.points import lifetime

KEPT_SECONDS = 60.0
CHUNK = 20
"""Columns asked for at once: databases take many more, but a statement should stay readable in a log."""


def progress(
    badges: Sequence[Badge], member_ids: Collection[int], *, until: dt.datetime | None = None
) -> dict[int, dict[int, Progress]]:
    """How far these members are with each of these badges: badge → member → progress. One statement for twenty
    badges, whatever the number of members; whoever can't be reached is left out."""
    known = [badge for badge in badges if badge.rule in RULES]
    found: dict[int, dict[int, Progress]] = {badge.id: {} for badge in known}
    for start in range(0, len(known) if member_ids else 0, CHUNK):
        part = known[start : start + CHUNK]
        columns = [RULES[badge.rule].have(badge.data, until) for badge in part]
        needs = [RULES[badge.rule].need(badge.data) for badge in part]
        query = select(Member.id, *columns).where(Member.id.in_(member_ids), reachable())
        for member_id, *haves in db.session.execute(query):
            for badge, have, need in zip(part, haves, needs, strict=True):
                found[badge.id][member_id] = Progress(int(have), need)
    return found


def earned(badge: Badge, until: dt.datetime | None = None) -> ColumnElement[bool]:
    """The condition on Member under which they have done enough for a badge."""
    rule = RULES[badge.rule]
    return and_(reachable(), rule.have(badge.data, until) >= rule.need(badge.data))


def has(badge_id: int) -> ColumnElement[bool]:
    """The condition on Member under which they hold a badge."""
    return exists().where(Award.badge_id == badge_id, Award.member_id == Member.id)


def would_get(badge: Badge, *, most: int = 1000) -> tuple[int, list[Member]]:
    """How many would get a badge now, counted to `most`, and the first of them: two statements."""
    those = and_(earned(badge), ~has(badge.id))
    some = select(Member.id).where(those).limit(most + 1).subquery()
    number = db.session.scalar(select(func.count()).select_from(some)) or 0
    return number, list(db.session.scalars(select(Member).where(those).order_by(Member.id).limit(8)))


def holding(badge_ids: Collection[int], member_ids: Collection[int]) -> set[tuple[int, int]]:
    """Who of these has which of these: (badge, member)."""
    query = select(Award.badge_id, Award.member_id).where(
        Award.badge_id.in_(badge_ids), Award.member_id.in_(member_ids)
    )
    return {(badge_id, member_id) for badge_id, member_id in db.session.execute(query)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Rank:
    """The level of a member: which, the one after it, and the points."""

    number: int
    level: Level
    next: Level | None
    points: int

    @property
    def name(self) -> str:
        """What it is called."""
        return self.level.name

    @property
    def metal(self) -> int:
        """Its metal, for the ring."""
        return self.level.metal

    @property
    def percent(self) -> float:
        """How far on the way to the next level; the last one is complete."""
        if self.next is None:
            return 100.0
        return 100 * (self.points - self.level.floor) / (self.next.floor - self.level.floor)

    @property
    def next_name(self) -> str:
        """The next level, if there is one."""
        return self.next.name if self.next else ""

    @property
    def to_go(self) -> int:
        """Points to the next level."""
        return self.next.floor - self.points if self.next else 0


def levels() -> list[Level]:
    """All levels, lowest first."""
    return list(db.session.scalars(select(Level).order_by(Level.floor)))


def level_at(points: int) -> str | None:
    """What the level of so many points is called."""
    return next((name for floor, name in _known_ladder() if floor <= points), None)


def above(points: int) -> tuple[str, int]:
    """The level above so many points, and how many lack to it; nothing and 0 on the last one."""
    return next(
        ((name, floor - points) for floor, name in reversed(_known_ladder()) if floor > points), ("", 0)
    )


def _known_ladder() -> list[tuple[int, str]]:
    """Floors and names, the highest first. Read at most every few seconds per process, for every page names a level."""
    read_at, ladder = current_app.extensions.get("levels", (0.0, []))
    if not read_at or time.monotonic() - read_at > KEPT_SECONDS:
        rows = db.session.execute(select(Level.floor, Level.name).order_by(Level.floor.desc()))
        ladder = [(floor, name) for floor, name in rows]
        current_app.extensions["levels"] = (time.monotonic(), ladder)
    kept: list[tuple[int, str]] = ladder
    return kept


def rank(ladder: Sequence[Level], points: int) -> Rank | None:
    """Where so many points stand; None below the first level, or without any."""
    reached = [place for place, level in enumerate(ladder) if level.floor <= points]
    if not reached:
        return None
    place = reached[-1]
    following = ladder[place + 1] if place + 1 < len(ladder) else None
    return Rank(number=place + 1, level=ladder[place], next=following, points=points)


def level_of(member_ids: Collection[int]) -> dict[int, Rank]:
    """The levels of these members by what they ever earned: two statements. Left out: who is below the first."""
    ladder = levels()
    query = select(Account.member_id, Wallet.lifetime).join(Account, Account.id == Wallet.account_id)
    rows = db.session.execute(query.where(Account.member_id.in_(member_ids))) if ladder and member_ids else ()
    points = {member_id: lifetime for member_id, lifetime in rows}
    found = {member_id: rank(ladder, points.get(member_id, 0)) for member_id in member_ids}
    return {member_id: one for member_id, one in found.items() if one is not None}


def level_name(member_id: int) -> str | None:
    """What a member's level is called, in one statement."""
    points: SQLCoreOperations[int] = (
        select(func.coalesce(func.max(Wallet.lifetime), 0))
        .join(Account, Account.id == Wallet.account_id)
        .where(Account.member_id == member_id)
        .scalar_subquery()
    )
    query = select(Level.name).where(Level.floor <= points).order_by(Level.floor.desc()).limit(1)
    return db.session.scalar(query)


def level_names(ids: Collection[int]) -> Select[int, str]:
    """What these levels are called."""
    return select(Level.id, Level.name).where(Level.id.in_(ids))


def members_per_level() -> dict[int, int]:
    """How many have ever reached each level."""
    query = select(LevelReached.level_id, func.count()).group_by(LevelReached.level_id)
    return {level_id: number for level_id, number in db.session.execute(query)}


def newly_reached(member_ids: Collection[int]) -> list[tuple[int, int, int]]:
    """Levels these members are on or above and that nobody has noted yet: (member, level, its floor), lowest first."""
    noted = exists().where(LevelReached.member_id == Member.id, LevelReached.level_id == Level.id)
    query = (
        select(Member.id, Level.id, Level.floor)
        .join(Level, Level.floor <= lifetime(None))
        .where(Member.id.in_(member_ids), reachable(), ~noted)
        .order_by(Member.id, Level.floor)
    )
    return [(member_id, level_id, floor) for member_id, level_id, floor in db.session.execute(query)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A badge somebody has."""

    badge: Badge
    award: Award
    citation: str | None
    is_hidden: bool


def held_by(member_id: int, *, hidden: bool = False) -> list[Held]:
    """A member's badges, latest first; those they hide only with `hidden`."""
    query = (
        select(Badge, Award, AwardNote.citation, AwardNote.is_hidden)
        .join(Award, Award.badge_id == Badge.id)
        .outerjoin(AwardNote, AwardNote.award_id == Award.id)
        .where(Award.member_id == member_id)
        .order_by(Award.id.desc())
    )
    found = [
        Held(badge=badge, award=award, citation=citation, is_hidden=bool(is_hidden))
        for badge, award, citation, is_hidden in db.session.execute(query)
    ]
    return [held for held in found if hidden or not held.is_hidden]


def my_award(badge_id: int, member_id: int) -> tuple[Award | None, bool, str | None]:
    """A member's award of a badge, whether they hide it, and its citation."""
    query = (
        select(Award, AwardNote.is_hidden, AwardNote.citation)
        .outerjoin(AwardNote, AwardNote.award_id == Award.id)
        .where(Award.badge_id == badge_id, Award.member_id == member_id)
    )
    row = db.session.execute(query).one_or_none()
    return (row[0], bool(row[1]), row[2]) if row is not None else (None, False, None)


def by_state(*states: str) -> list[Badge]:
    """Badges in these states, oldest first."""
    return list(db.session.scalars(select(Badge).where(Badge.state.in_(states)).order_by(Badge.id)))


def by_slug(slug: str) -> Badge | None:
    """One badge by its address."""
    return db.session.scalar(select(Badge).where(Badge.slug == slug))


def titles(ids: Collection[int]) -> Select[int, str, str]:
    """Id, name and slug of badges."""
    return select(Badge.id, Badge.name, Badge.slug).where(Badge.id.in_(ids))


def holders(badge_id: int, *, limit: int = 24) -> tuple[int, list[tuple[Member, Award]]]:
    """How many have a badge, and the latest of those who don't mind being seen with it."""
    number = db.session.scalar(select(func.count(Award.id)).where(Award.badge_id == badge_id)) or 0
    hides = exists().where(AwardNote.award_id == Award.id, AwardNote.is_hidden)
    query = (
        select(Member, Award)
        .join(Award, Award.member_id == Member.id)
        .where(Award.badge_id == badge_id, reachable(), ~Member.is_opted_out, ~hides)
        .order_by(Award.id.desc())
        .limit(limit)
    )
    return number, [(member, award) for member, award in db.session.execute(query)]


def holder_counts() -> dict[int, int]:
    """How many have each badge."""
    query = select(Award.badge_id, func.count()).group_by(Award.badge_id)
    return {badge_id: number for badge_id, number in db.session.execute(query)}
