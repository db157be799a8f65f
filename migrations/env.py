"""How `hurrah db` reaches the database: the app's own engine, the models' own metadata."""

from typing import Any

from alembic import context
from flask import current_app

from hub.core.db import db


def _keep(_object: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    # SQLite cannot tell expression indexes apart from none; the models and the first migration hold them.
    return not (kind == "index" and reflected and compare_to is None and (name or "").startswith("ux_"))


def run() -> None:
    """Applies migrations in one transaction each."""
    engine = db.engine
    options = current_app.extensions["migrate"].configure_args
    with engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=db.metadata, include_object=_keep,
            transaction_per_migration=True, **options,
        )  # fmt: skip
        with context.begin_transaction():
            context.run_migrations()


def offline() -> None:
    """Prints the SQL instead."""
    url = db.engine.url.render_as_string(hide_password=False)
    context.configure(url=url, target_metadata=db.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    offline()
else:
    run()
