"""What the hub keeps of one person, room by room: told to them when they ask, forgotten when they go.

A room says both in its `personal.py`, beside each other, so that a new table is hard to forget in one of them:

    @registry.export("challenges")
    def tell(member_id): yield told(Submission, Submission.member_id == member_id)

    @registry.erasure("challenges")
    def forget(member_id, now): ...

tests/rules/test_personal.py asks that every table with a member in it is told of, or says why not.
"""

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, select

from hub.core import registry
from hub.core.db import Base, db, table_of

Rows = list[dict[str, Any]]


def told(model: type[Base], *where: ColumnElement[bool], without: Collection[str] = ()) -> tuple[str, Rows]:
    """A table's name and those of its rows, oldest first, without some columns: plain values, fit for JSON."""
    table = table_of(model)
    columns = [column for column in table.columns if column.name not in without]
    query = select(*columns).where(*where).order_by(*table.primary_key.columns)
    return table.name, [
        {name: _plain(value) for name, value in row._mapping.items()} for row in db.session.execute(query)
    ]


def everything(member_id: int) -> Iterator[tuple[str, Rows]]:
    """All that all rooms keep of one member, in the order of the rooms."""
    for tell in registry.exports.values():
        for name, rows in tell(member_id):
            yield name, [dict(row) for row in rows]


def forget(member_id: int, now: dt.datetime) -> None:
    """Has each room forget one member, the last room first: each may still look at what those above it know."""
    for erase in reversed(registry.erasures.values()):
        erase(member_id, now)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime | dt.date) else value
