"""Periods: a week, a month, a quarter, a year, all time. Keys such as 2026-W47, 2026-11, 2026-Q4, 2026, all.

Days are the hub's, in its zone; a period runs from the first instant of its first day to the first instant of the
next period, whatever the clocks do in between. Weeks are ISO weeks: they begin on Monday and belong to their
Thursday's year.
"""

import datetime as dt
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

Span = tuple[dt.datetime | None, dt.datetime | None]
DAY = dt.timedelta(days=1)


class Period(StrEnum):
    """How long a standing looks back."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"


def key(period: Period, at: dt.datetime, zone: ZoneInfo) -> str:
    """The key of the period of this kind that `at` falls in."""
    return names(_day(at, zone))[tuple(Period).index(period)]


def keys(at: dt.datetime, zone: ZoneInfo) -> tuple[str, ...]:
    """The keys of all periods that `at` falls in, in the order of Period."""
    return names(_day(at, zone))


@lru_cache(maxsize=4096)
def names(day: dt.date) -> tuple[str, ...]:
    """The keys that a day of the hub counts in."""
    year, week, _ = day.isocalendar()
    return (
        f"{year}-W{week:02}", f"{day.year}-{day.month:02}", f"{day.year}-Q{(day.month + 2) // 3}", str(day.year), "all",
    )  # fmt: skip


def span(name: str, zone: ZoneInfo) -> Span:
    """The instants [since, until) of a key; (None, None) for all time. Refuses what is no key."""
    if name == "all":
        return None, None
    first, after = days(name)
    return midnight(first, zone), midnight(after, zone)


def days(name: str) -> tuple[dt.date, dt.date]:
    """The first day of a key, and the first day after it."""
    year, _, rest = name.partition("-")
    if rest.startswith("W"):
        monday = dt.date.fromisocalendar(int(year), int(rest[1:]), 1)
        return monday, monday + 7 * DAY
    month, months = 1, 12
    if rest.startswith("Q"):
        month, months = 3 * int(rest[1:]) - 2, 3
    elif rest:
        month, months = int(rest), 1
    turn = month + months > 12
    return dt.date(int(year), month, 1), dt.date(int(year) + turn, 1 if turn else month + months, 1)


@lru_cache(maxsize=4096)
def midnight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """The first instant of a day: of two midnights the first, and where clocks jump over it, the jump."""
    return dt.datetime.combine(day, dt.time.min, zone).astimezone(dt.UTC)


def _day(at: dt.datetime, zone: ZoneInfo) -> dt.date:
    day = at.astimezone(zone).date()
    # Where clocks go back across midnight, the hour that comes again belongs to the day that had begun.
    if at >= midnight(day + DAY, zone):
        return day + DAY
    return day - DAY if at < midnight(day, zone) else day
