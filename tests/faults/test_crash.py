"""Processes killed with SIGKILL at each step: afterwards the books are as if nothing had happened."""

import datetime as dt
import signal

import pytest
from flask import Flask
from redis import Redis

from hub.core import edges
from hub.core.clock import now
from hub.core.settings import Settings
from hub.outbox.jobs import drain_all
from hub.outbox.queries import oldest_due
from hub.outbox.schedule import sweep
from tests.conftest import KINDS, MakeApp
from tests.faults import books, dying
from tests.faults.dying import STEPS


def settings_of(app: Flask) -> Settings:
    settings: Settings = app.extensions["settings"]
    return settings


def run(app: Flask, step: str, role: str, request: dying.Request | None = None) -> int | None:
    """A process of this hub that dies at `step`; its exit code."""
    settings = settings_of(app)
    env = {
        "SECRET_KEY": settings.secret_key, "INSTANCE_DIR": str(settings.instance_dir),
        "DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url or "",
    }  # fmt: skip
    return dying.run(step, role, env, request)


def recover(app: Flask) -> None:
    """What the scheduler does seconds later: it rings for what is not done; then the work is done."""
    with app.app_context():
        sweep(now() + dt.timedelta(seconds=10))
        drain_all()


def undisturbed(make_app: MakeApp, kind: str) -> dict[str, object]:
    app = make_app(kind)
    world = books.found(app)
    assert books.send(app, books.story(world.codes), "story") == 202
    with app.app_context():
        drain_all()
    return books.books(app)


@pytest.mark.parametrize("kind", KINDS)
def test_a_worker_killed_at_any_step_loses_and_doubles_nothing(
    make_app: MakeApp, redis: Redis, kind: str
) -> None:
    expected = undisturbed(make_app, kind)
    assert expected["wallets"] == {"ada": (64000, 0, 64000), "linus": (7000, 0, 7000)}
    for step in STEPS:
        redis.flushall()
        app = make_app(kind)
        world = books.found(app)
        assert books.send(app, books.story(world.codes), "story") == 202
        assert run(app, step, "worker") == -signal.SIGKILL, f"the worker outlived {step!r}"
        recover(app)
        assert books.books(app) == expected, step
        assert books.differences(app) == [], step


@pytest.mark.parametrize("kind", KINDS)
def test_a_web_process_killed_before_its_answer_has_kept_the_message(make_app: MakeApp, kind: str) -> None:
    expected = undisturbed(make_app, kind)
    app = make_app(kind)
    world = books.found(app)
    request = books.message(books.story(world.codes), "story")
    assert run(app, "after commit", "web", request) == -signal.SIGKILL
    assert (
        books.send(app, books.story(world.codes), "story") == 202
    )  # the CRM had no answer, so it sends again
    recover(app)
    assert books.books(app) == expected
    assert books.differences(app) == []


def test_nothing_is_left_waiting_after_the_sweep(make_app: MakeApp) -> None:
    app = make_app()
    world = books.found(app)
    books.send(app, books.story(world.codes), "story")
    recover(app)
    with app.app_context(), edges.reading():
        assert oldest_due("books", now=now() + dt.timedelta(hours=2)) is None
