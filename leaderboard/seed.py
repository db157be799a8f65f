"""The boards of the sample programme: everybody by points with a month that is over, referrals in a season that runs,
and companies."""

import datetime as dt

from sqlalchemy import select

from badges import publish as publish_badge
from badges.models import Badge
from hub.core import registry
from hub.core.db import db
from hub.core.place import place
from leaderboard import actions, composing, filling, periods, queries, seasons
from leaderboard.models import Board
from leaderboard.periods import DAY, Period

STAR = {
    "slug": "season-star", "name": "Season star", "story": "Among the first when a season was over.", "shape": "star",
    "sign": "trophy", "hue": 2, "rule": "manual", "data": {"what": "ending a season among the first"},
}  # fmt: skip
REFERRALS = {
    "name": "Qualified referrals", "metric": "referrals",
    "story": "Introductions that got somewhere. One good one is worth a place.",
    "periods": [Period.QUARTER, Period.YEAR, Period.ALL],
}  # fmt: skip
COMPANIES = {
    "name": "Companies", "kind": "company", "story": "What the people of each company earned together.",
    "periods": [Period.MONTH, Period.QUARTER, Period.YEAR, Period.ALL],
}  # fmt: skip


@registry.seed(20, "boards")
def boards(*, now: dt.datetime) -> None:
    """Everybody, by points."""
    actions.ensure(now=now)


@registry.seed(80, "seasons")
def plant(*, now: dt.datetime) -> None:
    """Two more boards and, on the first, last month as a season that is over. What is there already stays."""
    known = {board.slug: board for board in queries.boards()}
    if "referrals" in known or "points" not in known:
        return
    star = _star(now)
    first, after = periods.days(periods.key(Period.QUARTER, now, place().zone))
    season = {"starts_on": first, "ends_on": after - DAY, "badge_id": star.id, "winners": 3}
    for slug, wish in (("referrals", {**REFERRALS, **season}), ("companies", COMPANIES)):
        composing.publish(composing.create(wish, now=now, by_id=None, slug=slug), now=now, by_id=None)
    _last_month(known["points"], star, now)


def _star(now: dt.datetime) -> Badge:
    found = db.session.scalar(select(Badge).where(Badge.slug == STAR["slug"]))
    if found is None:
        found = Badge(**STAR, created_at=now)
        db.session.add(found)
        db.session.flush()
        publish_badge(found, now=now, by_id=None)
    return found


def _last_month(board: Board, star: Badge, now: dt.datetime) -> None:
    """Begun, counted and frozen by the verbs that do it for a real one, dated when it would have been."""
    today = periods.day_of(now, place().zone)
    last = today.replace(day=1) - DAY
    then = periods.midnight(last, place().zone)
    wish = {"starts_on": last.replace(day=1), "ends_on": last, "badge_id": star.id, "winners": 3}
    composing.change(board, wish, now=then, by_id=None)
    while filling.fill(limit=500, now=now):
        pass
    due = seasons.due_at(last)
    if due < now and seasons.close(board, now=due):
        while seasons.go_on(limit=500, now=due):
            pass
