"""What happened is not edited: triggers that refuse UPDATE and DELETE, on SQLite and PostgreSQL.

A table is declared append-only beside its model; the triggers are made with the table, and migrations use
the same statements.
"""

from sqlalchemy import DDL, Table, event

from hub.core.db import Base

APPEND_ONLY: list[str] = []

_REFUSE = "EXECUTE FUNCTION refuse_edit()"
_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME USING ERRCODE = '23001'; END $$
"""


def append_only(model: type[Base]) -> type[Base]:
    """Class decorator: rows of this table can be inserted and read, nothing else."""
    table = model.__table__
    assert isinstance(table, Table)
    APPEND_ONLY.append(table.name)
    for dialect in ("sqlite", "postgresql"):
        for statement in guard(table.name, dialect):
            trigger = DDL(statement)  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", trigger.execute_if(dialect=dialect))
    return model


def guard(table: str, dialect: str) -> list[str]:
    """The statements that make `table` append-only. Percent signs are doubled, as DDL() wants them."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        _FUNCTION,
        f"CREATE TRIGGER {table}_no_edit BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {_REFUSE}",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} {_REFUSE}",
    ]
