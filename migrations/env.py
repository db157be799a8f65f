"""How `hurrah db` reaches the database: the app's own engine, the models' own metadata."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Column

from hub.core.db import db


def _by_expression() -> set[str]:
    """Indexes over expressions (lower(email), points DESC): SQLite's reflection can't tell what they are over."""
    return {
        str(index.name)
        for table in db.metadata.tables.values()
        for index in table.indexes
        if any(not isinstance(part, Column) for part in index.expressions)
    }


def _keep(_object: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    return not (kind == "index" and db.engine.dialect.name == "sqlite" and name in _by_expression())


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
