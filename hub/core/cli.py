"""`hurrah`: the command line. Exit 0 done, 1 found a problem it was asked to look for, 2 wrong use."""

import importlib
import sys

import click
import structlog
from flask import Flask, current_app
from flask.cli import FlaskGroup, with_appcontext
from sqlalchemy.exc import OperationalError, ProgrammingError

from hub.core import edges, registry
from hub.core.backup import backup, restore
from hub.core.clock import now
from hub.core.refusing import Refused
from hub.core.settings import SettingsError
from hub.core.up import up, web

__all__ = ["Refused", "main"]
log = structlog.get_logger(__name__)


def _create_app() -> Flask:
    # The floor plan knows the rooms; core does not, so it asks for it by name.
    app: Flask = importlib.import_module("wsgi").create_app()
    return app


def main() -> None:
    """Entry point of the console script."""
    group = FlaskGroup(name="hurrah", create_app=_create_app, add_version_option=False, help=__doc__)
    for command in commands:
        group.add_command(command)
    try:
        group.main(prog_name="hurrah", standalone_mode=True)
    except SettingsError as error:
        for problem in error.problems:
            click.echo(f"hurrah: {problem}", err=True)
        sys.exit(2)
    except (OperationalError, ProgrammingError) as error:
        reason = str(error.orig).strip().splitlines()[0]
        click.echo(
            f"hurrah: the database refused: {reason}. Run `hurrah db upgrade`, or see `hurrah doctor`.",
            err=True,
        )
        sys.exit(2)


@click.command()
@with_appcontext
def prove() -> None:
    """Recompute everything that is derived; print differences; exit 1 if there are any."""
    differences = 0
    with current_app.app_context(), edges.reading():
        for name, check in registry.checks.items():
            found = list(check())
            differences += len(found)
            click.echo(f"{'ok' if not found else 'WRONG':6}{name}")
            for line in found:
                click.echo(f"      {line}")
    click.echo("Everything adds up." if not differences else f"{differences} differences.")
    sys.exit(1 if differences else 0)


@click.group()
def seed() -> None:
    """Fill the hub."""


@seed.command("demo")
@with_appcontext
def seed_demo() -> None:
    """The sample programme, members, challenges and history; safe to run twice."""
    with current_app.app_context():
        for _order, name, plant in registry.seeds:
            with edges.unit():
                plant(now=now())
            click.echo(f"seeded {name}", err=True)  # standard output is for the sign-ins
    for line in registry.sign_ins:
        click.echo(line)


# Also hung on the app, so that `flask --app wsgi` shows the same.
commands: tuple[click.Command, ...] = (prove, seed, up, web, backup, restore)
