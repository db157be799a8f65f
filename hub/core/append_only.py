"""What happened is not edited: triggers that refuse UPDATE and DELETE, on SQLite and PostgreSQL.

A table is declared append-only beside its model; the triggers are made with the table, and migrations use
the same statements. A table that would grow for ever may retire whole months: its rows can be deleted once their month
stands in a table of retired months, and not before.
"""

from collections.abc import Callable

from sqlalchemy import DDL, Table, event

from hub.core.db import Base

APPEND_ONLY: list[str] = []

_REFUSE = "EXECUTE FUNCTION refuse_edit()"
_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME USING ERRCODE = '23001'; END $$
"""
_BY_MONTH = """
CREATE OR REPLACE FUNCTION refuse_delete_of_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN IF NOT EXISTS ({retired}) THEN
RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME USING ERRCODE = '23001'; END IF; RETURN OLD; END $$
"""


def append_only(model: type[Base]) -> type[Base]:
    """Class decorator: rows of this table can be inserted and read, nothing else."""
    return _guarded(model, "")


def append_only_by_month(months: str) -> Callable[[type[Base]], type[Base]]:
    """Class decorator: as `append_only`, until the row's `month` stands in the table `months`."""
    return lambda model: _guarded(model, months)


def _guarded(model: type[Base], months: str) -> type[Base]:
    table = model.__table__
    assert isinstance(table, Table)
    APPEND_ONLY.append(table.name)
    for dialect in ("sqlite", "postgresql"):
        for statement in guard(table.name, dialect, months):
            trigger = DDL(statement)  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", trigger.execute_if(dialect=dialect))
    return model


def guard(table: str, dialect: str, months: str = "") -> list[str]:
    """The statements that make `table` append-only. Percent signs are doubled, as DDL() wants them."""
    retired = f"SELECT 1 FROM {months} WHERE month = OLD.month"  # noqa: S608
    if dialect == "sqlite":
        unless = {"UPDATE": "", "DELETE": f"WHEN NOT EXISTS ({retired}) " if months else ""}
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {when}"
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb, when in unless.items()
        ]
    deletes = f"EXECUTE FUNCTION refuse_delete_of_{table}()"
    truncate = f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} {_REFUSE}"
    if not months:
        return [
            _FUNCTION,
            f"CREATE TRIGGER {table}_no_edit BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {_REFUSE}",
            truncate,
        ]
    return [
        _FUNCTION,
        _BY_MONTH.format(table=table, retired=retired),
        f"CREATE TRIGGER {table}_no_edit BEFORE UPDATE ON {table} FOR EACH ROW {_REFUSE}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW {deletes}",
        truncate,
    ]
