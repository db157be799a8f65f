"""What this room adds to others: the notice of a winner, where boards and seasons are shown, its uses of segments."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask import url_for

from hub import notices, segments
from hub.core import registry
from hub.notices import Context
from hub.segments import Use
from leaderboard import audiences as _audiences  # noqa: F401 - registers its kind of rule
from leaderboard import desk_queries, seasons
from leaderboard.lines import ordinal


def _won(notice: Any, context: Context) -> str:
    return (
        f"{ordinal(notice.data.get('rank') or 1).capitalize()} place: {context.title or 'a season'} is over!"
    )


notices.kind(
    "season.won", icon="trophy", label="See the standings", celebrate=True, about="I end a season among the first",
    by_default="email", sentence=_won,
)  # fmt: skip


@registry.link("season")
def season_links(ids: Collection[int]) -> registry.Asked:
    """Name and page of seasons that are over."""
    return registry.Asked(
        query=seasons.titles(ids),
        tell=lambda _number, title, slug, own: (title, url_for("leaderboard.season", slug=slug, name=own)),
    )


@registry.link("board")
def board_links(ids: Collection[int]) -> registry.Asked:
    """Name and page of boards."""
    return registry.Asked(
        query=desk_queries.titles(ids),
        tell=lambda _number, name, slug: (name, url_for("leaderboard.board", slug=slug)),
    )


@segments.uses
def of_segments(segment_ids: Collection[int]) -> Mapping[int, Sequence[Use]]:
    """The boards that are for a segment."""
    found: dict[int, list[Use]] = {}
    for board in desk_queries.for_segments(segment_ids):
        use = Use(title=f"the board {board.name}", url=url_for("boards_desk.edit", slug=board.slug))
        found.setdefault(board.segment_id or 0, []).append(use)
    return found
