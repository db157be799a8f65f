"""`hurrah web`: the site behind granian, one process for each core and few threads in each."""

import importlib
import os
from collections.abc import Callable
from typing import Any

import granian
from granian.constants import Interfaces
from granian.log import LogLevels

from hub.core import children
from hub.core.settings import Settings

# A thread that waits for the disk or a lock lets another answer; more of them only fight for the interpreter.
THREADS = 4
STOP_SECONDS = 4
BACKLOG = 1024


def serve(settings: Settings, *, host: str) -> None:
    """Answers on host and PORT until asked to end, then finishes what it began. A dead worker is replaced."""
    children.tie_forks()
    server = granian.Granian(
        "wsgi:app",
        address=host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_concurrency,
        blocking_threads=THREADS,
        backlog=BACKLOG,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=1.0,
        workers_kill_timeout=STOP_SECONDS,
    )
    server.serve(target_loader=_Loader(os.getpid()), wrap_loader=False)


class _Loader:
    """Gives each worker its app; where workers are spawned instead of forked, ties them as well."""

    def __init__(self, parent: int) -> None:
        self.parent = parent

    def __call__(self) -> Callable[..., Any]:
        children.tie_to(self.parent)
        # The floor plan knows the rooms; core does not, so it asks for it by name.
        app: Callable[..., Any] = importlib.import_module("wsgi").app
        return app
