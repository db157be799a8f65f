"""How fast a CRM is answered: a signed message kept, against a route of the same app that does nothing.

In this process, without a server: what is compared is what the hub itself adds.
"""

import itertools

from flask import Flask

from hub.core.app import csrf
from hub.core.web import public
from tests.bench.harness import compare, hub, latencies
from tests.faults import books
from tests.servers import free_port

EVENTS = 100


def run() -> None:
    """Prints ratios and latencies with Redis up, refused, and without."""
    for kind in ("sqlite", "postgresql"):
        with hub(kind) as app:
            print(f"webhook, {kind}, Redis up")
            _measure(app)
        with hub(kind, REDIS_URL=f"redis://127.0.0.1:{free_port()}") as app:
            print(f"webhook, {kind}, Redis refused")
            print(f"  one event                                    {_latency(app)}")


def _nothing(app: Flask) -> None:
    @app.post("/nothing")
    @csrf.exempt
    @public
    def nothing() -> tuple[str, int]:
        return "{}", 202


def _measure(app: Flask) -> None:
    _nothing(app)
    codes = books.found(app, referrals_made=50).codes
    client, number = app.test_client(), itertools.count()
    body = b"{}" * 100

    def send(count: int) -> int:
        n = next(number)
        events = [books.event(codes[(n + i) % 50], "Meeting", n + i) for i in range(count)]
        path, headers, sent = books.message(events if count > 1 else events[0], f"m{n}")
        assert client.post(path, headers=headers, data=sent).status_code == 202
        return 1

    again = books.message(books.event(codes[0], "Meeting", 1), "again")

    def repeat() -> int:
        assert client.post(again[0], headers=again[1], data=again[2]).status_code == 202
        return 1

    def nothing() -> int:
        assert client.post("/nothing", data=body).status_code == 202
        return 1

    compare(
        {
            "a route that does nothing": nothing,
            "one event kept": lambda: send(1),
            f"{EVENTS} events in one message (messages/s)": lambda: send(EVENTS),
            "one event sent again": repeat,
        },
        base="a route that does nothing",
    )
    print(f"  one event                                    {latencies(lambda: send(1), 500)}")


def _latency(app: Flask) -> str:
    codes = books.found(app).codes
    client, number = app.test_client(), itertools.count()

    def send() -> None:
        n = next(number)
        path, headers, sent = books.message(books.event(codes[0], "Meeting", n), f"m{n}")
        assert client.post(path, headers=headers, data=sent).status_code == 202

    return latencies(send, 500)
