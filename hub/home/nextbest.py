"""Which of the things a member could do comes first.

score = need + (1 + worth + patience + fit + lift + ease) × freshness
    need       a person waits for your answer 300 · you began it 200 · open to you 100 · good to have in order 0
    worth      up to 40: eight for each tenfold of points per minute (1,000 points a minute: 24)
    patience   up to 20: one for each day it has waited
    fit        up to 20: how well its room thinks it suits this member (`Thing.fit`, 0 to 1)
    lift       up to 12: how much of the way to their next level it is; all 12 when it takes them there
    ease       up to 6: six shared by its minutes, so that a minute's work beats an hour's when all else is equal
    freshness  0 when you have just done one like it, back to 1 within a week

The second part is below 100, so it orders things of one need and never lifts one over a greater need: who waits for you
comes first, always. Equal scores go to the shorter thing, then by name, so the card doesn't flicker. What was put off
isn't in the race: for a week after “not now”, for good after “not for me”.
"""

import datetime as dt
import math
from collections.abc import Iterable

from hub.core.registry import Thing

NEED = {"awaited": 300.0, "unfinished": 200.0, "open": 100.0, "tidy": 0.0}
WORTH_MOST, PATIENCE_MOST, FIT_MOST, LIFT_MOST, EASE_MOST = 40.0, 20.0, 20.0, 12.0, 6.0
FRESH_DAYS = 7.0
DAY = 86400.0


def score(thing: Thing, now: dt.datetime, *, to_go: int = 0) -> float:
    """How much this thing wants to be next, for a member with so many points to go to the next level; see above."""
    worth = min(WORTH_MOST, 8 * math.log10(1 + thing.points / max(1, thing.minutes)))
    patience = min(PATIENCE_MOST, _days(thing.since, now))
    fit = FIT_MOST * min(1.0, max(0.0, thing.fit))
    lift = LIFT_MOST * min(1.0, thing.points / to_go) if to_go > 0 else 0.0
    ease = EASE_MOST / max(1, thing.minutes)
    freshness = min(1.0, _days(thing.done_at, now) / FRESH_DAYS) if thing.done_at else 1.0
    return NEED[thing.need] + (1 + worth + patience + fit + lift + ease) * freshness


def _days(since: dt.datetime | None, now: dt.datetime) -> float:
    return max(0.0, (now - since).total_seconds() / DAY) if since else 0.0


def ranked(things: Iterable[Thing], now: dt.datetime, *, to_go: int = 0) -> list[Thing]:
    """The things, best first."""
    return sorted(things, key=lambda thing: (-score(thing, now, to_go=to_go), thing.minutes, thing.name))
