"""Badges over a large past: publishing one when 100,000 entries are there, and what the pages cost meanwhile."""

import time

from sqlalchemy import func, insert, select

from badges import actions, checks, jobs, queries
from badges.models import Award, Badge, Level
from hub import ledger, segments
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.members.models import Member
from hub.outbox.jobs import drain_all
from tests.bench.harness import hub, latencies

MEMBERS = 10_000
ENTRIES = 100_000
CHUNK = 500


def run() -> None:
    """Prints how long a round takes, its longest transaction, and reads before and after, on both databases."""
    for kind in ("sqlite", "postgresql"):
        with hub(kind) as app, app.app_context():
            print(f"awards, {kind}: {ENTRIES:,} entries of {MEMBERS:,} members")
            _measure()
            db.session.remove()


def _measure() -> None:
    people = _people()
    _entries(people)
    with edges.unit():
        db.session.add_all(Level(name=f"Level {n}", floor=400 * n, metal=1 + n % 6) for n in range(6))
    _drain("levels, streaks and boards followed", drain_all)
    found = [_badge(n) for n in range(20)]
    _drain("20 badges published, all rounds gone", _rounds)
    with edges.reading():
        awards = db.session.scalar(select(func.count(Award.id))) or 0
        expected = sum(_earners(badge) for badge in found)
        assert awards == expected, (awards, expected)
        assert not [*checks.complete(), *checks.levels()]
    print(f"  {'awards, each once':44} {awards:>12,}")
    with edges.reading():
        print(
            f"  {'how far I am with 20 badges':44} {latencies(lambda: queries.progress(found, people[:1]), 200)}"
        )
        print(f"  {'my level':44} {latencies(lambda: queries.level_of(people[:1]), 200)}")
        rich = segments.read(
            {"match": "all", "rules": [{"kind": "points", "measure": "lifetime", "least": 1000}]}
        )
        print(f"  {'a segment by points, counted':44} {latencies(lambda: segments.count(rich), 20)}")
        print(
            f"  {'am I in 20 segments':44} {latencies(lambda: segments.holds_many([rich] * 20, people[0]), 200)}"
        )


def _people() -> list[int]:
    rows = [
        {
            "email": f"m{n}@example.com",
            "name": f"Member {n}",
            "handle": f"m{n}",
            "created_at": now(),
            "joined_at": now(),
        }
        for n in range(MEMBERS)
    ]
    with edges.unit():
        return list(
            db.session.scalars(insert(Member).returning(Member.id, sort_by_parameter_order=True), rows)
        )


def _entries(people: list[int]) -> None:
    at = now()
    with edges.unit():
        accounts = ledger.accounts_for(people)
    for start in range(0, ENTRIES, CHUNK):
        with edges.unit():
            wishes = [
                ledger.Award(account_id=accounts[people[n % MEMBERS]], points=50 + n * 37 % 200, reason="challenge",
                             key=f"bench:{n}", subject="bench:1", happened_at=at)
                for n in range(start, start + CHUNK)
            ]  # fmt: skip
            ledger.award_many(wishes, now=at)


def _badge(number: int) -> Badge:
    with edges.unit():
        badge = Badge(slug=f"b{number}", name=f"Badge {number}", shape="hex", sign="star", hue=1, rule="points",
                      data={"points": 1000 + 50 * number}, created_at=now())  # fmt: skip
        db.session.add(badge)
        db.session.flush()
        actions.publish(badge, now=now(), by_id=None)
    return badge


def _earners(badge: Badge) -> int:
    return db.session.scalar(select(func.count(Member.id)).where(queries.earned(badge))) or 0


def _rounds() -> int:
    longest, done = 0.0, 0
    while True:
        started = time.perf_counter()
        count = jobs.go_round(now())
        longest = max(longest, time.perf_counter() - started)
        done += count
        if not count:
            print(f"  {'longest transaction':44} {1000 * longest:>12,.0f} ms")
            return done


def _drain(what: str, work: object) -> None:
    started = time.perf_counter()
    assert callable(work)
    done = work()
    spent = time.perf_counter() - started
    print(f"  {what:44} {spent:>12,.1f} s   {done:,} pieces")
