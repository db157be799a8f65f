"""The database: typed base, column types, and how a transaction begins.

On SQLite a reading transaction starts with BEGIN and may not write; everything else starts with BEGIN IMMEDIATE,
so that two writers queue instead of failing half-way. On PostgreSQL a reading transaction is READ ONLY.
"""

import datetime as dt
from contextvars import ContextVar
from typing import Annotated, Any, Literal

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, mapped_column, registry
from sqlalchemy.types import TypeDecorator

Mode = Literal["read", "write"]
mode: ContextVar[Mode] = ContextVar("transaction_mode", default="write")

CONNECT_SECONDS = 3  # a database that is hung, not refused, must not hold /readyz or a webhook for minutes
NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An instant: aware in Python on both databases, kept in UTC; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime has no instant; pass an aware one")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: dt.datetime | None, _dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


Json = JSON().with_variant(JSONB(), "postgresql")
# Text in the order of its bytes, as SQLite keeps it: in a language “a:3;” may come before “a:3:b”.
Bytewise = String().with_variant(String(collation="C"), "postgresql")
BigId = BigInteger().with_variant(Integer, "sqlite")
Id = Annotated[int, mapped_column(BigId, primary_key=True, autoincrement=True)]


class Base(DeclarativeBase):
    """The base of every table. Tables are named in the plural, by hand."""

    metadata = MetaData(naming_convention=NAMING)
    registry = registry(
        metadata=metadata,
        type_annotation_map={
            dt.datetime: UtcDateTime(),
            int: BigInteger(),
            dict[str, Any]: Json,
            list[Any]: Json,
        },
    )


db = SQLAlchemy(model_class=Base)


def table_of(model: type[Base]) -> Table:
    """The table behind a model. Many rows go in several times faster past the ORM than through it."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


def init_app(app: Flask, url: str, *, statement_timeout_seconds: int = 30) -> None:
    """Connects the app to its database and installs the transaction rules."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    options: dict[str, Any] = {"pool_pre_ping": not url.startswith("sqlite")}
    if url.startswith("postgresql"):
        limit = statement_timeout_seconds * 1000
        options["connect_args"] = {
            "connect_timeout": CONNECT_SECONDS,
            "options": f"-c statement_timeout={limit} -c lock_timeout={limit}",
        }
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        _install_rules(db.engine)


def _install_rules(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, below
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    raw = connection.connection.driver_connection
    assert raw is not None
    reading = mode.get() == "read"
    raw.execute(f"PRAGMA query_only={int(reading)}").close()
    raw.execute("BEGIN" if reading else "BEGIN IMMEDIATE").close()


def _begin_postgresql(connection: Connection) -> None:
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.read_only = mode.get() == "read"  # psycopg writes it into its BEGIN: no extra round trip


def begins(column: InstrumentedAttribute[str], start: str) -> ColumnElement[bool]:
    """Whether the column begins with this text: a range of its index, on both databases.

    Refuses a column that isn't Bytewise: what lies between two texts depends on the language otherwise.
    """
    if column.type is not Bytewise:
        raise ValueError(f"{column} isn't kept in the order of its bytes")
    return and_(column >= start, column < start[:-1] + chr(ord(start[-1]) + 1))


def is_sqlite() -> bool:
    """Whether this hub keeps its books in SQLite."""
    return db.engine.dialect.name == "sqlite"
