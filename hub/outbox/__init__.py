"""Messages written with the change that causes them; the database row is the queue, RQ is the doorbell.

`post` writes a message in the current transaction, `bell` rings for a table that is its own queue. Nothing here waits
for Redis: a ring that fails is left to the sweep. It never carries data in a job, only the name of what to drain, and
never promises to run a thing once: handlers are safe to run twice.
"""

from hub.outbox.actions import post, retry
from hub.outbox.names import Drain, Errand, calls, drains, every, handles
from hub.outbox.relay import bell, init_app, ring

__all__ = [
    "Drain",
    "Errand",
    "bell",
    "calls",
    "drains",
    "every",
    "handles",
    "init_app",
    "post",
    "retry",
    "ring",
]
