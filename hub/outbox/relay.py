"""The doorbell: an RQ job that says which table to look at. It may be lost, doubled or late; the sweep rings again.

Redis gets half a second and no second try, and after a failed ring none is tried for five seconds, so that a hub
whose Redis hangs answers as quickly as ever.
"""

import threading
import time

import structlog
from flask import Flask, current_app
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue

from hub.core import edges
from hub.outbox.names import DRAINS

log = structlog.get_logger(__name__)
QUIET_SECONDS = 5.0
PENDING_MS = 3000
JOB = "hub.outbox.jobs.drain"


class Doorbell:
    """One per process: the connection and the memory of the last failure."""

    def __init__(self, url: str) -> None:
        self.redis = Redis.from_url(
            url, socket_connect_timeout=0.5, socket_timeout=0.5, retry=Retry(NoBackoff(), 0), protocol=2
        )
        self.quiet_until = 0.0
        self.lock = threading.Lock()

    def ring(self, name: str) -> bool:
        """Rings for `name`; True when the bell rang or is ringing already."""
        if time.monotonic() < self.quiet_until:
            return False
        try:
            # One bell at a time is enough: the drain takes the mark away before it looks.
            if self.redis.set(mark(name), 1, nx=True, px=PENDING_MS):
                queue = Queue(DRAINS[name].queue, connection=self.redis, serializer="json")
                queue.enqueue(JOB, name, result_ttl=0, failure_ttl=86400, job_timeout=600)
        except (RedisError, OSError) as error:
            self.quiet_until = time.monotonic() + QUIET_SECONDS
            log.warning("doorbell.silent", drain=name, error=type(error).__name__)
            return False
        return True

    def answer(self, name: str) -> None:
        """Takes the mark away: whatever is committed from now on rings anew."""
        try:
            self.redis.delete(mark(name))
        except (RedisError, OSError):
            self.quiet_until = time.monotonic() + QUIET_SECONDS

    def awake(self) -> bool:
        """Whether Redis answers and takes writes, within a second."""
        try:
            return bool(self.redis.set("hurrah:awake", 1, px=1000))
        except (RedisError, OSError):
            return False


def mark(name: str) -> str:
    """The Redis key that says a bell for `name` is on its way."""
    return f"hurrah:bell:{name}"


def init_app(app: Flask) -> None:
    """Gives this process its doorbell; it connects on the first ring."""
    app.extensions["doorbell"] = Doorbell(app.extensions["settings"].effective_redis_url)


def doorbell() -> Doorbell:
    """This process's doorbell."""
    found: Doorbell = current_app.extensions["doorbell"]
    return found


def bell(name: str) -> None:
    """Rings for `name` once, after the current transaction is committed."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    edges.after_commit(f"bell:{name}", lambda: _ring_in(app, name))


def ring(name: str) -> bool:
    """Rings at once: for sweeps and tests."""
    return doorbell().ring(name)


def _ring_in(app: Flask, name: str) -> None:
    app.extensions["doorbell"].ring(name)
