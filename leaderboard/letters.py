"""The mail of this room: to whoever ended a season among the first."""

from collections.abc import Mapping
from typing import Any

from hub import notices
from hub.notices.letters import Letter, Occasion, Reader
from leaderboard import seasons, words
from leaderboard.lines import ordinal


def _sample() -> Mapping[str, Any]:
    return {
        "place": "2nd", "board": "Qualified referrals", "season": "Q3 2026", "amount": "4 referrals",
        "badge": "Season star", "path": "/leaderboard/referrals/seasons/q3-2026",
    }  # fmt: skip


@notices.letter("season.won", samples={"season_won": _sample})
def won(told: Occasion, reader: Reader) -> Letter | None:  # noqa: ARG001
    """Which place, on which board, with how much; and the badge, where there is one."""
    season = seasons.get(told.subject_id)
    if season is None:
        return None
    return Letter(folder="season_won", words={
        "place": ordinal(int(told.data.get("rank") or 1)), "board": season.board.name, "season": season.name,
        "amount": words.amount(season.board, int(told.data.get("points") or 0)), "badge": seasons.badge_name(season),
        "path": f"/leaderboard/{season.board.slug}/seasons/{season.slug}",
    })  # fmt: skip
