"""The satisfaction question, once a quarter, to advocates and to reps: two clicks, and words if they like.

What comes of it is shown to managers as numbers and words, never with a name: people say more that way.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from hub.core.db import db
from hub.home.models import Pulse
from hub.outbox.actions import insert_ignoring

SCORES = {5: "Love it", 4: "Like it", 3: "It’s all right", 2: "Not really", 1: "Not at all"}
SIDE_NAMES = {"advocate": "Advocates", "rep": "Sales reps"}
WORDS_LONGEST = 500
SETTLED_DAYS = 14  # who joined yesterday has nothing to be satisfied with yet
ROWS = 100
KEPT_QUARTERS = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What one side said in one quarter: answers by score."""

    quarter: str
    side: str
    counts: dict[int, int]

    @property
    def answers(self) -> int:
        """How many answered."""
        return sum(self.counts.values())

    @property
    def satisfied(self) -> int:
        """How many of a hundred like it or love it."""
        return round(100 * (self.counts.get(5, 0) + self.counts.get(4, 0)) / max(1, self.answers))


def quarter_of(at: dt.datetime, zone: ZoneInfo) -> str:
    """2026-Q4."""
    day = at.astimezone(zone).date()
    return f"{day.year}-Q{(day.month + 2) // 3}"


def side_of(member: Any) -> str | None:
    """As what somebody is asked; None for those of the team who aren't: it is their own work."""
    if "rep" in member.roles:
        return "rep"
    return None if member.is_staff else "advocate"


def answer(member: Any, score: int, *, now: dt.datetime, zone: ZoneInfo) -> Pulse | None:
    """Keeps the answer of this quarter; a second one takes its place. None when this member isn't asked, or that is no
    answer."""
    side = side_of(member)
    if side is None or score not in SCORES:
        return None
    quarter = quarter_of(now, zone)
    row = {
        "member_id": member.id,
        "quarter": quarter,
        "side": side,
        "score": score,
        "words": "",
        "answered_at": now,
    }
    db.session.execute(insert_ignoring(Pulse).values(**row))
    kept = of(member.id, quarter)
    if kept is not None:
        kept.score, kept.answered_at = score, now
    return kept


def add_words(member_id: int, quarter: str, words: str) -> bool:
    """Adds why; False when there is no answer to add it to."""
    kept = of(member_id, quarter)
    if kept is None:
        return False
    kept.words = words.replace("\0", "").strip()[:WORDS_LONGEST]
    return True


def of(member_id: int, quarter: str) -> Pulse | None:
    """What one member answered in a quarter."""
    return db.session.scalar(select(Pulse).where(Pulse.member_id == member_id, Pulse.quarter == quarter))


def results() -> list[Result]:
    """The last eight quarters, the latest first, advocates before reps: one statement."""
    columns = (Pulse.quarter, Pulse.side, Pulse.score, func.count())
    rows = db.session.execute(select(*columns).group_by(*columns[:3]))
    found: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for quarter, side, score, count in rows:
        found[quarter, side][score] = count
    kept = sorted({quarter for quarter, _ in found}, reverse=True)[:KEPT_QUARTERS]
    return [
        Result(quarter=quarter, side=side, counts=found[quarter, side])
        for quarter in kept
        for side in SIDE_NAMES
        if (quarter, side) in found
    ]


def rows(quarter: str, side: str, score: int | None) -> list[Pulse]:
    """The answers behind a number, those with words first, then the latest; no more than a hundred."""
    query = select(Pulse).where(Pulse.quarter == quarter, Pulse.side == side)
    if score is not None:
        query = query.where(Pulse.score == score)
    return list(db.session.scalars(query.order_by(Pulse.words == "", Pulse.answered_at.desc()).limit(ROWS)))
