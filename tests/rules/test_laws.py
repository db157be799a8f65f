"""The four laws of the house, each shown to fail on a broken example."""

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import DBAPIError

from hub.core import edges
from hub.core.append_only import APPEND_ONLY
from hub.core.db import Base, db
from tests.rules import laws

APPENDED = {
    "facts": {
        "kind": "a",
        "subject": "b:1",
        "data": {},
        "happened_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    }
}


def test_imports_run_downhill() -> None:
    assert [line for path, text in laws.sources() for line in laws.uphill_imports(str(path), text)] == []


def test_an_uphill_import_is_found() -> None:
    assert laws.uphill_imports("hub/ledger/queries.py", "from hub.referrals import refer\n")
    assert laws.uphill_imports("hub/ledger/queries.py", "from hub import referrals\n")
    assert laws.uphill_imports("hub/outbox/jobs.py", "import leaderboard\n")
    assert laws.uphill_imports("hub/crm/jobs.py", "def f():\n    import json\n")
    assert not laws.uphill_imports("hub/crm/jobs.py", "from hub.referrals import refer\nimport json\n")


def test_only_edges_commit() -> None:
    assert [line for path, text in laws.sources() for line in laws.stray_commits(str(path), text)] == []


def test_a_stray_commit_is_found() -> None:
    assert laws.stray_commits("hub/ledger/actions.py", "db.session.commit()\n")
    assert not laws.stray_commits("hub/core/edges.py", "db.session.commit()\n")


def test_sql_stays_home() -> None:
    assert [line for path, text in laws.sources() for line in laws.stray_sql(str(path), text)] == []


def test_sql_in_a_view_is_found() -> None:
    assert laws.stray_sql("hub/crm/views.py", "db.session.execute(1)\n")
    assert laws.stray_sql("hub/members/views/profile.py", "db.session.get(1)\n")
    assert not laws.stray_sql("hub/crm/states.py", "db.session.execute(1)\n")


def test_what_happened_is_declared_append_only(app: Flask) -> None:
    assert {"entries", "facts", "stage_events", "deliveries", "programme_versions", "clawbacks"} <= set(
        APPEND_ONLY
    )


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_what_happened_cannot_be_edited(each_database: Flask, verb: str) -> None:
    with each_database.app_context():
        for name, row in APPENDED.items():
            table = Base.metadata.tables[name]
            with edges.unit():
                db.session.execute(insert(table).values(**row))
            change = update(table).values(kind="other") if verb == "update" else delete(table)
            with pytest.raises(DBAPIError, match="append-only"), edges.unit():
                db.session.execute(change)


def test_every_append_only_table_has_its_guard(each_database: Flask) -> None:
    with each_database.app_context(), edges.reading():
        if db.engine.dialect.name == "sqlite":
            rows = db.session.execute(db.text("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'"))
            expected = 2
        else:
            rows = db.session.execute(
                db.text(
                    "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT tgisinternal"
                )
            )
            expected = 2
        guarded = [name for (name,) in rows]
    assert {name for name in APPEND_ONLY if guarded.count(name) < expected} == set()


def test_a_reading_request_cannot_write(each_database: Flask) -> None:
    with each_database.app_context(), pytest.raises(DBAPIError), edges.reading():
        db.session.execute(insert(Base.metadata.tables["facts"]).values(**APPENDED["facts"]))
