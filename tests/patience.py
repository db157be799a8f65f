"""How long something was kept waiting by something else: not how busy the machine was.

A limit on the clock on the wall fails on a busy machine that did nothing wrong. What a hung server costs is time spent
asleep: neither on a processor nor in the queue for one.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SCHEDULE = Path("/proc/thread-self/schedstat")


@dataclass
class Waiting:
    """Seconds of wall clock this thread spent asleep between the start and the end of the block."""

    seconds: float = 0.0


def _busy() -> float:
    """Seconds this thread ran or stood in the queue to run (Linux: man 5 proc, schedstat); elsewhere, only ran."""
    if not SCHEDULE.exists():
        return time.thread_time()
    ran, queued = SCHEDULE.read_text().split()[:2]
    return (int(ran) + int(queued)) / 1e9


@contextmanager
def asleep() -> Iterator[Waiting]:
    """Measures how long this thread sleeps inside the block: on a socket, a lock or a pause."""
    waiting = Waiting()
    wall, busy = time.monotonic(), _busy()
    yield waiting
    waiting.seconds = (time.monotonic() - wall) - (_busy() - busy)
