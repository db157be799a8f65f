"""Members with points, for tests of boards."""

import datetime as dt
import itertools

from sqlalchemy import delete, insert, select

from hub import ledger
from hub.core.db import db
from hub.ledger.models import Change
from hub.members.models import Member
from leaderboard import actions, composing, filling, queries, score_queries
from leaderboard.models import Board

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
numbers = itertools.count(1)


def make_members(count: int, **more: object) -> list[int]:
    """Members called Member 1, Member 2, …; gives their ids."""
    rows = [
        {
            "email": f"member{n}@example.com", "name": f"Member {n}", "handle": f"member{n}", "created_at": NOW,
            "joined_at": NOW, **more,
        }
        for n in itertools.islice(numbers, count)
    ]  # fmt: skip
    return list(db.session.scalars(insert(Member).returning(Member.id, sort_by_parameter_order=True), rows))


def pay(account_id: int, points: int, at: dt.datetime = NOW, *, reason: str = "manual") -> int:
    """Books points and gives the entry's id."""
    key = f"test:{next(numbers)}"
    entry = ledger.award(
        account_id, points, reason=reason, key=key, subject="test:1", happened_at=at, now=max(at, NOW)
    )
    return entry.id


def follow() -> None:
    """What the follower does, without its commit: for tests that undo everything at the end."""
    while filling.fill(limit=500, now=NOW):
        pass
    marked = sorted(set(db.session.scalars(select(Change.account_id))))
    if marked:
        actions.refresh(marked, now=NOW)
        db.session.execute(delete(Change))


def board() -> Board:
    """The board that every hub has."""
    actions.ensure(now=NOW)
    return queries.boards()[0]


def live(name: str, **wish: object) -> Board:
    """A published board of this name; what it counts is counted by `follow`."""
    made = composing.create({"name": name, **wish}, now=NOW, by_id=None)
    return composing.publish(made, now=NOW, by_id=None)


def kept(account_ids: list[int], on: Board | None = None) -> dict[tuple[int, str], int]:
    """What a board keeps of these accounts: (account, period) → points."""
    rows = score_queries.kept(on or board(), account_ids)
    return {spot: row.points for spot, row in rows.items()}
