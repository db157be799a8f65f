"""A running fake of each CRM."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from hub.core import outgoing
from tests.hub.crm.outward.fakes import FAKES, Fake
from tests.hub.crm.outward.scene import Outside

Start = Callable[[str], Fake]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a fake CRM of a kind."""
    running: list[Fake] = []

    def run(kind: str) -> Fake:
        running.append(FAKES[kind]())
        return running[-1]

    yield run
    for fake in running:
        fake.close()


@contextmanager
def impatience() -> Iterator[None]:
    """Waits a second for an answer instead of five."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outgoing, "SECONDS", 1.0)
        yield


@pytest.fixture(params=list(FAKES))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def fake(kind: str, start: Start) -> Fake:
    return start(kind)


@pytest.fixture
def outside(app: Flask) -> Outside:
    """A sending hub on SQLite."""
    return Outside(app)


@pytest.fixture
def each_outside(each_database: Flask) -> Outside:
    """A sending hub on each database."""
    return Outside(each_database)
