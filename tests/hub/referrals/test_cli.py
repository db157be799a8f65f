"""`hurrah programme`, `referral`, `import` and `export` as an operator types them."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from hub import members
from hub.core import edges
from hub.core.db import db
from hub.core.settings import ROOT
from hub.referrals.models import Deal, ProgrammeVersion, Referral
from hub.referrals.samples import PIPELINE, PIPELINE_MAP, PROGRAMME
from tests.hub.referrals.imports import NOW, books, everything, sheet, with_programme
from tests.hub.referrals.pipelines import truth_of

SLOWLY = """
import time
import hub.referrals.importing.run as run
from hub.core.cli import main

run.SQLITE_BATCH, put_in = 20, run.put_in

def slowly(*args, **named):
    time.sleep(0.05)
    print("batch", flush=True)
    return put_in(*args, **named)

run.put_in = slowly
main()
"""


def hurrah(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=[str(word) for word in words])


def versions(app: Flask) -> int:
    with app.app_context(), edges.reading():
        return db.session.scalar(select(func.count()).select_from(ProgrammeVersion)) or 0


def test_a_programme_is_made_then_published_anew(app: Flask, tmp_path: Path) -> None:
    dry = hurrah(app, "programme", "load", PROGRAMME, "--dry-run")
    assert dry.exit_code == 0
    assert "New programme Refer a friend (aluv): Submitted 100" in dry.stdout
    assert versions(app) == 0
    assert hurrah(app, "programme", "load", PROGRAMME).exit_code == 0
    again = hurrah(app, "programme", "load", PROGRAMME)
    assert "as the file says already" in again.stdout
    assert versions(app) == 1
    changed = tmp_path / "p.toml"
    text = PROGRAMME.read_text().replace("Meeting = 2000", "Meeting = 2500")
    changed.write_text(text.replace("daily_cap = 10", "daily_cap = 12"))
    dry = hurrah(app, "programme", "load", changed, "--dry-run")
    assert "Meeting goes from 2,000 to 2,500" in dry.stdout
    assert "policies.daily_cap: 10 becomes 12." in dry.stdout
    assert versions(app) == 1
    assert "is at version 2" in hurrah(app, "programme", "load", changed).stdout
    assert versions(app) == 2


def test_every_wrong_field_of_a_programme_is_named(app: Flask, tmp_path: Path) -> None:
    wrong = tmp_path / "p.toml"
    wrong.write_text('name = 3\nslug = "A B"\ncolor = "red"\n[ladder]\nSubmitted = "many"\n')
    found = hurrah(app, "programme", "load", wrong)
    assert found.exit_code == 2
    for field in ("name", "slug", "color", "ladder"):
        assert any(line.startswith(f"hurrah: {field}") for line in found.stderr.splitlines()), field
    assert versions(app) == 0


def test_a_programme_with_an_unknown_owner_is_refused(app: Flask, tmp_path: Path) -> None:
    wrong = tmp_path / "p.toml"
    wrong.write_text(PROGRAMME.read_text().replace("# default_owner", "default_owner"))
    found = hurrah(app, "programme", "load", wrong)
    assert (found.exit_code, versions(app)) == (2, 0)
    assert "default_owner" in found.stderr


def test_a_referral_is_added_and_its_code_printed(app: Flask) -> None:
    with_programme(app)
    with app.app_context(), edges.unit():
        members.add("ada@example.com", name="Ada Marlowe", now=NOW)
    who = ("--advocate", "ada@example.com", "--contact", "Kim@example.com", "--name", "Kim Lo")
    words = ("referral", "add", *who)
    found = hurrah(app, *words, "--crm-id", "D-7")
    assert found.exit_code == 0, found.stderr
    with app.app_context(), edges.reading():
        row = db.session.scalars(select(Referral)).one()
        assert found.stdout.splitlines()[-1] == row.code
        assert (row.contact_email, row.contact_name) == ("kim@example.com", "Kim Lo")
        assert db.session.scalars(select(Deal.deal_id)).all() == ["D-7"]
    assert sum(line[2] for line in books(app)) == 100
    again = hurrah(app, *words)
    assert (again.exit_code, again.stdout) == (2, "")
    assert "introduced this person already" in again.stderr
    assert len(again.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("advocate", "contact", "programme", "says"),
    [
        ("nobody@example.com", "kim@example.com", "aluv", "no member has the e-mail"),
        ("ada@example.com", "kim", "aluv", "is not an e-mail address"),
        ("ada@example.com", "ada@example.com", "aluv", "your own e-mail"),
        ("ada@example.com", "kim@example.com", "other", "no active programme called other"),
    ],
)
def test_a_referral_that_can_not_be_is_refused_in_a_line(
    app: Flask, advocate: str, contact: str, programme: str, says: str
) -> None:
    with_programme(app)
    with app.app_context(), edges.unit():
        members.add("ada@example.com", name="Ada Marlowe", now=NOW)
    found = hurrah(
        app, "referral", "add", "--advocate", advocate, "--contact", contact, "--programme", programme
    )
    assert found.exit_code == 2
    assert says in found.stderr
    assert len(found.stderr.splitlines()) == 1


def test_an_import_reports_and_does_it_once(app: Flask) -> None:
    with_programme(app)
    truth = truth_of(PIPELINE)
    before = everything(app)
    dry = hurrah(app, "import", "referrals", PIPELINE, "--map", PIPELINE_MAP, "--dry-run")
    assert (dry.exit_code, dry.stderr) == (0, "")
    assert everything(app) == before
    assert f"{truth.points:,}  points would be booked" in dry.stdout
    found = hurrah(app, "import", "referrals", PIPELINE, "--map", PIPELINE_MAP)
    assert (found.exit_code, found.stderr) == (0, "")
    assert f"{truth.points:,}  points booked" in found.stdout
    assert sum(line[2] for line in books(app)) == truth.points
    again = hurrah(app, "import", "referrals", PIPELINE, "--map", PIPELINE_MAP, "--programme", "aluv")
    assert f"{truth.stages.total():,}  unchanged" in again.stdout


def test_wrong_rows_go_to_standard_error_and_a_dry_run_fails_on_them(app: Flask, tmp_path: Path) -> None:
    with_programme(app)
    file = tmp_path / "rows.csv"
    file.write_bytes(sheet("A1,R,NB Pro,Oak,Won,1/5/2025,2/6/2025,1", "A2,R,NB Pro,Oak,Won,x,2/6/2025,1"))
    words = ("import", "referrals", file, "--map", PIPELINE_MAP)
    dry = hurrah(app, *words, "--dry-run")
    assert dry.exit_code == 1
    found = hurrah(app, *words)
    assert found.exit_code == 0
    for each in (dry, found):
        assert each.stderr.startswith("line 3: engage_date 'x' is not a date")
    assert "1  new" in found.stdout
    assert "1  wrong, left out" in found.stdout


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        (("--until", "Signed"), "--until: The ladder has no stage “Signed”"),
        (("--programme", "other"), "there is no programme called other; there is: aluv"),
    ],
)
def test_an_import_that_can_not_begin_is_refused(app: Flask, extra: tuple[str, str], says: str) -> None:
    with_programme(app)
    found = hurrah(app, "import", "referrals", PIPELINE, "--map", PIPELINE_MAP, *extra)
    assert found.exit_code == 2
    assert says in found.stderr


def test_an_import_without_a_programme_says_how_to_get_one(app: Flask) -> None:
    found = hurrah(app, "import", "referrals", PIPELINE, "--map", PIPELINE_MAP)
    assert found.exit_code == 2
    assert "hurrah programme load" in found.stderr


def test_a_wrong_map_is_named_field_by_field(app: Flask, tmp_path: Path) -> None:
    with_programme(app)
    wrong = tmp_path / "map.toml"
    wrong.write_text('[columns]\nid = 3\n[dates]\nformats = ["often"]\n')
    found = hurrah(app, "import", "referrals", PIPELINE, "--map", wrong)
    assert found.exit_code == 2
    assert {line.split(":")[1].strip() for line in found.stderr.splitlines()} >= {
        "columns.id",
        "columns.stage",
        "stages",
    }


def test_an_export_goes_to_standard_output_or_to_a_file(app: Flask, tmp_path: Path) -> None:
    with_programme(app)
    hurrah(app, "import", "referrals", PIPELINE, "--map", PIPELINE_MAP)
    said = hurrah(app, "export", "entries")
    assert said.exit_code == 0
    file = tmp_path / "entries.csv"
    kept = hurrah(app, "export", "entries", "--csv", "-o", file)
    assert (kept.exit_code, kept.stdout) == (0, "")
    assert file.read_text() == said.stdout
    rows = json.loads(hurrah(app, "export", "entries", "--json").stdout)
    assert [str(row["id"]) for row in rows] == [row["id"] for row in csv.DictReader(said.stdout.splitlines())]
    lost = hurrah(app, "export", "members", "-o", tmp_path / "nowhere" / "x.csv")
    assert lost.exit_code == 2
    assert "no folder" in lost.stderr


def test_killed_for_good_it_goes_on_where_it_stopped(app: Flask) -> None:
    """A real process, killed -9 while it imports."""
    with_programme(app)
    settings = app.extensions["settings"]
    env = {
        **os.environ, "INSTANCE_DIR": str(settings.instance_dir), "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
    }  # fmt: skip
    child = subprocess.Popen(
        [sys.executable, "-c", SLOWLY, "import", "referrals", str(PIPELINE), "--map", str(PIPELINE_MAP)],
        cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert child.stdout is not None
    for _ in range(4):
        assert child.stdout.readline() == b"batch\n"
    child.kill()
    child.wait()
    child.stdout.close()
    truth = truth_of(PIPELINE)
    with app.app_context(), edges.reading():
        begun = db.session.scalar(select(func.count()).select_from(Referral)) or 0
    assert 60 <= begun < truth.stages.total()
    found = hurrah(app, "import", "referrals", PIPELINE, "--map", PIPELINE_MAP)
    assert f"{truth.stages.total() - begun:,}  new" in found.stdout
    assert sum(line[2] for line in books(app)) == truth.points
