"""Badges that lapse unless they are kept up, with fair warning before.

A badge may ask that `keep` more of what it is for are done within any `days`. Once a day each award of it is looked at:
whoever would fall short in two weeks is warned; who still falls short then lets it lapse; doing enough again renews it.
Each turn is a new row, the award stays as history, and nobody lapses without two weeks' warning.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import aliased

from badges import queries
from badges.models import Award, AwardTurn, Badge, BadgeUpkeep
from badges.rules import RULES
from hub import activity, notices
from hub.core.db import db
from hub.members.models import Member
from hub.outbox.actions import insert_ignoring
from hub.segments.fields import Unclear
from hub.segments.queries import reachable

WARNING = dt.timedelta(days=14)
LEAST_DAYS, MOST_DAYS = 30, 3660
TOLD = {"warned": "badge.lapsing", "lapsed": "badge.lapsed", "renewed": "badge.renewed"}
AFTER = {
    "warned": (None, "kept", "renewed"),
    "kept": ("warned",),
    "lapsed": ("warned",),
    "renewed": ("lapsed",),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """An award as upkeep sees it: the last turn, if there was one, and since when it has to be kept up."""

    award_id: int
    member_id: int
    since: dt.datetime
    number: int = 0
    turn: str | None = None
    at: dt.datetime | None = None


def ask(badge: Badge, *, keep: int | None, days: int, by_id: int | None, now: dt.datetime) -> None:
    """The badge lapses from now on unless kept up; without `keep` it doesn't. Refuses (Unclear) to make a published
    badge harder to hold, rules that can't be kept up, and days that are too few to be fair."""
    if keep is not None:
        if badge.state != "draft":
            raise Unclear("It is published: what it asks for isn’t made harder.", "keep")
        if badge.rule not in RULES or not RULES[badge.rule].keeps:
            raise Unclear("What this badge is for can’t be kept up. Choose another rule.", "keep")
        if keep < 1 or not LEAST_DAYS <= days <= MOST_DAYS:
            raise Unclear(f"At least 1, within {LEAST_DAYS} to {MOST_DAYS:,} days.", "keep")
    db.session.execute(delete(BadgeUpkeep).where(BadgeUpkeep.badge_id == badge.id))
    if keep is not None:
        db.session.add(BadgeUpkeep(badge_id=badge.id, keep=keep, days=days))
    db.session.flush()
    data = {"keep": keep, "days": days}
    activity.record("badge.upkeep_set", subject=badge.subject, by_id=by_id, now=now, data=data)


def asked(badge_id: int) -> BadgeUpkeep | None:
    """What it takes to keep a badge; None when it is kept for good."""
    return db.session.get(BadgeUpkeep, badge_id)


def all_asked() -> list[int]:
    """Badges that have to be kept up and can still be earned: one that is retired is kept for good."""
    query = select(BadgeUpkeep.badge_id).join(Badge, Badge.id == BadgeUpkeep.badge_id)
    return list(db.session.scalars(query.where(Badge.state == "live").order_by(Badge.id)))


def last_turn(award_id: Any) -> ColumnElement[str]:
    """The last turn of an award, '' when it never had one: SQL."""
    query = (
        select(AwardTurn.turn)
        .where(AwardTurn.award_id == award_id)
        .order_by(AwardTurn.number.desc())
        .limit(1)
    )
    return func.coalesce(query.scalar_subquery(), "")


def held(badge_id: int, award_id: int) -> tuple[BadgeUpkeep | None, str]:
    """What it takes to keep a badge, if anything, and the last turn of an award of it: one statement."""
    query = select(BadgeUpkeep, last_turn(award_id)).where(BadgeUpkeep.badge_id == badge_id)
    row = db.session.execute(query).one_or_none()
    return (row[0], row[1]) if row is not None else (None, "")


def look(badge_id: int, *, after: int, limit: int, now: dt.datetime) -> int | None:
    """Takes the turns that are due of the next awards of a badge; gives the last award looked at, None at the end."""
    badge, upkeep = db.session.get(Badge, badge_id), asked(badge_id)
    if badge is None or upkeep is None or badge.state != "live" or badge.rule not in RULES:
        return None
    awards = _awards(badge_id, after, limit)
    people = [one.member_id for one in awards]
    window = dt.timedelta(days=upkeep.days)
    done = queries.progress([badge], people)[badge_id]
    long_ago = queries.progress([badge], people, until=now - window)[badge_id]
    of_late = queries.progress([badge], people, until=now - (window - WARNING))[badge_id]
    rows = []
    for one in awards:
        if one.member_id not in done:
            continue
        have = done[one.member_id].have
        turn = due(
            one, enough=have - long_ago[one.member_id].have >= upkeep.keep,
            enough_soon=have - of_late[one.member_id].have >= upkeep.keep, window=window, now=now,
        )  # fmt: skip
        if turn:
            rows.append({"award_id": one.award_id, "number": one.number + 1, "turn": turn, "at": now})
    _take(badge, rows, {one.award_id: one.member_id for one in awards}, now)
    return awards[-1].award_id if len(awards) == limit else None


def due(one: Kept, *, enough: bool, enough_soon: bool, window: dt.timedelta, now: dt.datetime) -> str | None:
    """The turn an award takes now. `enough` was done within the window; `enough_soon` still counts in two weeks."""
    if one.turn == "lapsed":
        return "renewed" if enough else None
    if one.turn == "warned":
        if enough_soon:
            return "kept"
        assert one.at is not None
        return "lapsed" if not enough and now >= one.at + WARNING else None
    return "warned" if not enough_soon and now >= one.since + window - WARNING else None


def _awards(badge_id: int, after: int, limit: int) -> list[Kept]:
    later = aliased(AwardTurn)
    newest = (
        select(func.max(later.number)).where(later.award_id == Award.id).correlate(Award).scalar_subquery()
    )
    query = (
        select(Award.id, Award.member_id, Award.at, AwardTurn.number, AwardTurn.turn, AwardTurn.at)
        .join(Member, Member.id == Award.member_id)
        .outerjoin(AwardTurn, (AwardTurn.award_id == Award.id) & (AwardTurn.number == newest))
        .where(Award.badge_id == badge_id, Award.id > after, reachable())
        .order_by(Award.id)
        .limit(limit)
    )
    return [
        Kept(award_id=award_id, member_id=member_id, number=number or 0, turn=turn, at=at,
             since=at if turn == "renewed" and at else awarded_at)
        for award_id, member_id, awarded_at, number, turn, at in db.session.execute(query)
    ]  # fmt: skip


def _take(badge: Badge, rows: list[dict[str, Any]], whose: dict[int, int], now: dt.datetime) -> None:
    """Writes the turns that aren't there yet, and tells whoever they are about."""
    if not rows:
        return
    made = (
        insert_ignoring(AwardTurn)
        .values(rows)
        .returning(AwardTurn.award_id, AwardTurn.number, AwardTurn.turn)
    )
    fresh = db.session.execute(made).all()
    told = [
        {"member_id": whose[award_id], "kind": TOLD[turn], "subject": badge.subject,
         "key": f"award:{award_id}:turn:{number}"}
        for award_id, number, turn in fresh if turn in TOLD
    ]  # fmt: skip
    notices.tell_many(told, now=now)


def unfair() -> Iterator[str]:
    """Turns that don't follow from the one before, and lapses without two weeks' warning."""
    before = aliased(AwardTurn)
    query = (
        select(AwardTurn.award_id, AwardTurn.number, AwardTurn.turn, AwardTurn.at, before.turn, before.at)
        .outerjoin(before, (before.award_id == AwardTurn.award_id) & (before.number == AwardTurn.number - 1))
        .order_by(AwardTurn.id)
    )
    for award_id, number, turn, at, last, last_at in db.session.execute(query):
        if last not in AFTER[turn] or (number > 1) != (last is not None):
            yield f"award {award_id}: turn {number} ({turn}) can't follow {last or 'nothing'}"
        elif turn == "lapsed" and at - last_at < WARNING:
            yield f"award {award_id}: lapsed {at - last_at} after it was warned of"
