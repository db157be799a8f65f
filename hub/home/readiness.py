"""Whether this hub can serve: its database answers, and has the tables this code expects."""

from functools import lru_cache
from pathlib import Path

import structlog
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy.exc import DBAPIError

from hub.core import edges
from hub.home.queries import applied_migrations

log = structlog.get_logger(__name__)


def reason_against() -> str | None:
    """None when ready; else one sentence that says why not, without naming hosts or users."""
    try:
        return behind()
    except DBAPIError as error:
        edges.rollback()
        log.warning("readiness.database_away", error=str(error.orig)[:200])
        return f"The database can't be reached ({type(error).__name__})."


def behind() -> str | None:
    """What is wrong with the migrations; None when the database is where this code is."""
    wanted, current = expected(migrations_dir()), applied_migrations()
    if wanted == current:
        return None
    if not current:
        return "The database has never been migrated: run `hurrah db upgrade`."
    known = {script for script in _known(migrations_dir())}
    if not current <= known:
        return "The database is newer than this code: deploy the version that migrated it."
    return "Migrations are missing: run `hurrah db upgrade`."


def migrations_dir() -> str:
    """Where this code keeps its migrations."""
    return str(Path(current_app.extensions["migrate"].directory))


@lru_cache
def expected(folder: str) -> frozenset[str]:
    """The newest migrations in a folder; read once, for code doesn't change under a running process."""
    return (
        frozenset(ScriptDirectory(folder).get_heads()) if Path(folder, "versions").is_dir() else frozenset()
    )


@lru_cache
def _known(folder: str) -> frozenset[str]:
    return frozenset(script.revision for script in ScriptDirectory(folder).walk_revisions())
