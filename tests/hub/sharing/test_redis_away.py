"""Redis refused, hung, full, emptied, back again: visitors are sent on at once, and nothing that was kept is lost."""

import datetime as dt
import os
import signal
import subprocess
import sys

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import func, select

from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.core.settings import ROOT, Settings
from hub.home.hops import everything
from hub.outbox.schedule import Scheduler
from hub.sharing.clicks import stream
from hub.sharing.models import PendingClick
from tests.conftest import KINDS, MakeApp
from tests.faults.test_redis import deaf_server
from tests.hub.members.people import person
from tests.hub.sharing.clicking import counted, differences, follow, linked, sums, written
from tests.hub.sharing.dying import STEPS
from tests.patience import asleep
from tests.servers import free_port
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("somewhere")


@pytest.mark.parametrize("kind", KINDS)
def test_a_refusing_redis_costs_one_statement_and_loses_nothing(make_app: MakeApp, kind: str) -> None:
    app = make_app(kind, REDIS_URL=f"redis://127.0.0.1:{free_port()}")
    ada = person(app)
    code = linked(app, ada)
    first = follow(app, code)
    assert first.status_code == 302
    assert "via=" in first.headers["Location"]
    with statements(app) as seen:
        assert follow(app, code, address="192.0.2.2").status_code == 302
    assert len([line for line in seen if not line.startswith(("BEGIN", "PRAGMA"))]) == 1
    follow(app, code, address="192.0.2.2")
    follow(app, code, agent="curl/8")
    with app.app_context():
        (hop,) = [hop for hop in everything() if hop.name == "sharing.clicks"]
        assert (hop.state, hop.waiting) == ("watch", 4)
    assert written(app) == 4
    assert sums(app) == {"visit": 2, "repeat": 1, "bot": 1}
    assert counted(app, ada) == (2, 2)
    assert differences(app) == []


def test_the_scheduler_writes_where_no_bell_rings(make_app: MakeApp) -> None:
    app = make_app(REDIS_URL=f"redis://127.0.0.1:{free_port()}")
    ada = person(app)
    follow(app, linked(app, ada))
    with app.app_context():
        for _ in range(5):
            Scheduler(app).tick(now() + dt.timedelta(seconds=5))
    assert counted(app, ada) == (1, 1)


def test_a_hung_redis_holds_one_visitor_a_moment_and_the_next_ones_not_at_all(make_app: MakeApp) -> None:
    with deaf_server() as url:
        app = make_app(REDIS_URL=url)
        code = linked(app, person(app))
        with asleep() as waiting:
            assert follow(app, code).status_code == 302
        assert waiting.seconds < 1.2
        with asleep() as waiting:
            for number in range(5):
                assert follow(app, code, address=f"192.0.2.{number}").status_code == 302
        assert waiting.seconds < 0.4
        assert written(app) == 6


def test_a_full_stream_sends_clicks_to_the_database(
    make_app: MakeApp, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()
    code = linked(app, person(app))
    short = stream.SCRIPT.replace(str(stream.FULL), "2")
    monkeypatch.setattr(stream, "SCRIPT", short)
    monkeypatch.setattr(stream, "DIGEST", str(redis.script_load(short)))
    for number in range(4):
        assert follow(app, code, address=f"192.0.2.{number}").status_code == 302
    with app.app_context(), edges.reading():
        assert db.session.scalar(select(func.count()).select_from(PendingClick)) == 2
    assert written(app) == 4
    assert sums(app) == {"visit": 4}


def test_redis_that_comes_back_is_used_again_and_nothing_is_lost(make_app: MakeApp, redis: Redis) -> None:
    app = make_app()
    ada = person(app)
    code = linked(app, ada)
    follow(app, code, address="192.0.2.1")
    redis.replicaof("127.0.0.1", free_port())  # takes no writes
    try:
        follow(app, code, address="192.0.2.2")
    finally:
        redis.replicaof("NO", "ONE")
    app.extensions["clicks"].stream.quiet_until = 0.0
    follow(app, code, address="192.0.2.3")
    assert redis.xlen(stream.STREAM) == 2
    assert written(app) == 3
    assert counted(app, ada) == (3, 3)
    assert differences(app) == []


def test_an_emptied_redis_loses_the_unwritten_alone(app: Flask, redis: Redis) -> None:
    ada = person(app)
    code = linked(app, ada)
    follow(app, code, address="192.0.2.1")
    written(app)
    follow(app, code, address="192.0.2.2")
    redis.flushall()
    follow(app, code, address="192.0.2.3")
    written(app)
    assert counted(app, ada) == (2, 2)
    assert differences(app) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_writer_killed_in_the_middle_of_a_batch_loses_and_doubles_nothing(
    make_app: MakeApp, redis: Redis, kind: str
) -> None:
    app = make_app(kind)
    ada = person(app)
    code = linked(app, ada)
    for number in range(30):
        follow(app, code, address=f"192.0.2.{number % 20}")
    settings: Settings = app.extensions["settings"]
    env = os.environ | {
        "SECRET_KEY": settings.secret_key, "INSTANCE_DIR": str(settings.instance_dir),
        "DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url or "",
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.hub.sharing.dying"]
    died = subprocess.run(command, cwd=ROOT, env=env, timeout=120, check=True, capture_output=True, text=True)
    assert died.stdout.splitlines() == [f"{step}: {-signal.SIGKILL}" for step in STEPS]
    assert redis.xlen(stream.STREAM) == 30
    assert sums(app) == {"visit": 20, "repeat": 10}, "the last one had committed"
    assert written(app) == 30
    assert redis.xlen(stream.STREAM) == 0
    assert sums(app) == {"visit": 20, "repeat": 10}
    assert counted(app, ada) == (20, 20)
    assert differences(app) == []
