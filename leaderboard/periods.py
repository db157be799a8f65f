"""Periods: a week, a month, a quarter, a year, all time; and seasons, which a manager dates. Keys such as 2026-W47,
2026-11, 2026-Q4, 2026, all, 2026-10-01..2026-12-31.

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


SEASON = "season"
"""What a page calls the season that runs. No Period: it isn't there for ever."""
LIKE: dict[str, tuple[str, ...]] = {
    Period.WEEK: ("____-W__",), Period.MONTH: ("____-0_", "____-1_"), Period.QUARTER: ("____-Q_",),
    Period.YEAR: ("____",), Period.ALL: ("all",), SEASON: ("%..%",),
}  # fmt: skip
"""How the keys of each kind look to the database."""


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


def day_of(at: dt.datetime, zone: ZoneInfo) -> dt.date:
    """The hub's day that an instant falls in."""
    return _day(at, zone)


def kind_of(name: str) -> str:
    """Of which kind a key is: a period's value, or `season`."""
    if is_season(name):
        return SEASON
    if name == "all":
        return Period.ALL
    rest = name.partition("-")[2]
    return Period.YEAR if not rest else {"W": Period.WEEK, "Q": Period.QUARTER}.get(rest[0], Period.MONTH)


def is_season(name: str) -> bool:
    """Whether a key is a season's."""
    return ".." in name


def season_key(first: dt.date, last: dt.date) -> str:
    """The key of a season from its first day to its last; both count."""
    return f"{first.isoformat()}..{last.isoformat()}"


def span(name: str, zone: ZoneInfo) -> Span:
    """The instants [since, until) of a key; (None, None) for all time. Refuses what is no key."""
    if name == "all":
        return None, None
    first, after = days(name)
    return midnight(first, zone), midnight(after, zone)


def days(name: str) -> tuple[dt.date, dt.date]:
    """The first day of a key, and the first day after it."""
    if is_season(name):
        opening, _, closing = name.partition("..")
        return dt.date.fromisoformat(opening), dt.date.fromisoformat(closing) + DAY
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


def called(first: dt.date, last: dt.date) -> str:
    """What these days are called: Q3 2026, September 2026, 2026, week 12 of 2026, else the days."""
    for name in names(first)[:4]:
        if days(name) == (first, last + DAY):
            return title(name)
    year = f" {first.year}" if first.year != last.year else ""
    return f"{first.day} {first:%b}{year} to {last.day} {last:%b} {last.year}"


def title(name: str) -> str:
    """What a key is called: March 2026, Q3 2026, 2026, week 12 of 2026, all time."""
    kind, rest = kind_of(name), name.partition("-")[2]
    if kind == SEASON:
        first, after = days(name)
        return called(first, after - DAY)
    if kind == Period.ALL:
        return "all time"
    if kind == Period.WEEK:
        return f"week {int(rest[1:])} of {name[:4]}"
    if kind == Period.MONTH:
        return f"{days(name)[0]:%B %Y}"
    return f"{rest} {name[:4]}".strip()
