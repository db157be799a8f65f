"""Hubs for tests, made once and handed on: what a new one costs is compiling routes, templates and statements.

A hub that a test gives back gets an empty database and forgets what it knew. One that a test has changed (one
route more, another table) is not handed on.
"""

import itertools
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask

import wsgi
from hub.core import logs
from hub.core.db import db
from hub.core.settings import Settings
from hub.members.throttle import limiter
from hub.outbox.relay import Doorbell
from hub.sharing.clicks.front import Front
from tests.databases import Databases

MOST_IDLE = 8
Key = tuple[str, frozenset[tuple[str, str]]]


@dataclass(slots=True)
class Hub:
    """An app and how it was when it was new."""

    app: Flask
    key: Key
    url: str
    config: dict[str, Any] = field(default_factory=dict)
    extensions: dict[str, Any] = field(default_factory=dict)
    shape: tuple[object, ...] = ()
    brake: dict[str, Any] = field(
        default_factory=dict
    )  # a process has one, and it counts where the last app said


class Hubs:
    """Makes hubs, each on a database of its own, and takes them back."""

    def __init__(self, databases: Databases, redis_url: str, folder: Path) -> None:
        self.databases, self.redis_url, self.folder = databases, redis_url, folder
        self.count = itertools.count(1)
        self.idle: list[Hub] = []

    def take(self, kind: str, settings: dict[str, str]) -> Hub:
        """A hub that nobody has used since it was new or emptied."""
        key = (kind, frozenset(settings.items()))
        for hub in self.idle:
            if hub.key == key:
                self.idle.remove(hub)
                known = hub.extensions["settings"]
                logs.configure(level=known.log_level, form=known.log_format)
                release(hub)
                return hub
        url = self.databases.new(kind)
        given = {
            "INSTANCE_DIR": str(self.folder / str(next(self.count))),
            "DATABASE_URL": url,
            "REDIS_URL": self.redis_url,
        }
        app = wsgi.create_app(Settings.from_env({**given, **settings}))
        app.config.update(TESTING=True)
        brake = {name: vars(limiter)[name] for name in ("_storage", "_limiter")}
        return Hub(app, key, url, dict(app.config), dict(app.extensions), shape(app), brake)

    def give_back(self, hub: Hub) -> None:
        """Empties it for the next test, or lets it go."""
        with hub.app.app_context():
            db.session.remove()
            db.engine.dispose()
        if shape(hub.app) != hub.shape or not self.databases.renew(hub.url):
            return self._let_go(hub)
        forget(hub)
        self.idle.append(hub)
        if len(self.idle) > MOST_IDLE:
            self._let_go(self.idle.pop(0))
        return None

    def _let_go(self, hub: Hub) -> None:
        self.databases.forget(hub.url)
        shutil.rmtree(hub.app.instance_path, ignore_errors=True)


def shape(app: Flask) -> tuple[object, ...]:
    """What a test may have changed for good."""
    with app.app_context():
        engine = db.engine
    return (
        len(app.url_map._rules),
        tuple(sorted(app.blueprints)),
        tuple(sorted(app.cli.commands)),
        tuple(len(found) for found in (app.before_request_funcs[None], app.after_request_funcs[None])),
        tuple(sorted(str(each) for each in app.error_handler_spec[None])),
        id(app.jinja_env.loader),
        tuple(sorted(app.jinja_env.globals)),
        type(app.wsgi_app),
        vars(app.extensions["migrate"])["directory"],
        "connect" in vars(engine.dialect),
        app.testing,
    )


def release(hub: Hub) -> None:
    """Tries are counted in this hub's Redis again, and none counts that was counted in memory while one was away."""
    vars(limiter).update(hub.brake, _storage_dead=False)
    limiter._fallback_storage.reset()


def forget(hub: Hub) -> None:
    """Takes an app back to what it was before its first request: settings, what it remembers, what it was sent."""
    app = hub.app
    app._got_first_request = False
    app.config.clear()
    app.config.update(hub.config)
    app.extensions.clear()
    app.extensions.update(hub.extensions)
    app.extensions["doorbell"] = Doorbell(hub.extensions["settings"].effective_redis_url)
    front = Front(app, hub.extensions["clicks"].inner)
    app.extensions["clicks"] = front
    app.wsgi_app = front  # type: ignore[method-assign]
    for kept in Path(app.instance_path).iterdir():
        if kept.is_dir():
            shutil.rmtree(kept)
        elif kept.name != "secret_key":
            kept.unlink()
