"""The outbox on the health page: what waits, who works, whether the doorbell rings. Redis is asked once, briefly."""

import datetime as dt
from collections.abc import Iterator

from redis.exceptions import RedisError
from rq import Worker

from hub.core import registry
from hub.core.clock import now
from hub.core.registry import Hop, State
from hub.outbox import queries
from hub.outbox.names import DRAINS, QUEUES, Queue
from hub.outbox.relay import doorbell
from hub.outbox.schedule import LEASE

LATE = dt.timedelta(minutes=1)
STUCK = dt.timedelta(minutes=10)
SILENT = dt.timedelta(seconds=90)
DOES = {"books": "points and boards", "post": "mail and calls to the CRM"}


def lateness(oldest_at: dt.datetime | None, at: dt.datetime) -> State:
    """ok below a minute of waiting, broken from ten on."""
    if oldest_at is None or at - oldest_at < LATE:
        return "ok"
    return "watch" if at - oldest_at < STUCK else "broken"


@registry.health("Messages")
def messages() -> Iterator[Hop]:
    """Each queue's messages, then each table that is its own queue."""
    at = now()
    for queue in QUEUES:
        yield _queue(queue, at)
    for drain in DRAINS.values():
        room = drain.name.partition(".")[0]
        if (
            room != "messages" and room not in registry.hops
        ):  # a room that speaks for itself is not spoken for
            yield _drain(drain.name, drain.oldest(at), at)


def _queue(queue: Queue, at: dt.datetime) -> Hop:
    found = queries.queue_state(queue, now=at)
    state = lateness(found.oldest_at, at)
    todo = ""
    if state != "ok":
        todo = f"See whether a worker runs: `hurrah work {queue}`."
    if found.parked:
        state = "watch" if state == "ok" else state
        todo = f"{todo} Read the reasons below, mend the cause, then try the message again.".strip()
    return Hop(
        name=f"messages.{queue}", title=f"Messages for {DOES[queue]}", state=state, todo=todo,
        says=f"{found.waiting:,} waiting, {found.parked:,} set aside" if found.waiting or found.parked else "All done",
        last_success_at=found.last_done_at, waiting=found.waiting, oldest_at=found.oldest_at, set_aside=found.parked,
    )  # fmt: skip


def _drain(name: str, oldest_at: dt.datetime | None, at: dt.datetime) -> Hop:
    room, _, noun = name.partition(".")
    state = lateness(oldest_at, at)
    return Hop(
        name=name, title=f"{room.capitalize()}: {noun.replace('_', ' ')}", state=state, oldest_at=oldest_at,
        says="All done" if oldest_at is None else "Some wait",
        todo="" if state == "ok" else f"See whether a worker runs: `hurrah work {DRAINS[name].queue}`.",
    )  # fmt: skip


@registry.health("Redis and workers")
def doorbell_and_workers() -> Iterator[Hop]:
    """Whether the doorbell rings, and who hears it. With Redis away nobody is asked after."""
    awake = doorbell().awake()
    yield Hop(
        name="redis", title="Redis, the doorbell", state="ok" if awake else "broken",
        says="Answers and takes writes" if awake else "Doesn't answer, or takes no writes",
        todo="" if awake else "Start Redis or mend REDIS_URL. Nothing is lost: the scheduler books points meanwhile, "
        "and mail waits.",
    )  # fmt: skip
    yield from _workers(awake)


def _workers(awake: bool) -> Iterator[Hop]:
    found = alive() if awake else None
    for queue in QUEUES:
        count = None if found is None else found.get(queue, 0)
        yield Hop(
            name=f"workers.{queue}", title=f"Workers for {DOES[queue]}",
            state="ok" if count else "watch" if count is None else "broken",
            says="Not known while Redis is away" if count is None else f"{count} at work" if count else "None at work",
            todo="" if count or count is None else f"Start one: `hurrah work {queue}`.",
        )  # fmt: skip


def alive() -> dict[str, int] | None:
    """How many workers each queue has; None when Redis can't be asked (half a second at most)."""
    counts: dict[str, int] = {}
    try:
        for worker in Worker.all(connection=doorbell().redis):
            if worker.last_heartbeat and now() - worker.last_heartbeat.replace(tzinfo=dt.UTC) < SILENT:
                for name in worker.queue_names():
                    counts[name] = counts.get(name, 0) + 1
    except (RedisError, OSError):
        return None
    return counts


@registry.health("Scheduler")
def scheduler() -> Iterator[Hop]:
    """Whether somebody holds the scheduler's lease."""
    lease = queries.holder(LEASE)
    works = lease is not None and lease.until > now()
    yield Hop(
        name="scheduler", title="Scheduler and sweep", state="ok" if works else "broken",
        says=f"{lease.holder} holds the lease" if lease and works else "Nobody has held the lease "
        + ("lately" if lease else "so far"),
        todo="" if works else "Start it: `hurrah schedule`. Until then no lost ring is repeated.",
        last_success_at=lease.until - dt.timedelta(seconds=10) if lease else None,
    )  # fmt: skip
