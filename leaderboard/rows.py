"""How standings reach their tables: few statements for a batch, whatever the batch holds.

PostgreSQL takes a batch as arrays in one statement. SQLite takes an executemany straight to the driver: every
value is an integer or a period's name, so there is nothing to convert on the way.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from hub.core.db import db, is_sqlite
from leaderboard.models import ScoreBucket, ScoreCount

Histogram = type[ScoreCount] | type[ScoreBucket]
KINDS = {"period": "text", "account_id": "bigint", "member_id": "bigint", "points": "bigint", "bucket": "bigint",
         "members": "bigint"}  # fmt: skip

# Only names of our own tables and columns are put into these statements; the values are bound.
PUT = """INSERT INTO scores (board_id, period, account_id, member_id, points) {rows}
ON CONFLICT (board_id, period, account_id)
DO UPDATE SET points = excluded.points, member_id = excluded.member_id"""
ADD = """INSERT INTO {table} (board_id, period, {value}, members) {rows}
ON CONFLICT (board_id, period, {value}) DO UPDATE SET members = {table}.members + excluded.members"""
DROP = "DELETE FROM scores {rows}"
SWEEP = "DELETE FROM {table} {rows} AND members = 0"


def put_scores(board_id: int, rows: Sequence[tuple[str, int, int, int]]) -> None:
    """Writes (period, account, member, points), new or changed."""
    names = ("period", "account_id", "member_id", "points")
    _run(PUT.format(rows=_inserted(names)), names, board_id, rows)


def drop_scores(board_id: int, rows: Sequence[tuple[str, int]]) -> None:
    """Takes (period, account) off the board."""
    names = ("period", "account_id")
    _run(DROP.format(rows=_matched("scores", names)), names, board_id, rows)


def add_members(model: Histogram, board_id: int, counts: Mapping[tuple[str, int], int]) -> None:
    """Adds members to (period, value), or takes them away where the number is negative."""
    value, table = "points" if model is ScoreCount else "bucket", model.__tablename__
    rows = [(period, at, more) for (period, at), more in sorted(counts.items()) if more]
    names = ("period", value, "members")
    _run(ADD.format(table=table, value=value, rows=_inserted(names)), names, board_id, rows)
    fewer = [(period, at) for period, at, more in rows if more < 0]
    _run(SWEEP.format(table=table, rows=_matched(table, names[:2])), names[:2], board_id, fewer)


def _inserted(names: Sequence[str]) -> str:
    if is_sqlite():
        return f"VALUES (:board_id, {', '.join(f':{name}' for name in names)})"
    return f"SELECT CAST(:board_id AS bigint), made.* FROM {_arrays(names)} AS made"  # noqa: S608


def _matched(table: str, names: Sequence[str]) -> str:
    if is_sqlite():
        return "WHERE board_id = :board_id AND " + " AND ".join(f"{name} = :{name}" for name in names)
    same = " AND ".join(f"{table}.{name} = made.{name}" for name in names)
    return f"USING {_arrays(names)} AS made({', '.join(names)}) WHERE {table}.board_id = :board_id AND {same}"


def _arrays(names: Sequence[str]) -> str:
    return f"unnest({', '.join(f'CAST(:{name} AS {KINDS[name]}[])' for name in names)})"


def _run(statement: str, names: Sequence[str], board_id: int, rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    if is_sqlite():
        bound = [{"board_id": board_id, **dict(zip(names, row, strict=True))} for row in rows]
        db.session.connection().exec_driver_sql(statement, bound)
        return
    arrays = dict(zip(names, (list(column) for column in zip(*rows, strict=True)), strict=True))
    db.session.execute(text(statement), {"board_id": board_id, **arrays})
