"""What machines ask: alive, ready, and the numbers; with Redis hung or refused, quickly."""

from copy import copy
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from hub.core import edges
from hub.core.db import db
from hub.home import readiness
from tests.conftest import MakeApp
from tests.hub.home.deaf import AWAY
from tests.hub.members.people import person
from tests.patience import asleep
from tests.statements import statements

QUICK_SECONDS = 1.5
SCRIPT = "revision = {0!r}\ndown_revision = {1!r}\nbranch_labels = None\ndepends_on = None\n"


def migrations(app: Flask, folder: Path, *revisions: str) -> None:
    """Gives `app` a folder of migrations with this history."""
    (folder / "versions").mkdir(parents=True)
    for before, revision in zip((None, *revisions), revisions, strict=False):
        (folder / "versions" / f"{revision}.py").write_text(SCRIPT.format(revision, before))
    app.extensions["migrate"] = copy(app.extensions["migrate"])
    app.extensions["migrate"].directory = str(folder)


def stamp(app: Flask, revision: str) -> None:
    """Writes where the database is."""
    with app.app_context(), edges.unit():
        db.session.execute(text("DROP TABLE IF EXISTS alembic_version"))
        db.session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        db.session.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})


@pytest.fixture
def ready(app: Flask, tmp_path: Path) -> Flask:
    migrations(app, tmp_path / "m", "one", "two")
    stamp(app, "two")
    return app


def test_alive_asks_nobody(app: Flask) -> None:
    with statements(app) as sent:
        answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.json, sent) == (200, {"status": "ok"}, [])


def test_ready_when_database_and_redis_are(ready: Flask) -> None:
    answer = ready.test_client().get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ready"})


@pytest.mark.parametrize(
    ("revision", "says"),
    [("one", "Migrations are missing"), ("three", "newer than this code"), (None, "never been migrated")],
)
def test_not_ready_while_migrations_differ(
    app: Flask, tmp_path: Path, revision: str | None, says: str
) -> None:
    migrations(app, tmp_path / "m", "one", "two")
    if revision:
        stamp(app, revision)
    else:
        with app.app_context(), edges.unit():
            db.session.execute(text("DROP TABLE IF EXISTS alembic_version"))
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert says in answer.json["reason"]


def test_not_ready_on_postgresql_without_its_migrations(postgresql_app: Flask, tmp_path: Path) -> None:
    migrations(postgresql_app, tmp_path / "m", "one", "two")
    stamp(postgresql_app, "one")
    assert postgresql_app.test_client().get("/readyz").status_code == 503
    stamp(postgresql_app, "two")
    assert postgresql_app.test_client().get("/readyz").status_code == 200


def test_not_ready_without_a_database_and_says_no_address(make_app: MakeApp) -> None:
    app = make_app(DATABASE_URL="postgresql://secret-user:pw@127.0.0.1:1/none")
    client = app.test_client()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "can't be reached" in answer.json["reason"]  # type: ignore[index]
    assert "secret-user" not in answer.text
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("how", AWAY)
def test_without_redis_it_serves_and_says_degraded(make_app: MakeApp, tmp_path: Path, how: str) -> None:
    with AWAY[how]() as url:
        app = make_app(REDIS_URL=url)
        migrations(app, tmp_path / "m", "one")
        stamp(app, "one")
        with asleep() as waiting:
            answer = app.test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["status"] == "degraded"
    assert waiting.seconds < QUICK_SECONDS


def test_the_expected_migrations_are_read_from_this_hubs_own_folder(app: Flask) -> None:
    with app.app_context():
        folder = readiness.migrations_dir()
    assert Path(folder).is_absolute()
    assert Path(folder).name == "migrations"


def test_numbers_for_this_machine_alone_unless_there_is_a_token(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404


@pytest.mark.settings(METRICS_TOKEN="let-me-see-them")
def test_with_a_token_only_its_holder_sees_them(app: Flask) -> None:
    client, far = app.test_client(), {"REMOTE_ADDR": "203.0.113.9"}
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
    good = {"Authorization": "Bearer let-me-see-them"}
    assert client.get("/metrics", headers=good, environ_base=far).status_code == 200


def test_numbers_name_routes_and_never_addresses(app: Flask) -> None:
    person(app, "kim@example.com", "Kim")
    client = app.test_client()
    client.get("/challenges/a-secret-slug")
    client.get("/nowhere/kim@example.com")
    client.open("/healthz", method="BREW")
    body = client.get("/metrics").text
    assert 'route="/challenges/<slug>"' in body
    assert "a-secret-slug" not in body
    assert "kim@example.com" not in body
    assert "BREW" not in body
    for name in ("hurrah_requests_total", "hurrah_request_seconds_bucket", "hurrah_entries_newest 0.0"):
        assert name in body
    assert 'hurrah_waiting{hop="messages.books"}' in body
    assert 'hurrah_hop_state{hop="redis",state="ok"} 1.0' in body
    assert "hurrah_database_up 1.0" in body


def test_without_a_database_the_process_still_gives_its_own_numbers(make_app: MakeApp) -> None:
    app = make_app(DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    assert "hurrah_database_up 0.0" in answer.text
    assert "hurrah_requests_total" in answer.text
