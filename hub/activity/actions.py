"""Recording facts and calling those who listen, through the outbox."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from hub import outbox
from hub.activity.models import Fact
from hub.core import bulk
from hub.outbox.actions import post_many
from hub.outbox.names import Queue

LISTENERS: dict[str, list[str]] = {}


def listens(kind: str, name: str, *, queue: Queue = "books") -> Callable[[Callable[[int], None]], Any]:
    """Registers `fn(fact_id)` as the message `name`, posted with each fact of `kind`."""

    def keep(run: Callable[[int], None]) -> Callable[[int], None]:
        outbox.handles(name, queue=queue)(run)
        if name not in LISTENERS.setdefault(kind, []):
            LISTENERS[kind].append(name)
        return run

    return keep


def record(
    kind: str, *, subject: str, now: dt.datetime, by_id: int | None = None, data: dict[str, Any] | None = None
) -> int:
    """Appends a fact and posts a message to each listener, in the current transaction. Returns the fact's id."""
    return record_many([{"kind": kind, "subject": subject, "by_id": by_id, "data": data or {}}], now=now)[0]


def record_many(facts: Sequence[dict[str, Any]], *, now: dt.datetime) -> list[int]:
    """Appends many facts in one statement; each needs kind, subject and may have by_id and data."""
    if not facts:
        return []
    ids = bulk.numbers(Fact, len(facts))
    rows = [
        {"id": number, "by_id": None, "data": {}, "happened_at": now, **fact}
        for number, fact in zip(ids, facts, strict=True)
    ]
    bulk.put(Fact, rows)
    for name, fact_ids in _told(rows, ids).items():
        post_many(name, [{"fact_id": fact_id} for fact_id in fact_ids], now=now)
    return ids


def _told(rows: list[dict[str, Any]], ids: list[int]) -> dict[str, list[int]]:
    told: dict[str, list[int]] = {}
    for row, fact_id in zip(rows, ids, strict=True):
        for name in LISTENERS.get(row["kind"], ()):
            told.setdefault(name, []).append(fact_id)
    return told
