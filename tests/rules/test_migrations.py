"""The law that lets tests take their tables from the models: migrations make the very same ones."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import inspect, text

import wsgi
from hub.core.db import db, is_sqlite
from hub.core.settings import Settings
from tests.conftest import KINDS, MakeApp
from tests.databases import Databases

# What comparing models with tables does not see: triggers, indexes on expressions, the order that texts have.
BESIDE = {
    "sqlite": "select name, sql from sqlite_master where type in ('trigger', 'index') and sql is not null",
    "postgresql": "select tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal "
    "union all select indexname, indexdef from pg_indexes where schemaname = 'public' "
    "and tablename <> 'alembic_version' "
    "union all select table_name || '.' || column_name, collation_name from information_schema.columns "
    "where table_schema = 'public' and collation_name is not null",
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each database."""
    return str(request.param)


@pytest.fixture
def empty(kind: str, databases: Databases) -> Iterator[Flask]:
    """A hub on a database without a single table."""
    url = databases.new(kind, empty=True)
    app = wsgi.create_app(Settings.from_env({"DATABASE_URL": url, "INSTANCE_DIR": str(databases.folder)}))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    databases.forget(url)


def beside() -> dict[str, str]:
    """Name and making of every trigger and index, and of every order that isn't the database's own."""
    with db.engine.connect() as connection:
        found = connection.execute(text(BESIDE["sqlite" if is_sqlite() else "postgresql"]))
        return {name: " ".join(made.split()) for name, made in found}


# SQLite can't reflect an index on an expression; the next test compares those.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection:sqlalchemy.exc.SAWarning")
@pytest.mark.filterwarnings(
    "ignore:autogenerate skipping metadata-specified expression-based index:UserWarning"
)
def test_migrations_make_what_the_models_say(empty: Flask) -> None:
    upgrade()
    check()  # exits with 1 and names what differs


def test_migrations_make_the_same_triggers_indexes_and_orders(
    empty: Flask, kind: str, make_app: MakeApp
) -> None:
    upgrade()
    made = beside()
    assert made
    with make_app(kind).app_context():
        assert beside() == made


def test_migrations_run_twice_and_back(empty: Flask) -> None:
    upgrade()
    upgrade()
    downgrade(revision="base")
    assert [name for name in inspect(db.engine).get_table_names() if name != "alembic_version"] == []
