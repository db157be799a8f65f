"""Badges and who holds them, levels and who reached them, streaks."""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.append_only import append_only
from hub.core.db import Base, Id

SHAPES = ("shield", "hex", "star", "flower", "ribbon", "gem")
STATES = ("draft", "live", "retired")
TURNS = ("warned", "kept", "lapsed", "renewed")
METALS = ("bronze", "silver", "gold", "teal", "violet", "ruby")
HUES = 12


class Badge(Base):
    """Something to earn. Its art is three parts; `data` is its rule's own. Retired, it stays with those who have it."""

    __tablename__ = "badges"
    __table_args__ = (
        CheckConstraint(f"shape IN {SHAPES}", name="shape"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"hue BETWEEN 0 AND {HUES - 1}", name="hue"),
        CheckConstraint("state = 'draft' OR published_at IS NOT NULL", name="published"),
        Index("ix_badges_state", "state", "id"),
    )

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    story: Mapped[str] = mapped_column(default="")
    shape: Mapped[str]
    sign: Mapped[str]
    hue: Mapped[int]
    rule: Mapped[str]
    data: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="draft")
    season: Mapped[str | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[dt.datetime]
    published_at: Mapped[dt.datetime | None]
    retired_at: Mapped[dt.datetime | None]

    @property
    def subject(self) -> str:
        """How other rooms name this badge."""
        return f"badge:{self.id}"


@append_only
class Award(Base):
    """A member has a badge. `proof` says with how much of how many it was earned; empty when given by hand."""

    __tablename__ = "awards"
    __table_args__ = (
        UniqueConstraint("badge_id", "member_id"),
        Index("ix_awards_member", "member_id", "id"),
    )

    id: Mapped[Id]
    badge_id: Mapped[int] = mapped_column(ForeignKey("badges.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    at: Mapped[dt.datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    proof: Mapped[dict[str, Any]]


class BadgeUpkeep(Base):
    """This badge lapses unless `keep` more of what it is for are done within any `days`."""

    __tablename__ = "badge_upkeeps"
    __table_args__ = (
        CheckConstraint("keep > 0", name="keep"),
        CheckConstraint("days BETWEEN 30 AND 3660", name="days"),
    )

    badge_id: Mapped[int] = mapped_column(ForeignKey("badges.id"), primary_key=True, autoincrement=False)
    keep: Mapped[int]
    days: Mapped[int]


@append_only
class AwardTurn(Base):
    """What became of an award that has to be kept up: its holder was warned, kept it, let it lapse, renewed it. The
    last one counts; the award itself stays."""

    __tablename__ = "award_turns"
    __table_args__ = (
        UniqueConstraint("award_id", "number"),
        CheckConstraint(f"turn IN {TURNS}", name="turn"),
        CheckConstraint("number > 0", name="number"),
    )

    id: Mapped[Id]
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"))
    number: Mapped[int]
    turn: Mapped[str]
    at: Mapped[dt.datetime]


class AwardNote(Base):
    """Words to an award, and whether its holder hides it. They may change; the award may not."""

    __tablename__ = "award_notes"

    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"), primary_key=True)
    citation: Mapped[str | None]
    is_hidden: Mapped[bool] = mapped_column(default=False)


class Round(Base):
    """A look at every member, begun and not yet ended: after a badge was published (`badge:7`), or the levels changed
    (`levels`). A row is its own queue: `after_id` is the last member looked at."""

    __tablename__ = "badge_rounds"

    subject: Mapped[str] = mapped_column(primary_key=True)
    after_id: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime]


class Level(Base):
    """A rung over lifetime points, in a metal that is also named in words."""

    __tablename__ = "levels"
    __table_args__ = (
        CheckConstraint(f"metal BETWEEN 1 AND {len(METALS)}", name="metal"),
        CheckConstraint("floor >= 0", name="floor"),
    )

    id: Mapped[Id]
    name: Mapped[str]
    floor: Mapped[int] = mapped_column(unique=True)
    metal: Mapped[int]
    perks: Mapped[str] = mapped_column(default="")


@append_only
class LevelReached(Base):
    """A member was on a level for the first time. It is said once, whatever corrections do later."""

    __tablename__ = "levels_reached"
    __table_args__ = (
        UniqueConstraint("member_id", "level_id"),
        Index("ix_levels_reached_level_id", "level_id"),
    )

    id: Mapped[Id]
    level_id: Mapped[int] = mapped_column(ForeignKey("levels.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    at: Mapped[dt.datetime]


class Streak(Base):
    """How many weeks in a row, as of the last active week (`week`, its first day). Derived: it can be thrown away and
    made again from what the member did."""

    __tablename__ = "streaks"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, autoincrement=False)
    weeks: Mapped[int]
    best: Mapped[int] = mapped_column(index=True)
    freezes: Mapped[int]
    toward: Mapped[int]
    week: Mapped[dt.date]


class Pause(Base):
    """Weeks in which somebody is away: they neither count nor break a streak. Announced beforehand."""

    __tablename__ = "streak_pauses"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="period"),
        UniqueConstraint("member_id", "from_on"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    from_on: Mapped[dt.date]
    until_on: Mapped[dt.date]
    created_at: Mapped[dt.datetime]
