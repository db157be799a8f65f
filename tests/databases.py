"""An empty database for each test: a copied file, or a PostgreSQL database that the last test left, emptied.

Making and dropping one there costs hundreds of files; taking out the few rows of a test costs a few statements.
"""

import functools
import itertools
import shutil
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql

import wsgi
from hub.core.db import Base, db
from hub.core.settings import Settings
from tests.servers import PostgreSql

TEMPLATE = "hurrah_template"


class Databases:
    """Hands out addresses of new databases with all tables; PostgreSQL starts when the first one is asked for."""

    def __init__(self, folder: Path, postgresql: Callable[[], PostgreSql]) -> None:
        self.folder = folder
        self.postgresql = postgresql
        self.count = itertools.count(1)
        self.made: set[str] = set()
        self.copies: dict[str, str] = {}  # those with all tables, and the shape they had when they were new
        self.idle: list[str] = []

    def new(self, kind: str, *, empty: bool = False) -> str:
        """The address of a new database, `sqlite` or `postgresql`; an empty one has no tables."""
        return self._new_file(empty) if kind == "sqlite" else self._new_database(empty)

    def forget(self, url: str) -> None:
        """Removes a database that `new` gave, or empties it for whoever comes next."""
        if url.startswith("sqlite"):
            self._remove(url)
        elif url in self.copies and self.renew(url):
            self.idle.append(url)
        else:
            self.postgresql().drop(url.rpartition("/")[2])

    def renew(self, url: str) -> bool:
        """Empties a database with all tables for whoever comes next; False when its tables are no longer those."""
        if url.startswith("sqlite"):
            self._remove(url)
            shutil.copyfile(self.folder / "template.db", url.removeprefix("sqlite:///"))
            return True
        if shape(url) != self.copies.get(url):
            return False
        empty(url)
        return True

    @staticmethod
    def _remove(url: str) -> None:
        path = Path(url.removeprefix("sqlite:///"))
        for part in path.parent.glob(f"{path.name}*"):
            part.unlink()

    def _new_file(self, empty: bool) -> str:
        copy = self.folder / f"{next(self.count)}.db"
        if empty:
            return f"sqlite:///{copy}"
        template = self.folder / "template.db"
        if "sqlite" not in self.made:
            create_tables(f"sqlite:///{template}", self.folder)
            self.made.add("sqlite")
        shutil.copyfile(template, copy)
        return f"sqlite:///{copy}"

    def _new_database(self, empty: bool) -> str:
        if self.idle and not empty:
            return self.idle.pop()
        server = self.postgresql()
        name = f"hurrah_{next(self.count)}"
        if empty:
            return server.create(name)
        if "postgresql" not in self.made:
            create_tables(server.create(TEMPLATE), self.folder)
            self.made.add("postgresql")
        url = server.create(name, template=TEMPLATE)
        self.copies[url] = shape(url)
        return url


def shape(url: str) -> str:
    """The numbers of all tables, indexes and triggers: a test that made one anew (or restored a backup) shows."""
    with psycopg.connect(url, autocommit=True) as connection:
        (found,) = connection.execute(
            "SELECT md5(string_agg(made, ',' ORDER BY made)) FROM ("
            " SELECT 'r' || oid || relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " UNION ALL SELECT 't' || oid || tgname FROM pg_trigger WHERE NOT tgisinternal) AS found (made)"
        ).fetchone() or ("",)
        return str(found)


def empty(url: str) -> None:
    """Takes every row out of a database and lets its numbers begin at one again, whoever was still at it."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        # Neither the keys between the tables nor the triggers that keep history say no to this.
        connection.execute("SET session_replication_role = replica")
        for (table,) in connection.execute(_full()).fetchall():
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        connection.execute(
            "SELECT setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences"
            " WHERE last_value IS NOT NULL"
        )


@functools.cache
def _full() -> sql.Composed:
    """Asks for the names of the tables that have a row."""
    return sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(name), sql.Identifier(name))
        for name in sorted(Base.metadata.tables)
    )


def create_tables(url: str, folder: Path) -> None:
    """All tables and triggers as the models have them; tests/rules holds the migrations to the same."""
    app = wsgi.create_app(Settings.from_env({"INSTANCE_DIR": str(folder), "DATABASE_URL": url}))
    with app.app_context():
        db.create_all()
        db.session.remove()
        if url.startswith("sqlite"):
            # The copy is of one file: what the write-ahead log still holds has to be in it.
            raw = db.engine.raw_connection()
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
            raw.close()
        db.engine.dispose()
