"""A personal link against a do-nothing redirect of the same app, both behind the server we ship.

Rounds are taken in turns. The look-up, the rule for crawlers, the memory of an hour and the click kept before the
answer are all in it; with Redis away, the one statement that keeps the click in the database.
"""

import http.client
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask, redirect

import wsgi
from hub import sharing
from hub.core import edges, serving
from hub.core.clock import now
from hub.core.settings import ROOT, Settings
from hub.core.web import public
from tests.bench.harness import compare, hub
from tests.hub.members.people import person
from tests.servers import free_port

CLIENTS, EACH = 4, 60
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
BASE = "a redirect that does nothing"


def run() -> None:
    """Prints ratios with Redis up and refused, on both databases."""
    for kind in ("sqlite", "postgresql"):
        for says, more in (
            ("Redis up", {}),
            ("Redis refused", {"REDIS_URL": f"redis://127.0.0.1:{free_port()}"}),
        ):
            with hub(kind, **more) as app:
                code = _link(app)
                with _served(app) as port:
                    print(f"redirect, {kind}, {says}")
                    sides = {
                        BASE: _asks(port, "/bench/nothing"),
                        "a personal link": _asks(port, f"/s/{code}"),
                    }
                    for ask in sides.values():
                        ask()
                    compare(sides, base=BASE, seconds=0.4)


def _link(app: Flask) -> str:
    ada = person(app)
    with app.app_context(), edges.unit():
        return sharing.link(ada, "hub:1", "copy", now()).code


@contextmanager
def _served(app: Flask) -> Iterator[int]:
    """The app behind granian, in processes of its own, with one more route."""
    settings: Settings = app.extensions["settings"]
    port = free_port()
    env = os.environ | {
        "SECRET_KEY": settings.secret_key, "INSTANCE_DIR": str(settings.instance_dir), "PORT": str(port),
        "DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url or "", "LOG_LEVEL": "ERROR",
        "WEB_CONCURRENCY": "1", "PUBLIC_URL": f"http://127.0.0.1:{port}",
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.redirect"], cwd=ROOT, env=env)
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server did not answer within a minute")


def _asks(port: int, path: str) -> Callable[[], int]:
    """A handful of clients at once, each over one connection; gives how many answers they got."""

    def one() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        for _ in range(EACH):
            connection.request("GET", path, headers={"User-Agent": AGENT})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 302, answer.status
        connection.close()

    def ask() -> int:
        clients = [threading.Thread(target=one) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        return CLIENTS * EACH

    return ask


def serve() -> None:
    """The server of a bench: ours, with a route that does nothing."""
    app = wsgi.app

    @app.get("/bench/nothing")
    @public
    def nothing() -> object:
        return redirect("/", 302)

    setattr(nothing, "outside", True)  # noqa: B010 - the guard looks for it
    serving.serve(Settings.from_env(), host="127.0.0.1")


if __name__ == "__main__":
    serve()
