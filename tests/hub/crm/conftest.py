"""Scenes: a hub ready to hear from CRMs, on SQLite (`scene`) and once on each database (`each_scene`)."""

import pytest
from flask import Flask

from tests.hub.crm.scene import Scene


@pytest.fixture
def scene(app: Flask) -> Scene:
    """A hub on SQLite with the sample programme."""
    return Scene(app)


@pytest.fixture
def each_scene(each_database: Flask) -> Scene:
    """The same on SQLite, then on PostgreSQL."""
    return Scene(each_database)
