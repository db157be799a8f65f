"""`hurrah work` and `hurrah schedule`: one process kind each."""

import click
from flask import Flask, current_app

from hub.outbox.names import QUEUES, Queue
from hub.outbox.schedule import Scheduler
from hub.outbox.work import work


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


@click.command("work")
@click.argument("queue", type=click.Choice(QUEUES), default="books")
@click.option("--burst", is_flag=True, help="Stop when the queue is empty.")
def work_command(queue: Queue, burst: bool) -> None:
    """Run a worker for one queue: books (points, boards) or post (mail, CRM)."""
    work(_app(), queue, burst=burst)


@click.command("schedule")
def schedule_command() -> None:
    """Run the scheduler: periodic tasks and the sweep. Several may run; one works."""
    Scheduler(_app()).run()


commands = (work_command, schedule_command)
