"""The scheduler: posts periodic tasks and rings again for whatever the database says was not done.

Any number may run; the one that holds the lease row works, the others watch. With Redis away it drains
the books itself, so that points still arrive.
"""

import datetime as dt
import os
import signal
import socket
import threading
from types import FrameType

import structlog
from flask import Flask
from sqlalchemy.exc import DBAPIError

from hub.core import edges
from hub.core.clock import now
from hub.outbox import actions
from hub.outbox.jobs import drain_here
from hub.outbox.names import DRAINS, PERIODIC
from hub.outbox.relay import doorbell

log = structlog.get_logger(__name__)
LEASE = "scheduler"
LEASE_SECONDS = 10.0
TICK_SECONDS = 1.0
SWEEP_SECONDS = 3.0


class Scheduler:
    """One scheduler process."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.holder = f"{socket.gethostname()}:{os.getpid()}"
        self.stopping = threading.Event()

    def run(self) -> None:
        """Works until told to stop, then gives the lease back."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        while not self.stopping.wait(TICK_SECONDS):
            with self.app.app_context():
                try:
                    self.tick(now())
                except DBAPIError as error:
                    log.warning("scheduler.database", error=str(error.orig)[:200])
        with self.app.app_context(), edges.unit():
            actions.release(LEASE, self.holder)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.stopping.set()

    def tick(self, at: dt.datetime) -> bool:
        """One round; False when another scheduler holds the lease."""
        with edges.unit():
            if not actions.lease(LEASE, self.holder, now=at, seconds=LEASE_SECONDS):
                return False
            for task in PERIODIC.values():
                actions.post_periodic(task.name, seconds=task.seconds, now=at)
        sweep(at)
        return True


def sweep(at: dt.datetime) -> list[str]:
    """Rings for each drain with something due for three seconds; drains the books here when no bell rings."""
    late = []
    for drain in DRAINS.values():
        with edges.reading():
            oldest = drain.oldest(at)
        if oldest is None or oldest > at - dt.timedelta(seconds=SWEEP_SECONDS):
            continue
        late.append(drain.name)
        if not doorbell().ring(drain.name) and drain.queue == "books":
            drain_here(drain.name)
    return late
