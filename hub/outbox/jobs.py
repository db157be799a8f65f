"""What a doorbell does: drain the named table, batch by batch, until nothing is due."""

import datetime as dt
import time
import traceback
from typing import Any

import structlog
from flask import Flask, has_app_context

from hub.core import edges
from hub.core.clock import now
from hub.core.db import is_sqlite
from hub.outbox import actions
from hub.outbox.models import Message
from hub.outbox.names import DRAINS, HANDLERS, QUEUES, Drain, Errand, Queue, drains, every
from hub.outbox.queries import oldest_due
from hub.outbox.relay import doorbell

log = structlog.get_logger(__name__)
BATCH = 100
SQLITE_SECONDS = 0.2
ERRAND_SECONDS = 300
JOB_SECONDS = 60.0
_worker_app: Flask | None = None


def serve(app: Flask) -> None:
    """Tells this worker process which app its jobs run in."""
    global _worker_app
    _worker_app = app


def drain(name: str) -> int:
    """The RQ job. Safe to run twice, at once, and to be killed anywhere."""
    if has_app_context():
        return drain_here(name)
    assert _worker_app is not None, "serve(app) comes before work"
    with _worker_app.app_context():
        return drain_here(name)


def drain_here(name: str) -> int:
    """Drains `name` in the current app; gives way after a minute and rings for the rest."""
    doorbell().answer(name)
    done, started = 0, time.monotonic()
    while count := DRAINS[name].run(now()):
        done += count
        if time.monotonic() - started > JOB_SECONDS:
            doorbell().ring(name)
            break
    return done


def drain_all(limit: int = 1000) -> int:
    """Everything due, in this process: for commands and tests. Stops after `limit` rounds."""
    total = 0
    for _ in range(limit):
        count = sum(drain_here(name) for name in list(DRAINS))
        if not count:
            break
        total += count
    return total


def run_messages(queue: Queue, at: dt.datetime) -> int:
    """One batch of messages: plain handlers together, each in a savepoint; errands one by one."""
    return _run_plain(queue, at) + _run_errand(queue, at)


def _names(kind: type) -> set[str]:
    return {name for name, handler in HANDLERS.items() if isinstance(handler, kind)}


def _run_plain(queue: Queue, at: dt.datetime) -> int:
    errands, started, count = _names(Errand), time.monotonic(), 0
    plain = set(HANDLERS) - errands
    with edges.unit():
        for message in actions.claim(queue, now=at, limit=BATCH, names=plain):
            _try(message, at)
            count += 1
            if is_sqlite() and time.monotonic() - started > SQLITE_SECONDS:
                break
    return count


def _try(message: Message, at: dt.datetime) -> None:
    handler = HANDLERS[message.name]
    assert not isinstance(handler, Errand)
    message_id = message.id
    try:
        with edges.attempt():
            handler.run(**message.args)
            actions.done(message_id, now=at)
    except Exception as error:
        if edges.passing(error):
            raise
        log.exception("message.failed", message=message_id, name=handler.name)
        actions.failed(message_id, traceback.format_exc(limit=-5), now=at)


def _run_errand(queue: Queue, at: dt.datetime) -> int:
    taken = _claim_errand(queue, at)
    if taken is None:
        return 0
    message_id, errand, args, payload = taken
    try:
        result = errand.call(payload)
    except Exception as error:
        log.warning("errand.failed", message=message_id, name=errand.name, error=str(error)[:200])
        with edges.unit():
            wait = getattr(error, "retry_after_seconds", None) or 0
            said = f"{type(error).__name__}: {error}"
            next_at = actions.failed(message_id, said, now=at, at_least_seconds=wait)
            if errand.failed is not None:
                errand.failed(error, next_at, **args)
        return 1
    with edges.unit():
        errand.settle(result, **args)
        actions.done(message_id, now=at)
    return 1


def _claim_errand(queue: Queue, at: dt.datetime) -> tuple[int, Errand, dict[str, Any], Any] | None:
    """Claims one errand for five minutes: a process that dies with it frees it by dying."""
    names = _names(Errand)
    while True:
        with edges.unit():
            found = actions.claim(queue, now=at, limit=1, names=names)
            if not found:
                return None
            message = found[0]
            errand = HANDLERS[message.name]
            assert isinstance(errand, Errand)
            message_id, args = message.id, dict(message.args)
            actions.put_off(message_id, until=at + dt.timedelta(seconds=ERRAND_SECONDS))
            payload = errand.prepare(**args)
            if payload is None:
                actions.done(message_id, now=at)
                continue
        return message_id, errand, args, payload


def _register(queue: Queue) -> None:
    drains(
        Drain(
            name=f"messages.{queue}",
            queue=queue,
            oldest=lambda at: oldest_due(queue, now=at),
            run=lambda at: run_messages(queue, at),
        )
    )


for _queue in QUEUES:
    _register(_queue)


@every(3600, "outbox.forget_done")
def forget_done() -> None:
    """Messages done a week ago are forgotten."""
    actions.forget_done(now=now())
