"""Boards in words: what periods, numbers and places are called on a page."""

import datetime as dt
from typing import Any

from flask import url_for

from hub.core.words import points as grouped
from leaderboard import periods
from leaderboard.lines import TOP, Mine, Standing, ordinal
from leaderboard.metrics import METRICS
from leaderboard.models import Board
from leaderboard.periods import SEASON, Period

USUAL = (Period.MONTH, Period.QUARTER, Period.WEEK, Period.YEAR, Period.ALL)
"""Which period is shown when none is asked for: the first of these that a board offers."""
LABELS: dict[str, str] = {
    SEASON: "Season", Period.WEEK: "Week", Period.MONTH: "Month", Period.QUARTER: "Quarter", Period.YEAR: "Year",
    Period.ALL: "All time",
}  # fmt: skip
SAYS: dict[str, str] = {
    SEASON: "this season", Period.WEEK: "this week", Period.MONTH: "this month", Period.QUARTER: "this quarter",
    Period.YEAR: "this year", Period.ALL: "of all time",
}  # fmt: skip


def offered(board: Board) -> list[str]:
    """The periods to choose from, the season that runs first."""
    return [*([SEASON] if board.season_key else []), *(p.value for p in Period if p in board.periods)]


def usual(board: Board) -> str | None:
    """The period that is shown when none is asked for; None where a board has neither."""
    choice = offered(board)
    return SEASON if SEASON in choice else next((period.value for period in USUAL if period in choice), None)


def key_of(board: Board, period: str, at: dt.datetime, zone: Any) -> str:
    """The key of a board's period now."""
    return board.season_key or "" if period == SEASON else periods.key(Period(period), at, zone)


def amount(board: Board, number: int) -> str:
    """`1,200 points`, `1 referral`."""
    metric = METRICS.get(board.metric)
    word = (metric.one if number == 1 else metric.many) if metric else ""
    return f"{grouped(number)} {word}".strip()


def best_words(best: Mine | None, *, is_now: bool, board: Board) -> str:
    """My best period of this kind, in a line; nothing where there is none."""
    if best is None:
        return ""
    kind = str(periods.kind_of(best.period))
    if is_now:
        return f"Your best {kind} so far."
    place = f", {ordinal(best.rank)} place" if best.rank <= TOP else ""
    return f"Your best {kind}: {periods.title(best.period)}, {amount(board, best.points)}{place}."


def rows_of(standings: list[Standing], board: Board) -> list[dict[str, Any]]:
    """Standings as templates draw them: with a link to whoever isn't under a pseudonym."""
    metric = METRICS.get(board.metric)
    return [
        {"rank": row.place, "name": row.name, "points": row.points, "initials": row.initials, "company": row.company,
         "handle": row.handle or row.name, "me": row.me, "moved": row.moved,
         "mine": "Yours" if board.kind == "company" else "You",
         "unit": (metric.one if row.points == 1 else metric.many) if metric else "",
         "url": url_for("members.profile", handle=row.handle) if row.handle else None}
        for row in standings
    ]  # fmt: skip
