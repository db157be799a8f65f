"""Fixtures of this room."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from hub.core.db import db


@pytest.fixture
def count_statements(app: Flask) -> Iterator[Callable[[Callable[[], object]], int]]:
    """How many statements `app` sends to its database while something is done."""
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)

    def count(do: Callable[[], object]) -> int:
        seen.clear()
        do()
        return len(seen)

    yield count
    event.remove(engine, "before_cursor_execute", note)
