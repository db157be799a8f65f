"""`hurrah connection` and `hurrah replay` as an operator types them."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.crm import connections
from hub.crm.adapters.generic import sign
from hub.crm.models import Connection, DeliveryState
from hub.outbox.jobs import drain_all
from hub.referrals.samples import PIPELINE, PIPELINE_MAP, PROGRAMME
from tests.hub.referrals.imports import books, sheet, with_programme
from tests.site import Site

BODY = b'{"data": {"deal_id": "D-1", "stage": "Won"}}'


def hurrah(app: Flask, *words: object, typed: str | None = None, env: dict[str, str] | None = None) -> Result:
    return app.test_cli_runner().invoke(args=[str(word) for word in words], input=typed, env=env)


def secret_in(said: str) -> str:
    (line,) = [line for line in said.splitlines() if line.startswith("Secret")]
    return line.rpartition(": ")[2]


def mapped(app: Flask, name: str) -> dict[str, str]:
    with app.app_context(), edges.reading():
        connection = connections.find(name)
        assert connection is not None
        return {stage: rung for (_, stage), rung in connections.mappings([connection.id]).items()}


def accepted(app: Flask, secret: str, name: str = "own", message_id: str = "m1") -> int:
    headers = {**sign(secret, message_id, BODY, now()), "content-type": "application/json"}
    return app.test_client().post(f"/webhooks/crm/{name}", data=BODY, headers=headers).status_code


def test_a_secret_is_made_shown_once_and_works(app: Flask) -> None:
    with_programme(app)
    found = hurrah(app, "connection", "add", "own", "--kind", "generic")
    assert found.exit_code == 0, found.stderr
    assert "Webhook address: http://127.0.0.1:8000/webhooks/crm/own\n" in found.stdout
    assert accepted(app, secret_in(found.stdout)) == 202
    again = hurrah(app, "connection", "add", "own", "--kind", "generic")
    assert again.exit_code == 2
    assert again.stderr.startswith("hurrah: name: there is a connection called own")


def test_a_given_secret_is_used_and_not_repeated(app: Flask) -> None:
    with_programme(app)
    found = hurrah(
        app, "connection", "add", "own", "--kind", "generic", "--secret-stdin", typed="tell-nobody-1\n"
    )
    assert "tell-nobody-1" not in found.output
    assert accepted(app, "tell-nobody-1") == 202
    empty = hurrah(app, "connection", "add", "two", "--kind", "generic", "--secret-stdin", typed="")
    assert empty.exit_code == 2
    assert "standard input" in empty.stderr


def test_secrets_rotate_with_two_at_once(app: Flask) -> None:
    with_programme(app)
    old = secret_in(hurrah(app, "connection", "add", "own", "--kind", "generic").stdout)
    assert hurrah(app, "connection", "retire-secret", "own").exit_code == 2
    new = secret_in(hurrah(app, "connection", "rotate", "own").stdout)
    assert [accepted(app, old, message_id="a"), accepted(app, new, message_id="b")] == [202, 202]
    assert hurrah(app, "connection", "rotate", "own").exit_code == 2
    assert hurrah(app, "connection", "retire-secret", "own").exit_code == 0
    assert [accepted(app, old, message_id="c"), accepted(app, new, message_id="d")] == [401, 202]
    assert hurrah(app, "connection", "rotate", "nobody").exit_code == 2


def test_salesforce_has_its_secret_in_the_address(app: Flask) -> None:
    with_programme(app)
    missing = hurrah(app, "connection", "add", "sf", "--kind", "salesforce")
    assert missing.exit_code == 2
    assert "account" in missing.stderr
    found = hurrah(app, "connection", "add", "sf", "--kind", "salesforce", "--account", "00D000000000001")
    address = found.stdout.splitlines()[0].removeprefix("Webhook address: ")
    assert address.rpartition("/")[2] == secret_in(found.stdout)
    assert "No stage is mapped yet" in found.stdout


def test_stages_are_mapped_by_name_or_key(app: Flask) -> None:
    with_programme(app)
    maps = ("--map", "Closed Won=Won", "--map", "a=b=opportunity", "--map", "Parked=-")
    assert hurrah(app, "connection", "add", "hs", "--kind", "hubspot", "--account", "1", *maps).exit_code == 0
    assert mapped(app, "hs") == {"Closed Won": "won", "a=b": "opportunity", "Parked": "-"}


def test_a_generic_connection_understands_the_ladders_own_words(app: Flask) -> None:
    with_programme(app)
    hurrah(app, "connection", "add", "own", "--kind", "generic")
    found = mapped(app, "own")
    assert (found["Won"], found["won"], found["Opportunity"]) == ("won", "won", "opportunity")
    hurrah(app, "connection", "add", "two", "--kind", "generic", "--map", "Signed=Won")
    assert mapped(app, "two") == {"Signed": "won"}


@pytest.mark.parametrize(
    ("stage", "says"),
    [
        ("Closed Won=Signed", "The ladder has no stage “Signed”. It has: Submitted"),
        ("Closed Won", "write CRM_STAGE=STAGE"),
        ("=Won", "write CRM_STAGE=STAGE"),
    ],
)
def test_a_wrong_mapping_is_refused_in_a_line_and_nothing_is_made(app: Flask, stage: str, says: str) -> None:
    with_programme(app)
    found = hurrah(app, "connection", "add", "own", "--kind", "generic", "--map", stage)
    assert found.exit_code == 2
    assert says in found.stderr
    assert len(found.stderr.splitlines()) == 1
    with app.app_context(), edges.reading():
        assert db.session.scalars(select(Connection)).all() == []


def test_a_name_that_two_programmes_use_differently_needs_the_key(app: Flask) -> None:
    with_programme(app)
    other = PROGRAMME.read_text().replace('slug = "aluv"', 'slug = "other"')
    with_programme(app, other.replace("Meeting = 2000", 'Meeting = { total = 2000, key = "call" }').encode())
    found = hurrah(app, "connection", "add", "own", "--kind", "generic", "--map", "m=Meeting")
    assert found.exit_code == 2
    assert "name one of the keys meeting, call" in found.stderr
    assert hurrah(app, "connection", "add", "own", "--kind", "generic", "--map", "m=call").exit_code == 0


@pytest.fixture
def ready(site: Site) -> Site:
    """A running hub with the sample's referrals submitted and a connection."""
    with_programme(site.app)
    hurrah(site.app, "import", "referrals", PIPELINE, "--map", PIPELINE_MAP, "--until", "Submitted")
    hurrah(
        site.app, "connection", "add", "own", "--kind", "generic", "--secret-stdin", typed="tell-nobody-1\n"
    )
    return site


def replay(site: Site, *words: object, file: Path = PIPELINE, env: dict[str, str] | None = None) -> Result:
    words = ("--to", site.url, "--connection", "own", *words)
    return hurrah(site.app, "replay", file, "--map", PIPELINE_MAP, *words, env=env)


def test_a_hub_elsewhere_is_reached_with_the_secret_and_the_programmes_file(
    ready: Site, make_app: object
) -> None:
    away: Flask = make_app()  # type: ignore[operator]
    words = ("--programme", PROGRAMME, "--zone", "Europe/Berlin")
    ends = ("--to", ready.url, "--connection", "own")
    env = {"HURRAH_SECRET": "tell-nobody-1"}
    found = hurrah(away, "replay", PIPELINE, "--map", PIPELINE_MAP, *ends, *words, env=env)
    assert found.exit_code == 0, found.output
    unzoned = hurrah(away, "replay", PIPELINE, "--map", PIPELINE_MAP, *ends, *words[:2], env=env)
    assert (unzoned.exit_code, unzoned.stderr.split(":")[1].strip()) == (2, "--zone")
    wrong = hurrah(
        away, "replay", PIPELINE, "--map", PIPELINE_MAP, *ends, *words, env={"HURRAH_SECRET": "no" * 8}
    )
    assert wrong.exit_code == 2
    assert "doesn't believe the signature" in wrong.stderr


def test_a_slow_replay_keeps_to_its_rate(ready: Site, tmp_path: Path) -> None:
    rows = [f"A{n},R,NB Pro,Oak,Engaging,1/{n}/2025,," for n in range(1, 11)]
    file = tmp_path / "rows.csv"
    file.write_bytes(sheet(*rows))
    began = now()
    found = replay(ready, "--rate", "5", file=file)
    assert "10  events sent in 2 messages" in found.stdout
    assert (now() - began).total_seconds() >= 1


def test_a_wrong_row_is_named_and_the_others_are_sent(ready: Site, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(sheet("A1,R,NB Pro,Oak,Engaging,1/5/2025,,", "A2,R,NB Pro,Oak,Engaging,x,,"))
    found = replay(ready, file=file)
    assert found.exit_code == 0
    assert found.stderr.startswith("line 3: engage_date 'x'")
    assert "1  events sent" in found.stdout


def test_the_files_own_words_are_used_where_those_are_mapped(ready: Site) -> None:
    maps = ("--map", "Engaging=Opportunity", "--map", "Won=Won", "--map", "Lost=Lost")
    hurrah(ready.app, "connection", "add", "theirs", "--kind", "generic", *maps)
    found = hurrah(
        ready.app, "replay", PIPELINE, "--map", PIPELINE_MAP, "--to", ready.url, "--connection", "theirs"
    )
    assert found.exit_code == 0
    with ready.app.app_context():
        drain_all()
        with edges.reading():
            assert set(db.session.scalars(select(DeliveryState.crm_stage))) == {"Engaging", "Won", "Lost"}
            assert set(db.session.scalars(select(DeliveryState.state))) == {"done"}
    assert sum(line[2] for line in books(ready.app)) > 1_000_000


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--connection", "nobody"), "there is no connection called nobody"),
        (("--to", "example.com"), "--to: write the hub's address"),
        (("--programme", "nowhere.toml"), "--programme: nowhere.toml: No such file"),
        (("--zone", "Atlantis"), "there is no zone called Atlantis"),
        (("--to", "http://127.0.0.1:8000/x", "--connection", "hs"), "hs is a hubspot connection"),
    ],
)
def test_a_replay_that_can_not_begin_is_refused_in_a_line(
    app: Flask, words: tuple[str, ...], says: str
) -> None:
    with_programme(app)
    hurrah(app, "connection", "add", "own", "--kind", "generic")
    hurrah(app, "connection", "add", "hs", "--kind", "hubspot", "--account", "1")
    given = {"--to": "http://127.0.0.1:9", "--connection": "own"} | dict(
        zip(words[::2], words[1::2], strict=True)
    )
    found = hurrah(
        app, "replay", PIPELINE, "--map", PIPELINE_MAP, *(part for pair in given.items() for part in pair)
    )
    assert found.exit_code == 2
    assert says in found.stderr
