"""A fresh database for each test, copied from a template that is made once: a file copy, or CREATE DATABASE."""

import itertools
import shutil
from collections.abc import Callable
from pathlib import Path

import wsgi
from hub.core.db import db
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

    def new(self, kind: str, *, empty: bool = False) -> str:
        """The address of a new database, `sqlite` or `postgresql`; an empty one has no tables."""
        return self._new_file(empty) if kind == "sqlite" else self._new_database(empty)

    def forget(self, url: str) -> None:
        """Removes a database that `new` gave."""
        if url.startswith("sqlite"):
            path = Path(url.removeprefix("sqlite:///"))
            for part in path.parent.glob(f"{path.name}*"):
                part.unlink()
        else:
            self.postgresql().drop(url.rpartition("/")[2])

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
        server = self.postgresql()
        name = f"hurrah_{next(self.count)}"
        if empty:
            return server.create(name)
        if "postgresql" not in self.made:
            create_tables(server.create(TEMPLATE), self.folder)
            self.made.add("postgresql")
        return server.create(name, template=TEMPLATE)


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
