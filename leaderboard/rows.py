"""How standings reach their tables: few statements for a batch, whatever the batch holds.

PostgreSQL takes a batch as arrays in one statement; SQLite one executemany.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from hub.core.db import db, is_sqlite
from leaderboard.models import ScoreBucket, ScoreCount

Histogram = type[ScoreCount] | type[ScoreBucket]

# Only names of our own tables and columns are put into these statements; the values are bound.
PUT = """INSERT INTO scores (board_id, period, account_id, member_id, points) {rows}
ON CONFLICT (board_id, period, account_id)
DO UPDATE SET points = excluded.points, member_id = excluded.member_id"""
ADD = """INSERT INTO {table} (board_id, period, {value}, members) {rows}
ON CONFLICT (board_id, period, {value}) DO UPDATE SET members = {table}.members + excluded.members"""
DROP = "DELETE FROM scores WHERE board_id = :board_id AND period = :period AND account_id = :account_id"
SWEEP = "DELETE FROM {table} WHERE board_id = :board_id AND period = :period AND {value} = :{value} AND members = 0"


def put_scores(board_id: int, rows: Sequence[tuple[str, int, int, int]]) -> None:
    """Writes (period, account, member, points), new or changed."""
    kinds = {"period": "text", "account_id": "bigint", "member_id": "bigint", "points": "bigint"}
    _many(PUT.format(rows=_rows(kinds)), kinds, board_id, rows)


def drop_scores(board_id: int, rows: Sequence[tuple[int, str]]) -> None:
    """Takes (account, period) off the board."""
    if rows:
        found = [{"board_id": board_id, "account_id": account, "period": period} for account, period in rows]
        db.session.execute(text(DROP), found)


def add_members(model: Histogram, board_id: int, counts: Mapping[tuple[str, int], int]) -> None:
    """Adds members to (period, value), or takes them away where the number is negative."""
    value = "points" if model is ScoreCount else "bucket"
    table = model.__tablename__
    rows = [(period, at, more) for (period, at), more in sorted(counts.items()) if more]
    kinds = {"period": "text", value: "bigint", "members": "bigint"}
    _many(ADD.format(table=table, value=value, rows=_rows(kinds)), kinds, board_id, rows)
    fewer = [{"board_id": board_id, "period": period, value: at} for period, at, more in rows if more < 0]
    if fewer:
        db.session.execute(text(SWEEP.format(table=table, value=value)), fewer)


def _rows(kinds: Mapping[str, str]) -> str:
    if is_sqlite():
        return f"VALUES (:board_id, {', '.join(f':{name}' for name in kinds)})"
    arrays = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in kinds.items())
    return f"SELECT CAST(:board_id AS bigint), made.* FROM unnest({arrays}) AS made"  # noqa: S608


def _many(statement: str, kinds: Mapping[str, str], board_id: int, rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    if is_sqlite():
        bound: Any = [{"board_id": board_id, **dict(zip(kinds, row, strict=True))} for row in rows]
    else:
        columns = zip(*rows, strict=True)
        bound = {"board_id": board_id} | {
            name: list(column) for name, column in zip(kinds, columns, strict=True)
        }
    db.session.execute(text(statement), bound)
