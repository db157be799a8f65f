"""Many rows in one statement, past the ORM and past SQLAlchemy's row-by-row binding: several times faster.

PostgreSQL takes a batch as arrays (`unnest`); SQLite, where the writing transaction is alone, as one executemany of the
driver. Rows are dicts with the same keys; columns that they leave out get their plain default. Numbers are drawn
before, so that nothing has to be read back.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, Column, Connection, Table
from sqlalchemy.dialects import postgresql

from hub.core.db import Base, UtcDateTime, db, is_sqlite, table_of

Row = Mapping[str, Any]
DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def numbers(model: type[Base], count: int) -> list[int]:
    """So many ids that no row has, ascending; rows of this transaction may be written under them."""
    if count <= 0:
        return []
    name, connection = table_of(model).name, _connection()
    if is_sqlite():
        last = connection.exec_driver_sql(f"SELECT coalesce(max(id), 0) FROM {name}").scalar_one()  # noqa: S608
        return list(range(last + 1, last + 1 + count))
    drawn = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
    return sorted(connection.exec_driver_sql(drawn, (name, count)).scalars())


def put(model: type[Base], rows: Sequence[Row]) -> None:
    """Writes the rows."""
    if rows:
        _insert(table_of(model), rows)


def put_new(model: type[Base], rows: Iterable[Row], *, unique: str) -> list[dict[str, Any]]:
    """Writes those rows whose `unique` nobody has, and gives them with their ids; of two alike the first is meant."""
    wanted: dict[Any, Row] = {}
    for row in rows:
        wanted.setdefault(row[unique], row)
    table = table_of(model)
    if is_sqlite():
        known = _known(table, unique, list(wanted))
        wanted = {value: row for value, row in wanted.items() if value not in known}
    ids = numbers(model, len(wanted))
    full = [{"id": number, **row} for number, row in zip(ids, wanted.values(), strict=True)]
    if not full:
        return []
    if is_sqlite():
        _insert(table, full)
        return full
    fresh = set(_insert(table, full, " ON CONFLICT DO NOTHING RETURNING id"))
    return [row for row in full if row["id"] in fresh]


def change(model: type[Base], rows: Sequence[Row], *, by: str) -> None:
    """Writes the other columns of each row into the row of the table that has its `by`."""
    if not rows:
        return
    table = table_of(model)
    columns = [table.c[name] for name in rows[0]]
    others = [column.name for column in columns if column.name != by]
    if is_sqlite():
        names = ", ".join(f"{name} = ?" for name in others)
        ordered = [*(table.c[name] for name in others), table.c[by]]
        statement = f"UPDATE {table.name} SET {names} WHERE {by} = ?"  # noqa: S608 - names of our own columns
        _connection().exec_driver_sql(statement, _tuples(ordered, rows))
        return
    names = ", ".join(f"{name} = given.{name}" for name in others)
    source, arrays = _arrays(columns, rows)
    statement = (
        f"UPDATE {table.name} SET {names} FROM ({source}) AS given WHERE {table.name}.{by} = given.{by}"  # noqa: S608
    )
    _connection().exec_driver_sql(statement, arrays)


def add_up(model: type[Base], rows: Sequence[Row], *, by: str, sums: Sequence[str]) -> None:
    """Writes the rows; where one with their `by` is there already, adds these columns to it. In the order given."""
    if rows:
        name = table_of(model).name
        added = ", ".join(f"{column} = {name}.{column} + excluded.{column}" for column in sums)
        _insert(table_of(model), rows, f" ON CONFLICT ({by}) DO UPDATE SET {added}")


def _connection() -> Connection:
    """The session's own, after what the session still has to write."""
    db.session.flush()
    return db.session.connection()


def _known(table: Table, unique: str, values: list[Any]) -> set[Any]:
    query = f"SELECT {unique} FROM {table.name} WHERE {unique} IN (SELECT value FROM json_each(?))"  # noqa: S608
    return set(_connection().exec_driver_sql(query, (json.dumps(values),)).scalars())


def _insert(table: Table, rows: Sequence[Row], end: str = "") -> list[Any]:
    plain = {
        column.name: column.default.arg  # type: ignore[attr-defined]
        for column in table.columns
        if column.name not in rows[0] and column.default is not None and column.default.is_scalar
    }
    columns = [table.c[name] for name in (*rows[0], *plain)]
    full = [{**row, **plain} for row in rows] if plain else rows
    names = ", ".join(column.name for column in columns)
    if is_sqlite():
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks}){end}"  # noqa: S608 - our own names
        _connection().exec_driver_sql(statement, _tuples(columns, full))
        return []
    source, arrays = _arrays(columns, full)
    done = _connection().exec_driver_sql(f"INSERT INTO {table.name} ({names}) {source}{end}", arrays)
    return list(done.scalars()) if done.returns_rows else []


def _tuples(columns: Sequence[Column[Any]], rows: Sequence[Row]) -> list[tuple[Any, ...]]:
    """The rows as SQLite's driver takes them: column by column, for one way of writing serves a whole column."""
    return list(
        zip(*(_written(column, [row[column.name] for row in rows]) for column in columns), strict=True)
    )


def _written(column: Column[Any], values: list[Any]) -> list[Any]:
    if isinstance(column.type, UtcDateTime):
        texts = {value: _instant(value) for value in set(values) if value is not None}  # most rows say “now”
        return [texts.get(value) for value in values]
    return [json.dumps(value) for value in values] if _is_json(column) else values


def _instant(value: dt.datetime) -> str:
    """As SQLAlchemy writes it: the same text sorts and compares."""
    if value.tzinfo is None:
        raise ValueError("a naive datetime has no instant; pass an aware one")
    return value.astimezone(dt.UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _arrays(columns: Sequence[Column[Any]], rows: Sequence[Row]) -> tuple[str, tuple[list[Any], ...]]:
    """`SELECT … FROM unnest(…)` over one array a column, and the arrays."""
    kinds = ["text" if _is_json(column) else _kind(column) for column in columns]
    names = ", ".join(column.name for column in columns)
    read = ", ".join(f"{c.name}::jsonb AS {c.name}" if _is_json(c) else c.name for c in columns)
    arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
    write: Callable[[Column[Any]], list[Any]] = lambda column: (  # noqa: E731
        [json.dumps(row[column.name]) for row in rows]
        if _is_json(column)
        else [row[column.name] for row in rows]
    )
    return f"SELECT {read} FROM unnest({arrays}) AS given ({names})", tuple(write(c) for c in columns)  # noqa: S608


def _kind(column: Column[Any]) -> str:
    """Its type without the order that its texts have: an array has none."""
    return column.type.compile(DIALECT).partition(" COLLATE ")[0]


def _is_json(column: Column[Any]) -> bool:
    return isinstance(column.type, JSON)
