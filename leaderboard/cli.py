"""`hurrah board`: boards from the command line."""

import click
from flask.cli import AppGroup

from hub.core import edges
from hub.core.cli import Refused
from hub.core.clock import now
from hub.ledger.queries import accounts_count
from leaderboard import actions, jobs, queries

board_group = AppGroup("board", help="Leaderboards.")


@board_group.command("rebuild")
@click.argument("board", required=False)
def rebuild(board: str | None) -> None:
    """Make a board again from the truth, or all of them. Safe at any time; the hub may go on working."""
    with edges.unit():
        actions.ensure(now=now())
        wanted = [found for found in queries.boards() if board in (None, found.slug)]
        total = accounts_count()
    if not wanted:
        raise Refused(f"there is no board {board!r}")
    with click.progressbar(length=total, label="Standings") as bar:
        jobs.rebuild(wanted, bar.update, now=now())


commands = (board_group,)
