"""`hurrah doctor`: a line for each thing, what to do, and an exit code."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from hub.core import edges
from hub.core.clock import now
from hub.core.registry import Hop
from hub.home import doctor
from hub.home.cli import doctor as command
from hub.outbox import actions
from tests.conftest import MakeApp
from tests.hub.home.test_probes import migrations, stamp
from tests.mailbox import Mailbox
from tests.servers import free_port


def run(app: Flask) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(command)
    return result.exit_code, result.output


def test_what_is_broken_is_named_and_ends_with_one(app: Flask, tmp_path: Path) -> None:
    migrations(app, tmp_path / "m", "one", "two")
    stamp(app, "one")
    code, said = run(app)
    assert code == 1
    assert "broken  Database" in said
    assert "hurrah db upgrade" in said
    assert "Redis" not in said  # with the wrong tables no hop can be asked


def test_when_everything_works_it_ends_with_nought(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrations(app, tmp_path / "m", "one")
    stamp(app, "one")
    with app.app_context(), edges.unit():
        actions.lease("scheduler", "host:1", now=now(), seconds=60)
    monkeypatch.setattr("hub.outbox.health.alive", lambda: {"books": 1, "post": 2})
    code, said = run(app)
    assert code == 0, said
    assert "ok      Workers for points and boards: 1 at work" in said
    assert "watch   Mail: goes to the log only" in said
    assert said.endswith("Everything that must work does.\n")


def test_without_a_database_it_says_so_without_the_password(make_app: MakeApp) -> None:
    app = make_app(DATABASE_URL="postgresql://hurrah:s3cret@127.0.0.1:1/hub")
    code, said = run(app)
    assert code == 1
    assert "broken  Database: postgresql+psycopg://hurrah:***@127.0.0.1:1/hub" in said
    assert "s3cret" not in said


@pytest.mark.settings(PUBLIC_URL="http://hub.example.com", SECRET_KEY="x" * 40)
def test_an_address_in_the_open(app: Flask) -> None:
    settings = app.extensions["settings"]
    assert doctor.address(settings).state == "watch"
    assert "PUBLIC_URL=https" in doctor.address(settings).todo


def test_the_mail_server_is_dialled_and_what_is_wrong_has_a_remedy(app: Flask, mailbox: Mailbox) -> None:
    def look(url: str) -> doctor.Finding:
        return doctor.mail(replace(app.extensions["settings"], mail_url=url))

    port = mailbox.url.rpartition(":")[2]
    fine = look(mailbox.url)
    assert (fine.state, fine.says) == (
        "ok",
        f"as hurrah@localhost, through 127.0.0.1:{port}: answers, in the open",
    )
    assert mailbox.messages == []
    closed = look(f"smtp://user:s3cret@127.0.0.1:{free_port()}")
    assert (closed.state, "s3cret" in closed.says) == ("broken", False)
    assert "mend host and port" in closed.todo
    unsealed = look(f"smtps://127.0.0.1:{port}")
    assert (unsealed.state, "doesn't speak TLS" in unsealed.todo) == ("broken", True)
    stranger = look(f"smtp://user:s3cret@127.0.0.1:{port}")
    assert (stranger.state, "user and password" in stranger.todo) == ("broken", True), stranger
    nowhere = look("smtp://mail.invalid:25")
    assert (nowhere.state, "no such host" in nowhere.todo) == ("broken", True), nowhere


def test_a_hop_is_a_line() -> None:
    found = doctor.from_hop(
        Hop(name="x", title="Deliveries", state="watch", says="3 waiting", todo="Map them.")
    )
    assert (found.name, found.state, found.says, found.todo) == (
        "Deliveries",
        "watch",
        "3 waiting",
        "Map them.",
    )
