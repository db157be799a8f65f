"""A backup is the whole hub in one file; restored, every point is where it was."""

import os
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub.core import edges
from hub.core.backup import backup, restore
from hub.core.db import db
from hub.ledger.models import Entry
from tests.conftest import MakeApp
from tests.faults import books
from tests.servers import programs


def climbed(app: Flask) -> None:
    world = books.found(app)
    books.send(app, books.story(world.codes), "story")


def entries(app: Flask) -> int:
    with app.app_context(), edges.reading():
        return db.session.scalar(select(func.count()).select_from(Entry)) or 0


def test_a_restored_backup_is_the_same_hub(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app()
    climbed(app)
    assert app.test_cli_runner().invoke(backup, [str(tmp_path / "hub.db")]).exit_code == 0
    other = make_app()
    assert entries(other) == 0
    assert other.test_cli_runner().invoke(restore, [str(tmp_path / "hub.db")]).exit_code == 0
    assert books.books(other) == books.books(app)
    assert books.differences(other) == []


def test_a_backup_overwrites_nothing(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app()
    file = tmp_path / "hub.db"
    file.write_text("mine")
    done = app.test_cli_runner().invoke(backup, [str(file)])
    assert done.exit_code == 2
    assert file.read_text() == "mine"


def test_a_hub_with_members_is_replaced_only_on_demand(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app()
    climbed(app)
    file = tmp_path / "hub.db"
    app.test_cli_runner().invoke(backup, [str(file)])
    refused = app.test_cli_runner().invoke(restore, [str(file)])
    assert refused.exit_code == 2
    assert "--replace" in refused.output
    assert app.test_cli_runner().invoke(restore, [str(file), "--replace"]).exit_code == 0
    assert entries(app) > 0


def test_what_is_no_backup_is_refused(make_app: MakeApp, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("milk, bread")
    assert make_app().test_cli_runner().invoke(restore, [str(file)]).exit_code == 2


def test_postgresql_is_dumped_and_restored_by_its_own_programs(
    make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{programs()}{os.pathsep}{os.environ['PATH']}")
    app, other = make_app("postgresql"), make_app("postgresql")
    climbed(app)
    assert app.test_cli_runner().invoke(backup, [str(tmp_path / "hub.dump")]).exit_code == 0
    done = other.test_cli_runner().invoke(restore, [str(tmp_path / "hub.dump")])
    assert done.exit_code == 0, done.output
    assert books.books(other) == books.books(app)
    assert books.differences(other) == []


def test_without_postgresqls_programs_the_command_names_them(
    postgresql_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = postgresql_app.test_cli_runner().invoke(backup, [str(tmp_path / "hub.dump")])
    assert done.exit_code == 2
    assert "postgresql-client" in done.output
