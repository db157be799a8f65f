"""From kept messages to booked points: the drain against one RQ job per event that does nothing, and against
writing the bare rows.
"""

import datetime as dt
import time

from flask import Flask
from redis import Redis
from rq import Queue, SimpleWorker, Worker
from sqlalchemy import func, insert, select, text

from hub.core import edges
from hub.core.clock import now
from hub.core.db import db, is_sqlite
from hub.crm.drain import drain_batch
from hub.ledger.models import Entry
from hub.referrals.models import Referral
from tests.bench.harness import hub
from tests.faults import books

REFERRALS = 4_000
STAGES = ("Accepted", "Meeting", "Opportunity", "Won")
NOOP_JOBS = {"SimpleWorker": 1_000, "forking Worker": 150}


def nothing(_number: int) -> None:
    """The cheapest job there is."""


def run() -> None:
    """Prints events per second and their ratios, on both databases."""
    for kind in ("sqlite", "postgresql"):
        with hub(kind) as app:
            print(f"drain, {kind}: {REFERRALS * len(STAGES):,} events of {REFERRALS:,} referrals")
            _measure(app)


def _measure(app: Flask) -> None:
    codes = _referrals(app)
    for start in range(0, len(codes), 250):
        part = codes[start : start + 250]
        events = [books.event(code, stage, i) for i, stage in enumerate(STAGES) for code in part]
        assert books.send(app, events, f"m{start}") == 202
    pace = _drain(app)
    noop = {name: _noop(app, name, count) for name, count in NOOP_JOBS.items()}
    raw = _raw(app)
    print(f"  {'events booked':44} {pace:>12,.0f}/s")
    for name, found in noop.items():
        print(f"  {f'RQ no-op jobs, {name}':44} {found:>12,.0f}/s   events: {pace / found:.1f} x")
    print(f"  {'bare entries, one transaction':44} {raw:>12,.0f}/s   events: {pace / raw:.3g} x")
    for number, start in enumerate(range(0, len(codes), 250)):
        part = codes[start : start + 250]
        again = [books.event(code, stage, i) for i, stage in enumerate(STAGES) for code in part]
        assert books.send(app, again, f"again{number}") == 202
    print(f"  {'the same events under new ids, none booked':44} {_drain(app):>12,.0f}/s")


def _referrals(app: Flask) -> list[str]:
    books.found(app, referrals_made=1)
    with app.app_context(), edges.unit():
        first = db.session.scalars(select(Referral)).one()
        columns = {c.name: getattr(first, c.name) for c in Referral.__table__.columns if c.name != "id"}
        rows = [
            {
                **columns,
                "code": f"RF-B{i:05}",
                "contact_email": f"b{i}@example.org",
                "lead_key": f"b{i}@example.org",
            }
            for i in range(REFERRALS)
        ]
        db.session.execute(insert(Referral), rows)
    return [row["code"] for row in rows]


def _drain(app: Flask) -> float:
    started, done = time.perf_counter(), 0
    with app.app_context():
        while count := drain_batch(now() + dt.timedelta(seconds=1)):
            done += count
        with edges.reading():
            assert db.session.scalar(select(func.count()).select_from(Entry)), "nothing was booked"
    return done / (time.perf_counter() - started)


def _noop(app: Flask, name: str, count: int) -> float:
    with Redis.from_url(app.extensions["settings"].effective_redis_url) as redis:
        queue = Queue("bench", connection=redis, serializer="json")
        for number in range(count):
            queue.enqueue(nothing, number, result_ttl=0)
        kind = SimpleWorker if name == "SimpleWorker" else Worker
        worker = kind([queue], connection=redis, serializer="json")
        started = time.perf_counter()
        worker.work(burst=True, logging_level="ERROR")
        return count / (time.perf_counter() - started)


def _raw(app: Flask) -> float:
    """The same number of entries with nothing around them: the database's own pace in this table."""
    count = REFERRALS * len(STAGES)
    at = now()
    with app.app_context(), edges.unit():
        account = db.session.scalar(select(func.min(Entry.account_id)))
        rows = [
            {
                "account_id": account, "points": 1, "reason": "import", "key": f"bench:{i}", "subject": "bench:1",
                "happened_at": at, "created_at": at,
            }
            for i in range(count)
        ]  # fmt: skip
        started = time.perf_counter()
        if is_sqlite():
            db.session.execute(insert(Entry), rows)
            db.session.flush()
            return count / (time.perf_counter() - started)
        return _copy(rows, started)


def _copy(rows: list[dict[str, object]], started: float) -> float:
    raw = db.session.connection().connection.driver_connection
    assert raw is not None
    names = list(rows[0])
    with raw.cursor() as cursor, cursor.copy(f"COPY entries ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(list(row.values()))
    assert db.session.scalar(text("SELECT count(*) FROM entries WHERE subject = 'bench:1'")) == len(rows)
    return len(rows) / (time.perf_counter() - started)
