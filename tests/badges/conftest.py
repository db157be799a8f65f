"""What these tests ask for by name."""

from collections.abc import Iterator

import pytest
from flask import Flask

from hub.core.db import db


@pytest.fixture
def here(each_database: Flask) -> Iterator[Flask]:
    """An open context of a hub, on SQLite and then on PostgreSQL."""
    with each_database.app_context():
        yield each_database
        db.session.rollback()
