"""Two kinds of segment rules that only this room can offer: holders of a badge, members from a level on."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select

from badges.models import Award, Badge, Level
from badges.queries import by_state, levels
from badges.upkeep import last_turn
from hub import segments
from hub.core.db import db
from hub.members.models import Member
from hub.segments.fields import Field, Given, chosen, listed, picked
from hub.segments.rules import Plain, Rule
from hub.segments.rules.points import lifetime


def _badges() -> list[tuple[str, str]]:
    return [(badge.slug, badge.name) for badge in by_state("live", "retired")]


def _levels() -> list[tuple[str, str]]:
    return [(str(level.id), level.name) for level in levels()]


class BadgeKind(Plain):
    """`badges`: holds at least one of these, by their addresses."""

    name = "badge"
    label = "Badge"
    fields = (Field(name="badges", label="Holds", widget="checks", multiple=True, choices=_badges),)

    def clean(self, given: Given) -> dict[str, Any]:
        """At least one badge that was published."""
        return {"badges": picked(given, "badges", [slug for slug, _ in _badges()], what="at least one badge")}

    def condition(self, rule: Rule, now: dt.datetime) -> ColumnElement[bool]:  # noqa: ARG002
        """Holds one of them that hasn't lapsed."""
        held = and_(
            Award.member_id == Member.id, Award.badge_id == Badge.id, Badge.slug.in_(rule["badges"]),
            last_turn(Award.id) != "lapsed",
        )  # fmt: skip
        return exists().where(held).correlate(Member)

    def says(self, rule: Rule) -> str:
        """hold the badge Door opener."""
        names = dict(
            db.session.execute(select(Badge.slug, Badge.name).where(Badge.slug.in_(rule["badges"]))).all()
        )
        return f"hold the badge {listed([names.get(slug, slug) for slug in rule['badges']])}"


class LevelKind(Plain):
    """`level`: its id; whoever has come to its floor, or beyond."""

    name = "level"
    label = "Level"
    fields = (Field(name="level", label="From", widget="select", choices=_levels),)

    def clean(self, given: Given) -> dict[str, Any]:
        """A level there is."""
        return {"level": int(chosen(given, "level", [number for number, _ in _levels()], what="a level"))}

    def condition(self, rule: Rule, now: dt.datetime) -> ColumnElement[bool]:  # noqa: ARG002
        """Has the points of this level; one that is gone holds nobody."""
        floor = select(Level.floor).where(Level.id == rule["level"]).scalar_subquery()
        return lifetime(None) >= func.coalesce(floor, 2**53)

    def says(self, rule: Rule) -> str:
        """are Guide or higher."""
        name = db.session.scalar(select(Level.name).where(Level.id == rule["level"]))
        return f"are {name} or higher" if name else "are on a level that is gone"


segments.register(BadgeKind())
segments.register(LevelKind())
