"""The names that messages, drains and periodic tasks go by. Rooms register; the outbox looks up."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Queue = Literal["books", "post"]
QUEUES: tuple[Queue, ...] = ("books", "post")


@dataclass(frozen=True, kw_only=True)
class Handler:
    """What a message does: one function of its arguments, in the transaction that marks the message done."""

    name: str
    queue: Queue
    run: Callable[..., None]


@dataclass(frozen=True, kw_only=True)
class Errand:
    """A message that calls outside: claim and prepare (committed), call (no transaction), settle (committed).

    `prepare` returns None when there is nothing to do any more. When `call` raises, `failed(error, next_at, …)` may
    note it in the transaction that counts the try; `next_at` is None when that was the last one. An error that carries
    `retry_after_seconds` is not tried again sooner.
    """

    name: str
    prepare: Callable[..., Any]
    call: Callable[[Any], Any]
    settle: Callable[..., None]
    failed: Callable[..., None] | None = None
    queue: Queue = "post"


@dataclass(frozen=True, kw_only=True)
class Drain:
    """A table that is its own queue. `oldest` is the age mark of what waits, `run` does one batch and counts it."""

    name: str
    queue: Queue
    oldest: Callable[[dt.datetime], dt.datetime | None]
    run: Callable[[dt.datetime], int]


@dataclass(frozen=True, kw_only=True)
class Periodic:
    """A message posted every so many seconds, by whichever scheduler gets there first."""

    name: str
    seconds: int


HANDLERS: dict[str, Handler | Errand] = {}
DRAINS: dict[str, Drain] = {}
PERIODIC: dict[str, Periodic] = {}


def handles(name: str, *, queue: Queue = "books") -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Registers the handler of messages called `name`."""

    def keep(run: Callable[..., None]) -> Callable[..., None]:
        HANDLERS[name] = Handler(name=name, queue=queue, run=run)
        return run

    return keep


def calls(errand: Errand) -> Errand:
    """Registers a message that calls outside."""
    HANDLERS[errand.name] = errand
    return errand


def drains(drain: Drain) -> Drain:
    """Registers a table that is its own queue."""
    DRAINS[drain.name] = drain
    return drain


def every(
    seconds: int, name: str, *, queue: Queue = "books"
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Registers a periodic task: a handler without arguments, posted every `seconds`."""

    def keep(run: Callable[..., None]) -> Callable[..., None]:
        PERIODIC[name] = Periodic(name=name, seconds=seconds)
        return handles(name, queue=queue)(run)

    return keep
