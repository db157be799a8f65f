"""The hub that the laws about pages are tried on: planted once, shared, put back by whoever changes it."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from redis import Redis

import wsgi
from hub.core.db import db
from hub.core.servers import PrivateRedis
from hub.core.settings import Settings
from tests.databases import Databases
from tests.rules.house import House, furnish, sign_in
from tests.rules.looking import Looker, window
from tests.rules.pages import EYES
from tests.servers import free_port
from tests.site import Site

SESSION_SECONDS = 600


@pytest.fixture(scope="session")
def furnished(
    databases: Databases, redis_server: PrivateRedis, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """The one hub; `house` is it, ready for requests without tokens."""
    url = databases.new("sqlite")
    given = {
        "INSTANCE_DIR": str(tmp_path_factory.mktemp("house")),
        "DATABASE_URL": url,
        "REDIS_URL": redis_server.url,
    }
    app = wsgi.create_app(Settings.from_env(given))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    house = furnish(app, Path(url.removeprefix("sqlite:///")))
    yield house
    house.close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    databases.forget(url)


@pytest.fixture
def house(furnished: House, redis: "Redis") -> House:
    """A hub with something of everything, and nobody's failed tries counted; forms need no CSRF token."""
    furnished.app.config["WTF_CSRF_ENABLED"] = False
    if time.monotonic() - furnished.signed_in_at > SESSION_SECONDS:
        sign_in(furnished)
        furnished.remember()
    return furnished


@pytest.fixture(scope="module")
def furnished_site(furnished: House) -> Iterator[Site]:
    """The furnished hub behind a port, tokens and all."""
    furnished.app.config["WTF_CSRF_ENABLED"] = True
    port = free_port()
    with Site(furnished.app, f"http://127.0.0.1:{port}", port) as running:
        yield running


@pytest.fixture(scope="module")
def lookers(furnished: House, furnished_site: Site, browser: Browser) -> Iterator[dict[str, Looker]]:
    """A window for each of those who look."""
    with ExitStack() as windows:
        yield {who: windows.enter_context(window(browser, furnished, furnished_site, who)) for who in EYES}
