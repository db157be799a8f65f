"""Weekly streaks, pure: which week an instant falls in, and what a row of weeks comes to.

A week is the member's own: in their zone, beginning on the day after their weekend (Sunday where people rest on Friday
and Saturday). One deed makes a week active. Every fourth active week earns a freeze, two are kept at most, none can be
bought; a week without a deed spends one by itself, and only a week without a deed and without a freeze ends a streak.
Weeks that somebody announced to be away are passed over.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.core import get_global

WEEK = dt.timedelta(days=7)
DAY = dt.timedelta(days=1)
WEEKS_FOR_FREEZE = 4
MOST_FREEZES = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A streak as of `week`, the first day of the last active week; `toward` counts to the next freeze."""

    weeks: int = 0
    best: int = 0
    freezes: int = 0
    toward: int = 0
    week: dt.date = dt.date.min


def run(active: Iterable[dt.date], away: Collection[dt.date] = ()) -> Run:
    """What these active weeks (first days) come to. The order they are given in doesn't matter."""
    state = Run()
    for week in sorted(set(active)):
        state = _step(state, week, away)
    return state


def _step(state: Run, week: dt.date, away: Collection[dt.date]) -> Run:
    missed = _missed(state.week, week, away) if state.weeks else 0
    unbroken = bool(state.weeks) and missed <= state.freezes
    weeks = state.weeks + 1 if unbroken else 1
    freezes = state.freezes - missed if unbroken else 0
    toward = (state.toward if unbroken else 0) + 1
    if toward == WEEKS_FOR_FREEZE:
        freezes, toward = min(MOST_FREEZES, freezes + 1), 0
    return Run(weeks=weeks, best=max(state.best, weeks), freezes=freezes, toward=toward, week=week)


def _missed(last: dt.date, week: dt.date, away: Collection[dt.date]) -> int:
    """Weeks between the two in which something could have been done."""
    between = (week - last).days // 7 - 1
    return between - sum(1 for pause in away if last < pause < week)


def standing(state: Run, today: dt.date, away: Collection[dt.date] = ()) -> Run:
    """The streak as it stands in the week that begins `today`: the current week is never missed yet."""
    missed = _missed(state.week, today, away) if state.weeks and today > state.week else 0
    if missed > state.freezes:
        return Run(best=state.best, week=state.week)
    return Run(
        weeks=state.weeks, best=state.best, freezes=state.freezes - max(0, missed), toward=state.toward,
        week=state.week,
    )  # fmt: skip


def week_of(at: dt.datetime, zone: ZoneInfo) -> dt.date:
    """The first day of the week that an instant falls in, there."""
    return first_day(at.astimezone(zone).date(), zone)


def first_day(day: dt.date, zone: ZoneInfo) -> dt.date:
    """The first day of a day's week."""
    return day - ((day.weekday() - week_start(zone.key)) % 7) * DAY


def weeks_between(first: dt.date, last: dt.date, zone: ZoneInfo) -> list[dt.date]:
    """The first days of all weeks that these days touch."""
    start, found = first_day(first, zone), []
    while start <= last:
        found.append(start)
        start += WEEK
    return found


@lru_cache
def week_start(zone_name: str) -> int:
    """The weekday (Monday is 0) after the weekend of the country of a zone; Monday where that isn't known."""
    country = get_global("zone_territories").get(zone_name)
    spoken = get_global("territory_languages").get(country, {}) if country else {}
    for language, facts in spoken.items():
        if facts["official_status"]:
            try:
                return (Locale(language, territory=country).weekend_end + 1) % 7
            except UnknownLocaleError:
                continue
    return 0
