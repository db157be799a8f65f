"""What tests ask for by name. Real Redis, real PostgreSQL, real Chromium: never a stand-in.

app            a hub on SQLite, new for this test            each_database   the same, once on each database
inside         an open app context for tests of actions      work            runs everything that is due
client         a test client without CSRF tokens             site            the hub on a port, CSRF and all
postgresql_app a hub on PostgreSQL, for what only it can do  mailbox         what was mailed (wants MAIL_URL)

`@pytest.mark.settings(MAIL_FROM="hub@example.com")` changes the settings of a test's hub.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from redis import Redis

from hub.core.db import db
from hub.core.servers import PrivateRedis
from hub.core.settings import Settings
from hub.members import passwords
from hub.outbox.jobs import drain_all
from tests.databases import Databases
from tests.hubs import Hub, Hubs
from tests.mailbox import Mailbox
from tests.routes_once import compiled_once
from tests.servers import PostgreSql, find_browser, free_port, postgresql
from tests.site import Site

KINDS = ("sqlite", "postgresql")
MakeApp = Callable[..., Flask]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--data", type=Path, help="a folder of data that is not ours to ship, for tests marked data"
    )


def pytest_xdist_auto_num_workers() -> int:
    """One process more than cores: a good third of the time goes into waiting for browsers, servers and deaths."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "page" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    # A file goes to one process whole: the long ones begin first, or one process ends alone with them.
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -slow[item.path])


@pytest.fixture(scope="session", autouse=True)
def _own_surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads the settings of whoever runs it, and none touches their instance folder."""
    with pytest.MonkeyPatch.context() as patch:
        for field in fields(Settings):
            patch.delenv(field.name.upper(), raising=False)
        patch.setenv("INSTANCE_DIR", str(tmp_path_factory.mktemp("instance")))
        # What a new hub costs is compiling: of addresses and of templates. A process does each once.
        kept = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
        patch.setitem(Flask.jinja_options, "bytecode_cache", kept)
        # A tenth of a second for each password is what guessing should cost, not what signing in for a test should.
        patch.setattr(passwords, "hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        with compiled_once():
            yield


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateRedis]:
    """One Redis for the session."""
    with PrivateRedis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis(redis_server: PrivateRedis) -> Iterator["Redis"]:
    """The session's Redis, emptied."""
    with Redis.from_url(redis_server.url) as client:
        client.flushall()
        yield client


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSql]:
    """One PostgreSQL for the session."""
    with postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """New databases; PostgreSQL starts with the first that is asked for."""
    return Databases(
        tmp_path_factory.mktemp("databases"), lambda: request.getfixturevalue("postgresql_server")
    )


@pytest.fixture(scope="session")
def hubs(databases: Databases, redis_server: PrivateRedis, tmp_path_factory: pytest.TempPathFactory) -> Hubs:
    """Hubs that one test after the other uses."""
    return Hubs(databases, redis_server.url, tmp_path_factory.mktemp("hubs"))


@pytest.fixture
def make_app(request: pytest.FixtureRequest, hubs: Hubs, redis: "Redis") -> Iterator[MakeApp]:
    """Makes hubs, each on a database of its own: make_app("postgresql", LOG_LEVEL="DEBUG")."""
    made: list[Hub] = []
    marked = {
        name: value for mark in request.node.iter_markers("settings") for name, value in mark.kwargs.items()
    }

    def make(kind: str = "sqlite", **settings: str) -> Flask:
        made.append(hubs.take(kind, {**marked, **settings}))
        return made[-1].app

    yield make
    for hub in made:
        hubs.give_back(hub)


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """A hub on SQLite. Open a context yourself, or ask for `inside`."""
    return make_app()


@pytest.fixture(params=KINDS)
def each_database(request: pytest.FixtureRequest, make_app: MakeApp) -> Flask:
    """A hub on SQLite, then one on PostgreSQL."""
    return make_app(request.param)


@pytest.fixture
def postgresql_app(make_app: MakeApp) -> Flask:
    """A hub on PostgreSQL."""
    return make_app("postgresql")


@pytest.fixture
def inside(app: Flask) -> Iterator[Flask]:
    """An open context of `app`. Not together with `client`: requests would share its session and its `g`."""
    with app.app_context():
        yield app
        db.session.rollback()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Sends requests to `app`; forms need no CSRF token."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


@pytest.fixture
def work(app: Flask) -> Callable[[], int]:
    """Runs everything that is due in `app`, as the workers would; gives how many pieces."""

    def run() -> int:
        with app.app_context():
            return drain_all()

    return run


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server that keeps what it gets: make_app(MAIL_URL=mailbox.url)."""
    with Mailbox(free_port()) as box:
        yield box


@pytest.fixture
def site(make_app: MakeApp) -> Iterator[Site]:
    """A hub that answers at `site.url`, with CSRF protection as in production."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with Site(make_app(PORT=str(port), PUBLIC_URL=url), url, port) as running:
        yield running


@pytest.fixture(scope="session")
def base_url() -> None:
    """Pages are named by `site.url`; the plugin's own fixture of this name is deprecated by pytest 9.2."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium of this machine instead of one that Playwright downloads."""
    return {**browser_type_launch_args, "executable_path": str(find_browser())}


@pytest.fixture
def data(request: pytest.FixtureRequest) -> Path:
    """The folder given with --data."""
    folder = request.config.getoption("--data")
    if folder is None or not folder.is_dir():
        pytest.fail("name a folder: make test-data DATA=folder")
    return Path(os.fspath(folder))
