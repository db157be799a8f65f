"""Minutes of failure: a running hub whose processes are killed and whose Redis is emptied while events pour in.

HURRAH_SOAK_SECONDS says how long (120 by default), HURRAH_SOAK_SEED which story; both are printed, so that a failing
run can be had again. Traffic stays on the loopback, bounded in number and time.
"""

import os
import random
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import func, select

import wsgi
from hub.core import edges
from hub.core.db import db
from hub.core.processes import hurrah
from hub.core.settings import Settings
from hub.crm.models import DeliveryState
from hub.ledger.models import Entry
from hub.referrals.ladder import SAMPLE
from hub.referrals.models import Referral
from tests.faults import books
from tests.running import RunningHub
from tests.servers import PostgreSql, free_port

SECONDS = float(os.environ.get("HURRAH_SOAK_SECONDS", "120"))
SEED = int(os.environ.get("HURRAH_SOAK_SEED", "1"))
REFERRALS = 200
SETTLE_SECONDS = 90
STAGES = ("Accepted", "Meeting", "Opportunity", "Won")
VICTIMS = ("work books", "work post", "schedule", "redis-server", "web")

pytestmark = pytest.mark.soak


@dataclass
class Tally:
    """What was sent and what was broken."""

    sent: int = 0
    accepted: int = 0
    refused: int = 0
    killed: dict[str, int] = field(default_factory=dict)
    emptied: int = 0


def test_nothing_is_lost_and_nothing_doubled(
    tmp_path: Path, postgresql_server: PostgreSql, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice, port = random.Random(SEED), free_port()
    folder = tmp_path / "hub"
    monkeypatch.setenv("DATABASE_URL", postgresql_server.create("soak"))
    monkeypatch.setenv("INSTANCE_DIR", str(folder))
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    subprocess.run(hurrah("db", "upgrade"), check=True, capture_output=True)
    app = wsgi.create_app(Settings.from_env())
    codes = books.found(app, referrals_made=REFERRALS).codes
    hub = RunningHub(folder, port).ready()
    try:
        tally = pour(app, hub, codes, dice)
        print(f"\nseed {SEED}: {tally}")
        assert sum(tally.killed.values()) > SECONDS / 10, "too little was broken to prove anything"
        settle(app, hub)
    finally:
        hub.process.send_signal(signal.SIGTERM)
        hub.process.wait(30)
    assert differences(app, codes) == []
    assert books.differences(app) == []
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def pour(app: Flask, hub: RunningHub, codes: list[str], dice: random.Random) -> Tally:
    """Sends each referral's story in shuffled, repeated batches while things break; everything is sent until kept."""
    tally, until = Tally(), time.monotonic() + SECONDS
    batches = story(codes, dice)
    pace = SECONDS / len(batches)
    next_fault = time.monotonic() + 2
    for number, batch in enumerate(batches):
        deliver(hub, batch, f"soak-{number}", tally)
        while time.monotonic() < until - (len(batches) - number - 1) * pace:
            if time.monotonic() > next_fault:
                break_something(app, hub, dice, tally)
                next_fault = time.monotonic() + dice.uniform(0.5, 3)
            time.sleep(0.05)
    return tally


def story(codes: list[str], dice: random.Random) -> list[list[dict[str, str]]]:
    """Each referral climbs to a stage of its own; a third of the events come twice; all of it in any order."""
    events = [
        books.event(code, stage, minute)
        for number, code in enumerate(codes)
        for minute, stage in enumerate(STAGES[: 1 + number % len(STAGES)])
    ]
    events += dice.sample(events, len(events) // 3)
    dice.shuffle(events)
    return [events[start : start + 5] for start in range(0, len(events), 5)]


def deliver(hub: RunningHub, batch: list[dict[str, str]], message_id: str, tally: Tally) -> None:
    """As a CRM does: again, until it is told that the message was kept."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        tally.sent += 1
        path, headers, body = books.message(batch, message_id)
        try:
            answer = requests.post(hub.url + path, data=body, headers=headers, timeout=5)
        except requests.RequestException:
            tally.refused += 1
            time.sleep(0.2)
            continue
        if answer.status_code == 202:
            tally.accepted += 1
            return
        tally.refused += 1
        time.sleep(0.2)
    pytest.fail(f"{message_id} was never kept")


def break_something(app: Flask, hub: RunningHub, dice: random.Random, tally: Tally) -> None:
    """Kills a process of the hub, or empties its Redis."""
    if dice.random() < 0.15:
        try:
            Redis.from_url(app.extensions["settings"].effective_redis_url).flushall()
            tally.emptied += 1
        except RedisError:
            pass
        return
    victim = dice.choice(VICTIMS)
    for pid, command in hub.family().items():
        if victim in command:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            tally.killed[victim] = tally.killed.get(victim, 0) + 1
            return


def settle(app: Flask, hub: RunningHub) -> None:
    """Waits until nothing is pending any more, or fails."""

    def pending() -> int:
        with app.app_context(), edges.reading():
            query = select(func.count()).where(DeliveryState.state == "pending")
            return db.session.scalar(query) or 0

    hub.wait(lambda: not pending(), SETTLE_SECONDS)


def differences(app: Flask, codes: list[str]) -> list[str]:
    """Each referral's points against its story, worked out here."""
    expected = {
        code: SAMPLE.earned(STAGES[number % len(STAGES)].lower()) for number, code in enumerate(codes)
    }
    with app.app_context(), edges.reading():
        ids = {f"referral:{i}": code for i, code in db.session.execute(select(Referral.id, Referral.code))}
        rows = db.session.execute(select(Entry.subject, func.sum(Entry.points)).group_by(Entry.subject))
        booked = {ids[subject]: int(points) for subject, points in rows}
    return [
        f"{code}: {booked.get(code, 0)} instead of {want}"
        for code, want in expected.items()
        if booked.get(code) != want
    ]
