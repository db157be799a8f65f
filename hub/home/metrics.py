"""What Prometheus reads: requests as this process saw them, and the hops as the database knows them.

Each web process counts for itself, and a scrape reaches one of them: the label `process` says which. Sum over it, as in
`sum by (route) (rate(hurrah_requests_total[5m]))`. What comes from the database is the same whoever answers.
"""

import os
import time
from collections.abc import Iterable, Iterator

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from hub.core.clock import now
from hub.core.registry import Hop

STATES = ("ok", "watch", "broken", "off")
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
counted = CollectorRegistry()
requests = Counter(
    "hurrah_requests", "Requests answered.", ["process", "method", "route", "status"], registry=counted
)
latency = Histogram(
    "hurrah_request_seconds", "How long answers took, the commit included.", ["process", "route"], buckets=SECONDS,
    registry=counted,
)  # fmt: skip


def init_app(app: Flask) -> None:
    """Times each request, from before everything else to after everything else."""
    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request_funcs.setdefault(None, []).insert(0, end)  # the first of these is called last


def begin() -> None:
    """Notes when a request began."""
    g.began = time.perf_counter()


def end(response: Response) -> Response:
    """Counts the answer. A route is a pattern, never an address: names and codes stay out of the labels."""
    route = request.url_rule.rule if request.url_rule else "none"
    method = (
        request.method
        if request.method in ("GET", "POST", "HEAD", "OPTIONS", "PATCH", "PUT", "DELETE")
        else "other"
    )
    process = str(os.getpid())
    requests.labels(process, method, route, str(response.status_code)).inc()
    if "began" in g:
        latency.labels(process, route).observe(time.perf_counter() - g.began)
    return response


class _Hops(Collector):
    """The hops as gauges."""

    def __init__(self, hops: Iterable[Hop], entries: int | None) -> None:
        self.hops, self.entries = list(hops), entries

    def collect(self) -> Iterator[Metric]:
        """A gauge each for state, waiting, oldest, set aside and the last success; then the books."""
        state = GaugeMetricFamily("hurrah_hop_state", "1 for the state a hop is in.", labels=["hop", "state"])
        for hop in self.hops:
            for name in STATES:
                state.add_metric([hop.name, name], float(hop.state == name))
        yield state
        at = now()
        yield self._gauge("hurrah_waiting", "How many wait.", {h.name: h.waiting for h in self.hops})
        yield self._gauge(
            "hurrah_set_aside", "How many were set aside.", {h.name: h.set_aside for h in self.hops}
        )
        ages = {h.name: (at - h.oldest_at).total_seconds() if h.oldest_at else None for h in self.hops}
        yield self._gauge("hurrah_oldest_seconds", "How long the oldest has waited.", ages)
        since = {h.name: h.last_success_at.timestamp() if h.last_success_at else None for h in self.hops}
        yield self._gauge("hurrah_last_success_timestamp", "When it last went well.", since)
        answers = float(self.entries is not None)
        yield GaugeMetricFamily("hurrah_database_up", "Whether the database answers.", value=answers)
        if self.entries is not None:
            text = "The number of the newest entry booked."
            yield GaugeMetricFamily("hurrah_entries_newest", text, value=self.entries)

    def _gauge(self, name: str, text: str, values: dict[str, float | int | None]) -> Metric:
        gauge = GaugeMetricFamily(name, text, labels=["hop"])
        for hop, value in values.items():
            if value is not None:
                gauge.add_metric([hop], value)
        return gauge


def exposition(hops: Iterable[Hop], entries: int | None) -> bytes:
    """Everything, in Prometheus's text format; `entries` is None when the database is away."""
    fresh = CollectorRegistry()
    fresh.register(_Hops(hops, entries))
    return bytes(generate_latest(fresh)) + bytes(generate_latest(counted))
