"""`hurrah programme`, `referral`, `import`, `export`: referrals from the command line."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import with_appcontext

from hub import members
from hub.core import edges
from hub.core.cli import Refused
from hub.core.clock import now
from hub.core.files import written_whole
from hub.core.place import place
from hub.core.progress import Bar
from hub.members.names import Refusal as WrongAddress
from hub.members.names import address
from hub.referrals import importing, intake, programmes, queries
from hub.referrals.changes import changes
from hub.referrals.exporting import EXPORTS, write_csv, write_json
from hub.referrals.importing import Summary
from hub.referrals.intake import Contact, Refusal
from hub.referrals.ladder import UnknownRungError
from hub.referrals.models import Programme
from hub.referrals.programme_file import read
from hub.referrals.spreadsheet import BadRow, SheetMap, read_map, survey
from hub.referrals.textfile import TextFileError

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


def give_up(error: TextFileError) -> NoReturn:
    """Every wrong field of a text file, one line each; exit 2."""
    for problem in error.problems:
        click.echo(f"hurrah: {problem}", err=True)
    sys.exit(2)


@click.group("programme")
def programme_group() -> None:
    """Programmes as text files."""


@programme_group.command("load")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@with_appcontext
def load_command(file: Path, dry_run: bool) -> None:
    """Create a programme from a TOML file, or publish a new version of it. Says what changes first."""
    try:
        wanted = read(file.read_bytes())
    except TextFileError as error:
        give_up(error)
    with edges.reading():
        lines = changes(wanted)
    for line in lines:
        click.echo(line)
    if dry_run:
        click.echo("Nothing was changed: this was a dry run.")
        return
    try:
        with edges.unit():
            version = programmes.publish(wanted, by_id=None, now=now())
            said = f"{wanted.name} ({wanted.slug}) is at version {version.number}."
    except Refusal as refusal:
        raise Refused(f"policies.{refusal.field}: {refusal.says}") from None
    click.echo(said)


@click.group("referral")
def referral_group() -> None:
    """Single referrals."""


@referral_group.command("add")
@click.option("--advocate", required=True, metavar="EMAIL", help="The member who refers.")
@click.option("--contact", required=True, metavar="EMAIL", help="Who is referred.")
@click.option("--name", default="", help="The contact's name.")
@click.option("--crm-id", help="The CRM's id for the deal, if there is one already.")
@click.option("--programme", metavar="SLUG", help="The oldest active programme when left out.")
@with_appcontext
@edges.command
def add_command(advocate: str, contact: str, name: str, crm_id: str | None, programme: str | None) -> None:
    """Add one referral; prints its code."""
    found = members.find(advocate)
    if found is None:
        raise Refused(f"no member has the e-mail {advocate}; add them with `hurrah member add` first")
    at = now()
    today = at.astimezone(place().zone).replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        referral = intake.refer(
            found, Contact(name=name, email=address(contact)), programme=intake.default_programme(programme),
            mode="form", now=at, since=today, deal_id=crm_id, source="operator",
        )  # fmt: skip
    except (Refusal, WrongAddress) as refusal:
        raise Refused(str(refusal)) from None
    click.echo(referral.code)


@click.group("import")
def import_group() -> None:
    """Bring in what was kept elsewhere."""


@import_group.command("referrals")
@click.argument("file", type=FILE)
@click.option("--map", "map_file", type=FILE, required=True, help="Says what the columns mean (TOML).")
@click.option("--until", metavar="STAGE", help="Leave the stages after this one to the CRM.")
@click.option("--programme", metavar="SLUG", help="The oldest active programme when left out.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; exit 1 when rows are wrong.")
@with_appcontext
def import_command(
    file: Path, map_file: Path, until: str | None, programme: str | None, dry_run: bool
) -> None:
    """Bring a spreadsheet (CSV) in as referrals with their stage history.

    Rows that are wrong are named on standard error with their line, field and reason; the others go in. Running it
    twice changes nothing, and it may be stopped at any moment and run again.
    """
    try:
        sheet_map = read_map(map_file.read_bytes())
        summary = _import(file, sheet_map, until, programme, dry_run)
    except TextFileError as error:
        give_up(error)
    except UnknownRungError as error:
        raise Refused(f"--until: {error}") from None
    for line in report(summary, dry_run=dry_run):
        click.echo(line)
    # Only a dry run was asked to look for problems.
    sys.exit(1 if dry_run and summary.bad else 0)


def _import(
    file: Path, sheet_map: SheetMap, until: str | None, programme: str | None, dry_run: bool
) -> Summary:
    with edges.reading():
        to = importing.target(chosen_programme(programme), now=now(), until=until)
        zone = place(fresh=True).zone
    with file.open("rb") as source, Bar("Importing", survey(source, sheet_map).lines) as bar:

        def complain(row: BadRow) -> None:
            bar.say(str(row))

        return importing.bring_in(
            source, sheet_map, to, zone=zone, clock=now, dry_run=dry_run, on_bad=complain, on_rows=bar.advance
        )


def chosen_programme(slug: str | None) -> Programme:
    """The programme of this slug, or the oldest active one; refuses when there is none, naming those there are."""
    found = queries.programme_with_version(slug)
    if found is None or found.version_id is None:
        known = ", ".join(programme.slug for programme in queries.programmes())
        raise Refused(
            f"there is no programme called {slug}; there is: {known or 'none'}"
            if slug
            else "there is no active programme; make one with `hurrah programme load FILE.toml`"
        )
    return found


def report(summary: Summary, *, dry_run: bool) -> list[str]:
    """A summary in lines."""
    would = "would be " if dry_run else ""
    lines = [
        f"{summary.read:>9,}  rows read",
        f"{summary.new:>9,}  {would}new",
        f"{summary.moved:>9,}  {would}moved on",
        f"{summary.unchanged:>9,}  unchanged",
        f"{summary.bad:>9,}  wrong, left out",
        f"{summary.nobody_to_credit:>9,}  without an account: kept, nobody to credit",
        f"{summary.points:>9,}  points {would}booked",
    ]
    return [*lines, "Nothing was changed: this was a dry run."] if dry_run else lines


@click.command("export")
@click.argument("what", type=click.Choice(list(EXPORTS)))
@click.option("--csv", "form", flag_value="csv", default="csv", help="A spreadsheet (the default).")
@click.option("--json", "form", flag_value="json", help="One array of objects.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Standard output when left out."
)
@with_appcontext
def export_command(what: str, form: str, output: Path | None) -> None:
    """Write out referrals, ledger entries or members, however many there are."""
    write = write_json if form == "json" else write_csv
    stream = sys.stdout if output is None or str(output) == "-" else None
    try:
        with edges.reading(), nullcontext(stream) if stream else written_whole(output) as out:  # type: ignore[arg-type]
            count = write(EXPORTS[what], out)
    except FileNotFoundError:
        raise Refused(f"there is no folder {output.parent if output else ''} to write to") from None
    except PermissionError as error:
        raise Refused(f"{error.filename}: {error.strerror}") from None
    if stream is None:
        click.echo(f"{count:,} {what} in {output}", err=True)


commands = (programme_group, referral_group, import_group, export_command)
