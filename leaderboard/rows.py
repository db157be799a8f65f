"""How standings reach their tables: few statements for a batch, whatever the batch holds.

PostgreSQL takes a batch as arrays in one statement. SQLite takes an executemany straight to the driver: every
value is an integer or a name, so there is nothing to convert on the way.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select, text

from hub.core.db import db, is_sqlite
from hub.ledger.models import Account
from hub.outbox.actions import insert_ignoring
from leaderboard.models import Score, ScoreBucket, ScoreCount, Share

Histogram = type[ScoreCount] | type[ScoreBucket]
BIGINT = "bigint"
KINDS = {"period": "text", "bracket": "text"}  # whatever else is a bigint
SCORE = ("period", "account_id", "bracket", "member_id", "company_id", "points")
SHARE = ("period", "account_id", "company_id", "points")
SPOT = ("period", "account_id")

# Only names of our own tables and columns are put into these statements; the values are bound.
PUT = """INSERT INTO {table} (board_id, {names}) {rows}
ON CONFLICT (board_id, period, account_id) DO UPDATE SET {changes}"""
ADD = """INSERT INTO {table} (board_id, period, bracket, {value}, members) {rows}
ON CONFLICT (board_id, period, bracket, {value}) DO UPDATE SET members = {table}.members + excluded.members"""
DROP = "DELETE FROM {table} {rows}"
SWEEP = "DELETE FROM {table} {rows} AND members = 0"


def put_scores(board_id: int, rows: Sequence[tuple[str, int, str, int | None, int | None, int]]) -> None:
    """Writes (period, account, bracket, member, company, points), new or changed."""
    _put(Score.__tablename__, SCORE, board_id, rows)


def put_shares(board_id: int, rows: Sequence[tuple[str, int, int, int]]) -> None:
    """Writes (period, account, company, points), new or changed."""
    _put(Share.__tablename__, SHARE, board_id, rows)


def drop(model: type[Score] | type[Share], board_id: int, rows: Sequence[tuple[str, int]]) -> None:
    """Takes (period, account) off the board."""
    table = model.__tablename__
    _run(DROP.format(table=table, rows=_matched(table, SPOT)), SPOT, board_id, rows)


def add_members(model: Histogram, board_id: int, counts: Mapping[tuple[str, str, int], int]) -> None:
    """Adds members to (period, bracket, value), or takes them away where the number is negative."""
    value, table = "points" if model is ScoreCount else "bucket", model.__tablename__
    rows = [(*spot, more) for spot, more in sorted(counts.items()) if more]
    names = ("period", "bracket", value, "members")
    _run(ADD.format(table=table, value=value, rows=_inserted(names)), names, board_id, rows)
    fewer = [row[:3] for row in rows if row[3] < 0]
    _run(SWEEP.format(table=table, rows=_matched(table, names[:3])), names[:3], board_id, fewer)


def company_accounts(company_ids: Collection[int]) -> dict[int, int]:
    """The accounts of these companies, made where missing: company → account."""
    ids = sorted(company_ids)
    query = select(Account.company_id, Account.id).where(Account.company_id.in_(ids))
    known = {company_id: account_id for company_id, account_id in db.session.execute(query) if company_id}
    missing = [{"company_id": company_id} for company_id in ids if company_id not in known]
    if missing:
        db.session.execute(insert_ignoring(Account), missing)
        known = {company_id: account_id for company_id, account_id in db.session.execute(query) if company_id}
    return known


def _put(table: str, names: Sequence[str], board_id: int, rows: Sequence[tuple[Any, ...]]) -> None:
    changes = ", ".join(f"{name} = excluded.{name}" for name in names if name not in SPOT)
    statement = PUT.format(table=table, names=", ".join(names), rows=_inserted(names), changes=changes)
    _run(statement, names, board_id, rows)


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
    return f"unnest({', '.join(f'CAST(:{name} AS {KINDS.get(name, BIGINT)}[])' for name in names)})"


def _run(statement: str, names: Sequence[str], board_id: int, rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    if is_sqlite():
        bound = [{"board_id": board_id, **dict(zip(names, row, strict=True))} for row in rows]
        db.session.connection().exec_driver_sql(statement, bound)
        return
    arrays = dict(zip(names, (list(column) for column in zip(*rows, strict=True)), strict=True))
    db.session.execute(text(statement), {"board_id": board_id, **arrays})
