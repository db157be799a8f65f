"""How many statements a piece of work costs."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from hub.core.db import db

# What an app looks up again after a few seconds: how many pass is the machine's business, not the page's.
KEPT = ("place", "levels", "approvers", "journeys")
AN_HOUR = 3600.0


def keep_in_mind(app: Flask, *, ahead: float = AN_HOUR) -> None:
    """What the app knows by now stays fresh for a while; what changes is looked up anew all the same."""
    for name in KEPT:
        read_at, *rest = app.extensions.get(name, (0.0,))
        if read_at:
            app.extensions[name] = (time.monotonic() + ahead, *rest)


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Collects every statement that `app` sends to its database meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    keep_in_mind(app)
    try:
        yield seen
    finally:
        keep_in_mind(app, ahead=0.0)
        event.remove(engine, "before_cursor_execute", note)
