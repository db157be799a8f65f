"""Redis refused, hung, read-only, emptied, restarted: webhooks answer at once, nothing is lost, all is booked."""

import datetime as dt
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from redis import Redis

from hub.core import edges
from hub.core.clock import now
from hub.outbox import actions
from hub.outbox.jobs import drain_all
from hub.outbox.schedule import Scheduler
from hub.outbox.work import work
from tests.conftest import MakeApp
from tests.faults import books
from tests.patience import asleep
from tests.servers import free_port

SECOND = 1.0


@contextmanager
def deaf_server() -> Iterator[str]:
    """Accepts connections and never says a word."""
    listener = socket.create_server(("127.0.0.1", free_port()))
    kept: list[socket.socket] = []
    stopping = threading.Event()

    def accept() -> None:
        listener.settimeout(0.1)
        while not stopping.is_set():
            try:
                kept.append(listener.accept()[0])
            except TimeoutError:
                continue

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stopping.set()
        thread.join(2)
        for connection in kept:
            connection.close()
        listener.close()


def answered_at_once(app: Flask, codes: list[str]) -> None:
    """Each of several messages is answered 202 within a second."""
    for number, event in enumerate(books.story(codes)):
        with asleep() as waiting:
            assert books.send(app, event, f"m{number}") == 202
        assert waiting.seconds < SECOND


def booked(app: Flask) -> dict[str, tuple[int, int, int]]:
    wallets: dict[str, tuple[int, int, int]] = books.books(app)["wallets"]
    return wallets


EXPECTED = {"ada": (64000, 0, 64000), "linus": (7000, 0, 7000)}


def test_a_refusing_redis_delays_nothing_and_the_scheduler_books_by_itself(make_app: MakeApp) -> None:
    app = make_app(REDIS_URL=f"redis://127.0.0.1:{free_port()}")
    answered_at_once(app, books.found(app).codes)
    with app.app_context():
        for _ in range(8):  # what is due by the sweep's own three seconds, and what follows from it
            Scheduler(app).tick(now() + dt.timedelta(seconds=5))
    assert booked(app) == EXPECTED


def test_a_hung_redis_delays_nothing(make_app: MakeApp) -> None:
    with deaf_server() as url:
        app = make_app(REDIS_URL=url)
        answered_at_once(app, books.found(app).codes)
        with app.app_context():
            drain_all()
        assert booked(app) == EXPECTED


def test_a_read_only_redis_delays_nothing(make_app: MakeApp, redis: Redis) -> None:
    app = make_app()
    codes = books.found(app).codes
    redis.replicaof("127.0.0.1", free_port())
    try:
        answered_at_once(app, codes)
    finally:
        redis.replicaof("NO", "ONE")
    with app.app_context():
        drain_all()
    assert booked(app) == EXPECTED


@pytest.mark.parametrize("loss", ["emptied", "one unreadable job"])
def test_what_redis_forgets_the_sweep_rings_again(make_app: MakeApp, redis: Redis, loss: str) -> None:
    app = make_app()
    answered_at_once(app, books.found(app).codes)
    redis.flushall()
    if loss == "one unreadable job":
        redis.hset("rq:job:broken", mapping={"data": b"\x80not json", "status": "queued"})
    with app.app_context():
        Scheduler(app).tick(now() + dt.timedelta(seconds=5))
        work(app, "books", burst=True)
        drain_all()
    assert booked(app) == EXPECTED
    assert books.differences(app) == []


def test_two_schedulers_double_nothing(make_app: MakeApp, redis: Redis) -> None:
    app = make_app("postgresql")
    at = now()
    first, second = Scheduler(app), Scheduler(app)
    second.holder = "another:1"
    with app.app_context():
        assert first.tick(at)
        assert not second.tick(at)
        assert second.tick(at + dt.timedelta(seconds=30)), "a lease that ran out can be taken"
        assert not first.tick(at + dt.timedelta(seconds=31))


def test_of_many_schedulers_each_periodic_task_is_posted_once(each_database: Flask) -> None:
    app, at, posted = each_database, now(), []

    def race() -> None:
        with app.app_context():

            @edges.persistent
            def post() -> bool:
                return actions.post_periodic("outbox.forget_done", seconds=3600, now=at)

            posted.append(post())

    threads = [threading.Thread(target=race) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(posted) == [False] * 7 + [True]
