"""`hurrah connection` and `hurrah replay`."""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import with_appcontext

from hub.core import edges
from hub.core.cli import Refused
from hub.core.clock import now
from hub.core.place import place
from hub.core.progress import Bar
from hub.crm import connections, replay
from hub.crm.adapters import ADAPTERS
from hub.crm.connections import Wrong
from hub.crm.models import IGNORE, KINDS, Connection
from hub.referrals import queries
from hub.referrals.cli import FILE, chosen_programme, give_up
from hub.referrals.ladder import Ladder, UnknownRungError
from hub.referrals.models import Programme
from hub.referrals.programme_file import read as read_programme
from hub.referrals.spreadsheet import BadRow, Row, SheetMap, read_map, rows
from hub.referrals.textfile import TextFileError

SECRET = "HURRAH_SECRET"  # noqa: S105 - the name of the variable
SECRET_STDIN = click.option("--secret-stdin", is_flag=True, help="Read the secret from standard input.")


@click.group("connection")
def connection_group() -> None:
    """Connections to CRMs: who may tell us about deals."""


@connection_group.command("add")
@click.argument("name")
@click.option("--kind", type=click.Choice(KINDS), required=True)
@SECRET_STDIN
@click.option(
    "--map", "stages", multiple=True, metavar="CRM_STAGE=STAGE", help="May be repeated; - moves nothing."
)
@click.option("--account", metavar="ID", help="HubSpot portal, Salesforce organization, Pipedrive user.")
@with_appcontext
@edges.command
def add_command(
    name: str, kind: str, secret_stdin: bool, stages: tuple[str, ...], account: str | None
) -> None:
    """Connect a CRM. Prints the address for its webhooks, and the secret once if it was made here.

    STAGE is a stage of an active programme's ladder, by its name or key. A generic connection without --map understands
    the ladders' own names and keys.
    """
    ladders = [programme.version.ladder for programme in queries.programmes() if _is_active(programme)]
    mapping = _mapping(stages, ladders)
    if kind == "generic" and not stages:
        mapping = {
            word: rung.key for ladder in ladders for rung in ladder.rungs for word in (rung.key, rung.label)
        }
    try:
        connection, plain = connections.connect(
            name, kind, now=now(), secret=_secret(secret_stdin), account=account, stages=mapping
        )
    except Wrong as wrong:
        raise Refused(f"{wrong.field}: {wrong.says}") from None
    _show(connection, plain, was_given=secret_stdin)
    if not mapping:
        click.echo("No stage is mapped yet: stages wait on the connection's page until they are.")


def _is_active(programme: Programme) -> bool:
    return programme.state == "active" and programme.version_id is not None


def _mapping(stages: Sequence[str], ladders: Sequence[Ladder]) -> dict[str, str]:
    """CRM stage → rung. A CRM's stage may have an equals sign in it, so the last one divides."""
    mapping = {}
    for given in stages:
        crm_stage, divided, wanted = given.rpartition("=")
        if not divided or not crm_stage.strip() or not wanted.strip():
            raise Refused(f"--map {given}: write CRM_STAGE=STAGE, as in 'Closed Won=Won'")
        mapping[crm_stage.strip()] = _rung(wanted.strip(), ladders)
    return mapping


def _rung(wanted: str, ladders: Sequence[Ladder]) -> str:
    if wanted == IGNORE:
        return IGNORE
    if not ladders:
        raise Refused(
            "--map: there is no active programme yet; make one with `hurrah programme load FILE.toml`"
        )
    found, error = {}, None
    for ladder in ladders:
        try:
            found[ladder.find(wanted).key] = True
        except UnknownRungError as unknown:
            error = error or unknown
    if not found:
        raise Refused(f"--map: {error}")
    if len(found) > 1:
        raise Refused(
            f"--map: programmes mean different stages by {wanted}; name one of the keys {', '.join(found)}"
        )
    return next(iter(found))


@connection_group.command("rotate")
@click.argument("name")
@SECRET_STDIN
@with_appcontext
@edges.command
def rotate_command(name: str, secret_stdin: bool) -> None:
    """Give a connection a second active secret; the old one works until it is retired."""
    try:
        connection, plain = connections.rotate(name, now=now(), secret=_secret(secret_stdin))
    except Wrong as wrong:
        raise Refused(f"{wrong.field}: {wrong.says}") from None
    _show(connection, plain, was_given=secret_stdin)
    click.echo(f"Both secrets work now. When the CRM uses this one: hurrah connection retire-secret {name}")


@connection_group.command("retire-secret")
@click.argument("name")
@with_appcontext
@edges.command
def retire_command(name: str) -> None:
    """Drop the older of two active secrets."""
    try:
        connections.retire_secret(name, now=now())
    except Wrong as wrong:
        raise Refused(f"{wrong.field}: {wrong.says}") from None
    click.echo(f"Only the newer secret of {name} works now.")


def _secret(from_stdin: bool) -> str | None:
    if not from_stdin:
        return None
    given = sys.stdin.readline().strip()
    if not given:
        raise Refused("--secret-stdin: standard input has no secret on its first line")
    return given


def _show(connection: Connection, plain: str, *, was_given: bool) -> None:
    """The address, and the secret when nobody knows it yet. Salesforce proves itself by the address alone."""
    url = f"{current_app.extensions['settings'].public_url}/webhooks/crm/{connection.name}"
    if ADAPTERS[connection.kind].secret_in_path:
        url = f"{url}/{quote(plain, safe='')}"
    click.echo(f"Webhook address: {url}")
    if not was_given:
        click.echo(f"Secret (shown only now): {plain}")


@click.command("replay")
@click.argument("file", type=FILE)
@click.option("--map", "map_file", type=FILE, required=True, help="Says what the columns mean (TOML).")
@click.option("--to", "address", required=True, metavar="URL", help="The hub, as in http://127.0.0.1:8000.")
@click.option("--connection", required=True, metavar="NAME", help="A connection of kind generic.")
@click.option("--rate", type=click.IntRange(1), metavar="N", help="At most N events a second.")
@click.option(
    "--programme", metavar="SLUG|FILE", help="The oldest active programme when left out; or its TOML file."
)
@click.option("--zone", help="Where a day begins; the hub's own zone when left out.")
@with_appcontext
def replay_command(
    file: Path, map_file: Path, address: str, connection: str, rate: int | None, programme: str | None,
    zone: str | None,
) -> None:  # fmt: skip
    """Send the later stages of a spreadsheet as signed CRM messages to a running hub.

    Goes with `hurrah import referrals --until Submitted`. Sending twice changes nothing. The secret is that of the
    connection in this hub's database; elsewhere set HURRAH_SECRET, and name the programme's file and the hub's zone.
    Exit 1 when the hub didn't accept everything.
    """
    if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
        raise Refused("--to: write the hub's address, as in http://127.0.0.1:8000")
    secret = os.environ.get(SECRET)
    away = secret is not None and programme is not None and programme.endswith(".toml")
    if away and not zone:
        raise Refused("--zone: name the hub's zone, as in Europe/Berlin; it decides when a day begins")
    try:
        sheet_map = read_map(map_file.read_bytes())
        with edges.reading():
            ladder = _ladder(programme)
            here = _zone(zone) if zone else place(fresh=True).zone
            mapped = {} if away else _mapped(connection)
            secret = secret or _own_secret(connection)
        events = _events(file, sheet_map, ladder, here, mapped)
    except TextFileError as error:
        give_up(error)
    _send(events, f"{address.rstrip('/')}/webhooks/crm/{connection}", secret, rate)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Refused(f"--zone: there is no zone called {name}; write it as in Europe/Berlin") from None


def _ladder(programme: str | None) -> Ladder:
    if programme and programme.endswith(".toml"):
        try:
            return read_programme(Path(programme).read_bytes()).ladder
        except OSError as error:
            raise Refused(f"--programme: {programme}: {error.strerror}") from None
    return chosen_programme(programme).version.ladder


def _mapped(name: str) -> dict[str, str]:
    found = connections.find(name)
    if found is None:
        return {}
    return {stage: rung for (_, stage), rung in connections.mappings([found.id]).items()}


def _own_secret(name: str) -> str:
    """The newest active secret of this hub's connection."""
    found = connections.find(name)
    if found is None:
        raise Refused(
            f"there is no connection called {name}; make one: hurrah connection add {name} --kind generic"
        )
    if found.kind != "generic":
        raise Refused(f"{name} is a {found.kind} connection; replay speaks to a generic one")
    return connections.plain_secrets(connections.active(found.id))[-1].value


def _events(
    file: Path, sheet_map: SheetMap, ladder: Ladder, zone: ZoneInfo, mapped: dict[str, str]
) -> list[replay.Told]:
    words = replay.stage_words(ladder, sheet_map, mapped)
    with file.open("rb") as source:
        read = list(rows(source, sheet_map, ladder, zone=zone, now=now()))
    for row in read:
        if isinstance(row, BadRow):
            click.echo(str(row), err=True)
    return replay.told([row for row in read if isinstance(row, Row)], ladder, words)


def _send(events: list[replay.Told], url: str, secret: str, rate: int | None) -> None:
    outcome, post = replay.Outcome(), replay.poster(url)
    most = min(replay.EVENTS_IN_A_MESSAGE, rate or replay.EVENTS_IN_A_MESSAGE)
    began, sent = time.monotonic(), 0
    try:
        with Bar("Sending", len(events)) as bar:
            for message in replay.messages(events, most=most):
                if rate:
                    time.sleep(max(0.0, began + sent / rate - time.monotonic()))
                replay.send(message, secret=secret, post=post, clock=now, outcome=outcome)
                sent += message.events
                bar.advance(message.events)
    except replay.CannotReplay as error:
        raise Refused(f"{error} ({url})") from None
    _report(outcome, sent)


def _report(outcome: replay.Outcome, sent: int) -> None:
    for problem in outcome.problems:
        click.echo(problem, err=True)
    click.echo(f"{sent:>9,}  events sent in {outcome.messages:,} messages")
    click.echo(f"{outcome.kept:>9,}  kept")
    click.echo(f"{outcome.duplicates:>9,}  known already")
    click.echo(f"{outcome.refused + outcome.not_accepted:>9,}  not accepted")
    sys.exit(1 if outcome.refused or outcome.not_accepted else 0)


commands = (connection_group, replay_command)
