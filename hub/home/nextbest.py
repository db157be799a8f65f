"""Which of the things a member could do comes first.

score = need + (1 + worth + patience) × freshness
    need       a person waits for your answer 300 · you began it 200 · open to you 100 · good to have in order 0
    worth      up to 60: ten for each tenfold of points per minute (1,000 points a minute: 30)
    patience   up to 30: one for each day it has waited
    freshness  0 when you have just done one like it, back to 1 within a week

The second part is below 100, so it orders things of one need and never lifts one over a greater need: who waits for you
comes first, always. Equal scores go to the shorter thing, then by name, so the card doesn't flicker.
"""

import datetime as dt
import math
from collections.abc import Iterable

from hub.core.registry import Thing

NEED = {"awaited": 300.0, "unfinished": 200.0, "open": 100.0, "tidy": 0.0}
WORTH_MOST, PATIENCE_MOST = 60.0, 30.0
FRESH_DAYS = 7.0
DAY = 86400.0


def score(thing: Thing, now: dt.datetime) -> float:
    """How much this thing wants to be next; see above."""
    worth = min(WORTH_MOST, 10 * math.log10(1 + thing.points / max(1, thing.minutes)))
    patience = min(PATIENCE_MOST, _days(thing.since, now))
    freshness = min(1.0, _days(thing.done_at, now) / FRESH_DAYS) if thing.done_at else 1.0
    return NEED[thing.need] + (1 + worth + patience) * freshness


def _days(since: dt.datetime | None, now: dt.datetime) -> float:
    return max(0.0, (now - since).total_seconds() / DAY) if since else 0.0


def ranked(things: Iterable[Thing], now: dt.datetime) -> list[Thing]:
    """The things, best first."""
    return sorted(things, key=lambda thing: (-score(thing, now), thing.minutes, thing.name))
