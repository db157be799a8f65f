"""Boards: a page and a place among a thousand, a hundred thousand, a million members, on a board of each
metric; and what following each of them costs.

    python -m tests.bench.board [--members 1000 100000] [--databases sqlite postgresql] [--rounds 9]

The sizes take turns within each round; ratios are medians over the rounds: a busy machine counts for both sides.
"""

import argparse
import contextlib
import itertools
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from flask import Flask
from sqlalchemy import event, func, insert, select, text

import wsgi
from challenges.actions import building
from challenges.models import Submission
from hub import ledger
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.core.settings import Settings
from hub.ledger.models import Account
from hub.members.models import Member
from hub.referrals.models import Referral, StageEvent
from hub.referrals.programmes import publish
from hub.referrals.seed import sample
from leaderboard import actions, composing, queries
from leaderboard.metrics import METRICS
from leaderboard.models import Board, Score
from tests.databases import create_tables
from tests.servers import postgresql

FIRST = Board(id=1, kind="member", ranking="competition")
ASKS = 40
BATCH = 500


def fill(count: int) -> None:
    """So many members with points as people have them: few have many, many share a small number."""
    dice, at = random.Random(7), now()
    with edges.unit():
        found = {"points": {}, "referrals": {"ranking": "dense"}, "challenges": {"brackets": "tenure"}}
        for metric, more in found.items():
            wish = {"name": metric.capitalize(), "metric": metric, **more}
            made = composing.publish(composing.create(wish, now=at, by_id=None), now=at, by_id=None)
            made.filled_after = None  # its scores are written below
    for start in range(0, count, 10_000):
        with edges.unit():
            numbers = range(start + 1, min(count, start + 10_000) + 1)
            db.session.execute(insert(Member), [_member(number, at) for number in numbers])
            db.session.execute(insert(Account), [{"id": number, "member_id": number} for number in numbers])
            for board_id, amount in enumerate((_points, _few, _few), start=1):
                scores = [
                    {
                        "board_id": board_id,
                        "period": "all",
                        "account_id": n,
                        "member_id": n,
                        "points": amount(dice),
                    }
                    for n in numbers
                ]
                db.session.execute(insert(Score), scores)
    with edges.unit():
        db.session.execute(text("DELETE FROM changes"))
        for board_id in range(1, 4):
            actions.count_anew(board_id)
        if db.engine.dialect.name == "postgresql":
            for table in ("members", "accounts"):
                db.session.execute(text(f"SELECT setval('{table}_id_seq', {count})"))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _member(number: int, at: object) -> dict[str, object]:
    return {
        "id": number, "email": f"m{number}@example.com", "name": f"Member {number}", "handle": f"m{number}",
        "created_at": at, "joined_at": at,
    }  # fmt: skip


def _points(dice: random.Random) -> int:
    return min(1_000_000, 50 * int(dice.paretovariate(1.2)))


def _few(dice: random.Random) -> int:
    return min(200, int(dice.paretovariate(1.2)))


@contextlib.contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


def page_of(metric: str) -> Callable[[int], None]:
    def page(member_id: int) -> None:
        board = next(board for board in queries.boards() if board.metric == metric)
        queries.page(board, "all", member_id, with_best=True)

    return page


def place(member_id: int) -> None:
    queries.my_standing(FIRST, "all", member_id)


def place_by_count(member_id: int) -> None:
    """What we don't do: count everybody ahead."""
    mine = select(Score.points).where(
        Score.board_id == 1, Score.period == "all", Score.account_id == member_id
    )
    ahead = (Score.board_id == 1, Score.period == "all", Score.points > mine.scalar_subquery())
    db.session.scalar(select(func.count()).select_from(Score).where(*ahead))


def timed(app: Flask, work: Callable[[int], None], members: list[int]) -> float:
    """Milliseconds each."""
    with app.app_context(), edges.reading():
        work(members[0])
        started = time.perf_counter()
        for member_id in members:
            work(member_id)
        return (time.perf_counter() - started) * 1000 / len(members)


def measure(apps: dict[int, Flask], rounds: int) -> None:
    dice = random.Random(11)
    pages = {f"page of {metric}": page_of(metric) for metric in METRICS}
    works = {**pages, "place": place, "place by count(*)": place_by_count}
    took: dict[tuple[str, int], list[float]] = {(name, size): [] for name in works for size in apps}
    for _ in range(rounds):
        for size, app in apps.items():
            members = [dice.randint(1, size) for _ in range(ASKS)]
            for name, work in works.items():
                took[name, size].append(
                    timed(app, work, members if work is not place_by_count else members[:8])
                )
    smallest, largest = min(apps), max(apps)
    for name in works:
        figures = "  ".join(f"{size:>9,}: {statistics.median(took[name, size]):8.3f} ms" for size in apps)
        grown = _ratio(took[name, largest], took[name, smallest])
        print(f"  {name:18} {figures}   {largest:,} costs {grown:.2f}x of {smallest:,}")
    for size in apps:
        print(
            f"  count(*) takes {_ratio(took['place by count(*)', size], took['place', size]):.1f}x at {size:,}"
        )
    with apps[largest].app_context(), edges.reading(), counted() as sent:
        page_of("points")(largest // 2)
        print(f"  a page costs {len(sent)} statements at {largest:,} members")


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))


def following(app: Flask, size: int, rounds: int) -> None:
    """Booking 500 entries for 500 members, and following them."""
    dice, booked, followed, sent = random.Random(13), [], [], []
    with app.app_context():
        for number in range(rounds):
            members, at = dice.sample(range(1, size + 1), min(BATCH, size)), now()
            wishes = [
                ledger.Award(
                    account_id=member_id, points=dice.randint(1, 900), reason="challenge",
                    key=f"bench:{number}:{member_id}", subject="challenge:1", happened_at=at,
                )
                for member_id in members
            ]  # fmt: skip
            started = time.perf_counter()
            with edges.unit():
                ledger.award_many(wishes, now=at)
            booked.append((time.perf_counter() - started) * 1000)
            started = time.perf_counter()
            with edges.unit(), counted() as sent:
                actions.refresh(members, now=at, on=queries.boards()[:1])
                db.session.execute(text("DELETE FROM changes"))
            followed.append((time.perf_counter() - started) * 1000)
        db.session.remove()
    print(
        f"  {size:,} members: booking {BATCH} takes {statistics.median(booked):.1f} ms, following them "
        f"{statistics.median(followed):.1f} ms in {len(sent)} statements"
    )


def following_deeds(app: Flask, size: int, rounds: int) -> None:
    """Five deeds each of 500 members, and following them on the board that counts them."""
    dice = random.Random(17)
    with app.app_context():
        with edges.unit():
            deeds = {"referrals": _referrals(), "challenges": _challenges()}
        for name, happen in deeds.items():
            took: list[float] = []
            count = 0
            for _ in range(rounds):
                members, at = dice.sample(range(1, size + 1), min(BATCH, size)), now()
                with edges.unit():
                    happen(members)
                boards = [board for board in queries.boards() if board.metric == name]
                started = time.perf_counter()
                with edges.unit(), counted() as sent:
                    actions.refresh(members, now=at, on=boards)
                count = len(sent)
                took.append((time.perf_counter() - started) * 1000)
            print(f"  {size:,} members: following {5 * BATCH} {name} takes {statistics.median(took):.1f} ms "
                  f"in {count} statements")  # fmt: skip
        db.session.remove()


def _referrals() -> Callable[[list[int]], None]:
    version = publish(sample(), by_id=None, now=now()).id
    numbers = itertools.count(1)

    def happen(members: list[int]) -> None:
        at = now()
        rows = [
            {"code": f"b{next(numbers)}", "programme_id": 1, "version_id": version, "advocate_id": member_id,
             "rung": "accepted", "highest_rung": "accepted", "created_at": at, "moved_at": at}
            for member_id in members for _ in range(5)
        ]  # fmt: skip
        ids = db.session.scalars(insert(Referral).returning(Referral.id), rows)
        events = [
            {"referral_id": referral_id, "to_rung": "accepted", "happened_at": at, "heard_at": at, "source": "bench"}
            for referral_id in ids
        ]  # fmt: skip
        db.session.execute(insert(StageEvent), events)

    return happen


def _challenges() -> Callable[[list[int]], None]:
    challenge = building.create("Bench", by_id=None, now=now(), kind="read")
    db.session.flush()
    challenge_id, numbers = challenge.id, itertools.count(1)

    def happen(members: list[int]) -> None:
        at = now()
        rows = [
            {"challenge_id": challenge_id, "member_id": member_id, "occurrence": f"b{next(numbers)}",
             "state": "approved", "pays": "whole", "started_at": at, "submitted_at": at, "decided_at": at}
            for member_id in members for _ in range(5)
        ]  # fmt: skip
        db.session.execute(insert(Submission), rows)

    return happen


def compare(urls: dict[int, str], folder: Path, rounds: int) -> None:
    apps = {}
    for size, url in urls.items():
        create_tables(url, folder)
        apps[size] = wsgi.create_app(
            Settings.from_env({"LOG_LEVEL": "ERROR", "INSTANCE_DIR": str(folder), "DATABASE_URL": url})
        )
        with apps[size].app_context():
            fill(size)
            db.session.remove()
    measure(apps, rounds)
    for size, app in apps.items():
        following(app, size, rounds)
        following_deeds(app, size, rounds)
        with app.app_context():
            db.engine.dispose()


def run(words: Sequence[str] = ()) -> None:
    """Both databases, all sizes, unless the words say otherwise."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--members", type=int, nargs="+", default=[1000, 100_000])
    asked.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    asked.add_argument("--rounds", type=int, default=9)
    wish = asked.parse_args(words)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "sqlite" in wish.databases:
            print("SQLite")
            compare({size: f"sqlite:///{folder}/{size}.db" for size in wish.members}, folder, wish.rounds)
        if "postgresql" in wish.databases:
            print("PostgreSQL")
            with postgresql() as server:
                urls = {size: server.create(f"bench_{size}") for size in wish.members}
                compare(urls, folder, wish.rounds)


if __name__ == "__main__":
    run(sys.argv[1:])
