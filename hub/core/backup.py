"""`hurrah backup FILE` and `hurrah restore FILE`: the whole database in one file, taken while the hub runs.

SQLite is copied by its own online backup, PostgreSQL by pg_dump and pg_restore. Uploads and the secret key are files
of INSTANCE_DIR and are copied by whatever copies files; Redis needs no backup.
"""

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.engine import URL

from hub.core.db import db, is_sqlite
from hub.core.refusing import Refused


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write the whole database to FILE, while the hub runs. Refuses to overwrite."""
    if file.exists():
        raise Refused(f"{file} exists; choose another name, a backup is never overwritten")
    part = file.with_name(f"{file.name}.part")
    if is_sqlite():
        _copy_sqlite(_sqlite_path(), part)
    else:
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={part}", _libpq(db.engine.url))
    part.rename(file)
    click.echo(f"{file}: {file.stat().st_size:,} bytes")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace what is in the database now.")
@with_appcontext
def restore(file: Path, replace: bool) -> None:
    """Put a backup back. Stop the hub first; run `hurrah prove` afterwards."""
    if not replace and _has_members():
        raise Refused("there are members in this database; --replace puts the backup in their place")
    db.session.remove()
    db.engine.dispose()
    if is_sqlite():
        if not file.read_bytes()[:16].startswith(b"SQLite format 3"):
            raise Refused(f"{file} is not a SQLite database")
        _copy_sqlite(file, _sqlite_path())
    else:
        url = _libpq(db.engine.url)
        _run(
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
            f"--dbname={url}",
            str(file),
        )
    click.echo("Restored. Now: hurrah db upgrade && hurrah prove")


def _has_members() -> bool:
    with db.engine.connect() as connection:
        if not db.inspect(connection).has_table("members"):
            return False
        return connection.execute(db.text("SELECT 1 FROM members LIMIT 1")).first() is not None


def _sqlite_path() -> Path:
    return Path(db.engine.url.database or current_app.instance_path)


def _copy_sqlite(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _libpq(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _run(program: str, *arguments: str) -> None:
    if shutil.which(program) is None:
        raise Refused(
            f"{program} is not on PATH; install PostgreSQL's client programs (Debian: postgresql-client)"
        )
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip() or "no reason given").splitlines()[-1]
        raise Refused(f"{program} failed: {reason}")
