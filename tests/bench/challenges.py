"""What members and reviewers open all day, with 10, 1,000 and 100,000 members: the same pages, their ratios."""

import datetime as dt
import statistics
import time
from typing import NoReturn

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select, text

from challenges.actions import building
from challenges.asks import actions as asking
from challenges.jobs import move_asks
from challenges.models import Challenge, StepAnswer, Submission
from challenges.queries import by_id
from hub import members
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db, table_of
from hub.members.models import Member
from tests.bench.harness import hub

SIZES = (10, 1_000, 100_000)
CHALLENGES = 20
CHUNK = 2_000
VISITS = 60
PASSWORD = "paper lantern tide"
MEMBERS = (("challenge list", "/challenges"), ("one challenge", "/challenges/challenge-3"), ("home", "/"))
STAFF = (
    ("review queue", "/manage/reviews"), ("one review", "/manage/reviews/{pending}"),
    ("challenges at the desk", "/manage/challenges"),
)  # fmt: skip


def run() -> None:
    """Prints each page's median at each size and its ratio to the smallest, on both databases."""
    for kind in ("sqlite", "postgresql"):
        with hub(kind) as app:
            app.config["WTF_CSRF_ENABLED"] = False
            print(
                f"challenges, {kind}: {CHALLENGES} challenges, a submission of each member, one in ten waits"
            )
            _measure(app)


def _measure(app: Flask) -> None:
    with app.app_context():
        first = _plant()
        db.session.remove()
    ada, grace = _browser(app, "ada@example.com"), _browser(app, "grace@example.com")
    base: dict[str, float] = {}
    for size in SIZES:
        with app.app_context():
            pending = _grow(size, first)
            db.session.remove()
        for client, pages in ((ada, MEMBERS), (grace, STAFF)):
            for name, path in pages:
                spent = _median(client, path.format(pending=pending))
                base.setdefault(name, spent)
                print(f"  {name:28} {size:>8,} members {spent:>8.1f} ms   {spent / base[name]:.2f} x")
    with app.app_context():
        _ask_everybody(first)
        db.session.remove()


def _plant() -> list[int]:
    at = now() - dt.timedelta(days=1)
    with edges.unit():
        members.add("ada@example.com", name="Ada", now=at, password=PASSWORD)
        members.add("grace@example.com", name="Grace", now=at, password=PASSWORD, roles=("manager",))
        made = []
        for number in range(CHALLENGES):
            one = building.create(f"Challenge {number}", by_id=None, now=at, kind="question", body="Why not.",
                                  points=50, review="reviewed")  # fmt: skip
            building.add_step(one, "question", data={"question": "What next?", "least": 5})
            building.publish(one, by_id=None, now=at)
            made.append(one.id)
    return made


def _browser(app: Flask, email: str) -> FlaskClient:
    client = app.test_client()
    assert client.post("/sign-in", data={"email": email, "password": PASSWORD}).status_code == 303
    return client


def _grow(size: int, challenge_ids: list[int]) -> int:
    """Members up to so many, each with a submission and its answer; gives one that waits."""
    at = now() - dt.timedelta(hours=1)
    have = db.session.scalar(text("SELECT count(*) FROM members")) or 0
    steps = {number: (by_id(number) or _missing()).steps[0].id for number in challenge_ids}
    for start in range(have, size, CHUNK):
        numbers = range(start, min(size, start + CHUNK))
        with edges.unit():
            rows = [{"email": f"m{n}@example.com", "name": f"Member {n}", "handle": f"m{n}", "created_at": at,
                     "joined_at": at} for n in numbers]  # fmt: skip
            ids = list(
                db.session.scalars(insert(Member).returning(Member.id, sort_by_parameter_order=True), rows)
            )
            sent = [
                {"challenge_id": challenge_ids[n % CHALLENGES], "member_id": n, "occurrence": "once", "pays": "whole",
                 "state": "approved" if n % 10 else "pending", "points": 50, "second_look": "none", "started_at": at,
                 "submitted_at": at, "decided_at": at if n % 10 else None}
                for n in ids
            ]  # fmt: skip
            made = db.session.scalars(
                insert(Submission).returning(Submission.id, sort_by_parameter_order=True), sent
            )
            answers = [
                {"submission_id": number, "step_id": steps[int(str(row["challenge_id"]))], "kind": "question",
                 "data": {"words": f"A calendar for team {number}"}, "verdict": "review", "points": 0,
                 "fingerprint": number * 2654435761 % 2**60, "answered_at": at}
                for number, row in zip(made, sent, strict=True)
            ]  # fmt: skip
            db.session.execute(insert(table_of(StepAnswer)), answers)
    with edges.unit():
        db.session.execute(text("ANALYZE"))
    waiting = (
        select(Submission.id).where(Submission.state == "pending").order_by(Submission.id.desc()).limit(1)
    )
    return db.session.scalar(waiting) or 0


def _median(client: FlaskClient, path: str) -> float:
    times = []
    for _ in range(VISITS):
        started = time.perf_counter()
        assert client.get(path).status_code == 200, path
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def _ask_everybody(challenge_ids: list[int]) -> None:
    """Twenty thousand people asked by one rule: how long the background takes, and its longest transaction."""
    grace = members.find("grace@example.com") or _missing()
    people = list(db.session.scalars(select(Member.id).order_by(Member.id).limit(20_000)))
    with edges.unit():
        one = db.session.get_one(Challenge, challenge_ids[-1])
        started = time.perf_counter()
        asking.make_rule(
            one, trigger="hand", words="Would you?", by_id=grace.id, member_ids=people, now=now()
        )
    print(f"  {'20,000 lined up by name':46} {time.perf_counter() - started:>6.1f} s")
    longest, done, began, at = 0.0, 0, time.perf_counter(), now()
    while time.perf_counter() - began < 10:
        started = time.perf_counter()
        if not (moved := move_asks(at)):
            break
        longest, done = max(longest, time.perf_counter() - started), done + moved
    rate = done / (time.perf_counter() - began)
    print(f"  {'asks moved':46} {rate:>6,.0f} /s   longest transaction {1000 * longest:,.0f} ms")


def _missing() -> NoReturn:
    raise AssertionError("planted above")
