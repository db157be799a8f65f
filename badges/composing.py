"""Making and changing badges and levels: words, art, rule. What a published badge asks for is never changed."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from badges import actions
from badges.drawing import SIGNS
from badges.models import HUES, METALS, SHAPES, Badge, Level
from badges.rules import RULES
from hub import activity
from hub.core.db import db
from hub.segments.fields import Unclear
from hub.segments.words import slug_of


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a manager composed."""

    name: str
    story: str
    shape: str
    sign: str
    hue: int
    rule: str
    data: dict[str, Any]
    season: str = ""


def compose(badge: Badge | None, wish: Wish, *, now: dt.datetime, by_id: int | None) -> Badge:
    """A new draft, or another state of a badge. Refuses (Unclear) an empty name, parts that aren't there, and another
    rule for a badge that was published: it would be unfair to those who have it, and to those who don't."""
    name = " ".join(wish.name.split())
    if not 1 <= len(name) <= 60:
        raise Unclear("Give it a name of at most 60 characters.", "name")
    if wish.shape not in SHAPES or wish.sign not in SIGNS or not 0 <= wish.hue < HUES:
        raise Unclear("Choose a shape, a sign and a colour.", "shape")
    rule = RULES.get(wish.rule)
    if rule is None:
        raise Unclear("Choose what it is for.", "rule")
    data = rule.clean(wish.data)
    if badge is not None and badge.state != "draft" and (badge.rule, badge.data) != (wish.rule, data):
        raise Unclear("It is published: what it is for stays. Retire it and make another one.", "rule")
    if badge is None:
        badge = Badge(slug=_free_slug(slug_of(name)), by_id=by_id, created_at=now, state="draft")
        db.session.add(badge)
    badge.name, badge.story, badge.season = name, wish.story.strip()[:600], wish.season.strip()[:40] or None
    badge.shape, badge.sign, badge.hue, badge.rule, badge.data = (
        wish.shape,
        wish.sign,
        wish.hue,
        wish.rule,
        data,
    )
    db.session.flush()
    activity.record("badge.composed", subject=badge.subject, by_id=by_id, now=now)
    return badge


def _free_slug(wish: str) -> str:
    taken = set(db.session.scalars(select(Badge.slug).where(Badge.slug.startswith(wish)))) | {"pauses"}
    return next(slug for slug in (wish, *(f"{wish}-{n}" for n in range(2, 9999))) if slug not in taken)


def discard(badge: Badge) -> None:
    """Deletes a draft. Refuses what was published: that is retired."""
    if badge.state != "draft":
        raise Unclear("It was published. Retire it: those who have it keep it.")
    db.session.delete(badge)


def save_level(
    level: Level | None, *, name: str, floor: int, metal: int, perks: str, now: dt.datetime, by_id: int | None
) -> Level:
    """A new level, or another state of one; whoever is on it is found within seconds. Refuses an empty name and a
    floor that another level has."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 40:
        raise Unclear("Give it a name of at most 40 characters.", "name")
    if not 1 <= metal <= len(METALS):
        raise Unclear("Choose a metal.", "metal")
    other = db.session.scalar(select(Level).where(Level.floor == floor))
    if other is not None and other is not level:
        raise Unclear(f"{other.name} begins at {floor:,} points already.", "floor")
    if level is None:
        level = Level(name=name, floor=floor, metal=metal)
        db.session.add(level)
    level.name, level.floor, level.metal, level.perks = name, floor, metal, perks.strip()[:300]
    db.session.flush()
    activity.record("level.saved", subject=f"level:{level.id}", by_id=by_id, now=now)
    actions.look_at_everybody(actions.LEVELS, now=now)
    return level


def level(level_id: int) -> Level | None:
    """One level."""
    return db.session.get(Level, level_id)
