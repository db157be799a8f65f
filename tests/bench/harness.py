"""Two sides measured in turns, so that a busy machine hurts both alike; the ratio is taken within each round."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

import wsgi
from hub.core.db import db
from hub.core.servers import PrivateRedis
from hub.core.settings import Settings
from tests.servers import postgresql

ROUNDS = 9


def rate(work: Callable[[], int], seconds: float) -> float:
    """How much of `work` is done per second; `work` says how much one call did."""
    done, started = 0, time.perf_counter()
    while (spent := time.perf_counter() - started) < seconds or not done:
        done += work()
    return done / max(spent, time.perf_counter() - started)


def compare(
    sides: dict[str, Callable[[], int]], *, base: str, seconds: float = 0.5, rounds: int = ROUNDS
) -> None:
    """Prints each side's rate and its ratio to `base`: median and quartiles over the rounds."""
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, work in sides.items():
            rates[name].append(rate(work, seconds))
    for name, found in rates.items():
        ratios = [mine / other for mine, other in zip(found, rates[base], strict=True)]
        print(f"  {name:44} {statistics.median(found):>12,.0f}/s   {quartiles(ratios)} x {base}")


def quartiles(ratios: list[float]) -> str:
    """The median with the lower and upper quartile."""
    low, middle, high = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else (ratios[0],) * 3
    return f"{middle:.3g} ({low:.3g} to {high:.3g})"


def latencies(work: Callable[[], object], count: int) -> str:
    """p50 and p99 of `count` calls, in milliseconds."""
    times = []
    for _ in range(count):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    cuts = statistics.quantiles(times, n=100)
    return f"p50 {cuts[49]:.2f} ms, p99 {cuts[98]:.2f} ms"


@contextmanager
def hub(kind: str, **settings: str) -> Iterator[Flask]:
    """An empty hub on `sqlite` or `postgresql`, with a real Redis unless REDIS_URL says otherwise."""
    with tempfile.TemporaryDirectory() as folder, PrivateRedis(Path(folder) / "redis") as redis:
        given = {"INSTANCE_DIR": folder, "REDIS_URL": redis.url, "LOG_LEVEL": "ERROR", **settings}
        if kind == "sqlite":
            yield from _app(given)
            return
        with postgresql() as server:
            yield from _app({**given, "DATABASE_URL": server.create("bench")})


def _app(given: dict[str, str]) -> Iterator[Flask]:
    app = wsgi.create_app(Settings.from_env(given))
    with app.app_context():
        db.create_all()
        db.session.remove()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
