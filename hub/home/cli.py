"""`hurrah doctor`."""

import sys

import click
from flask.cli import with_appcontext

from hub.home.doctor import Finding, examine

COLOURS = {"ok": "green", "watch": "yellow", "broken": "red", "off": "bright_black"}


@click.command()
@with_appcontext
def doctor() -> None:
    """Say what works, and what to do about what doesn't; exit 1 if something is broken."""
    broken = 0
    for finding in examine():
        _print(finding)
        broken += finding.state == "broken"
    click.echo("Everything that must work does." if not broken else f"{broken} broken.")
    sys.exit(1 if broken else 0)


def _print(finding: Finding) -> None:
    state = click.style(f"{finding.state:7}", fg=COLOURS[finding.state])
    click.echo(f"{state} {finding.name}: {finding.says}")
    if finding.todo:
        click.echo(f"        {finding.todo}")


commands = (doctor,)
