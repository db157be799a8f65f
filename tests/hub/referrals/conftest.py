"""Scenes: the sample programme and its cast, on SQLite (`scene`) and once on each database (`each_scene`)."""

import pytest
from flask import Flask

from tests.hub.referrals.scene import Scene


@pytest.fixture
def scene(app: Flask) -> Scene:
    """The cast on SQLite."""
    return Scene(app)


@pytest.fixture
def each_scene(each_database: Flask) -> Scene:
    """The cast on SQLite, then on PostgreSQL."""
    return Scene(each_database)
