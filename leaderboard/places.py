"""Where people stood when the day began, for the arrows: yesterday's sheets, their first hundred, once a day."""

import datetime as dt

from sqlalchemy import delete, func, insert, select

from badges.queries import levels
from hub.core.db import db, table_of
from leaderboard import brackets, lines, periods
from leaderboard.models import Board, Place, Score
from leaderboard.periods import Period

NOTED = 100


def note(board: Board, *, day: dt.date) -> None:
    """Notes the places on the sheets of the day before `day`, unless that was done. Of two at once, the second finds
    it done: the caller holds the followers' lease."""
    done = select(func.max(Place.noted_on)).where(Place.board_id == board.id)
    if (last := db.session.scalar(done)) is not None and last >= day:
        return
    yesterday = day - periods.DAY
    sheets = {period.value: name for period, name in zip(Period, periods.names(yesterday), strict=True)}
    kept = {kind: name for kind, name in sheets.items() if kind in board.periods}
    if board.starts_on is not None and board.starts_on <= yesterday and board.season_key is not None:
        kept[periods.SEASON] = board.season_key
    db.session.execute(delete(Place).where(Place.board_id == board.id))
    ladder = levels() if board.brackets == "level" else ()
    among = list(brackets.titles(board.brackets, ladder)) or [""]
    rows = [
        row for kind, name in kept.items() for bracket in among for row in _first(board, kind, name, bracket)
    ]
    if rows:
        db.session.execute(insert(table_of(Place)), [{**row, "noted_on": day} for row in rows])


def _first(board: Board, kind: str, name: str, bracket: str) -> list[dict[str, object]]:
    sheet = (Score.board_id == board.id, Score.period == name, Score.bracket == bracket)
    query = select(Score.account_id, Score.points).where(*sheet)
    rows = db.session.execute(query.order_by(Score.points.desc(), Score.account_id).limit(NOTED)).all()
    rank, tied, last, found = 1, 0, None, []
    for account_id, points in rows:
        if last is not None and points != last:
            rank, tied = lines.after(board.ranking, rank, tied), 0
        tied, last = tied + 1, points
        found.append(
            {"board_id": board.id, "period": kind, "account_id": account_id, "bracket": bracket, "rank": rank}
        )
    return found
