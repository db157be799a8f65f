"""Reads for the follower and for `hurrah prove`: what the boards keep, and what the ledger comes to."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import func, literal, select, union_all

from hub.core.db import db
from hub.ledger import queries as ledger
from hub.ledger.models import Account
from hub.members.models import Member
from leaderboard import periods
from leaderboard.models import COARSE_BITS, Board, Score, ScoreBucket, ScoreCount
from leaderboard.visibility import belongs

Sums = dict[tuple[int, str], int]
"""(account, period) → points."""


def histogram_differences() -> list[tuple[int, str, str, int, int, int]]:
    """Where a histogram isn't what the scores come to: (board, period, which, value, kept, recomputed)."""
    found: list[tuple[int, str, str, int, int, int]] = []
    for name, model, column, value in (
        ("points", ScoreCount, ScoreCount.points, Score.points),
        ("bucket", ScoreBucket, ScoreBucket.bucket, Score.points.op(">>")(literal(COARSE_BITS))),
    ):
        kept = select(
            model.board_id,
            model.period,
            column.label("value"),
            model.members.label("kept"),
            literal(0).label("there"),
        )
        counted = select(Score.board_id, Score.period, value, literal(0), literal(1))
        both = union_all(kept, counted).subquery()
        spot = (both.c.board_id, both.c.period, both.c.value)
        sums = (func.sum(both.c.kept), func.sum(both.c.there))
        query = select(*spot, *sums).group_by(*spot).having(sums[0] != sums[1]).order_by(*spot)
        found += [
            (board_id, period, name, at, int(said), int(true_))
            for board_id, period, at, said, true_ in db.session.execute(query)
        ]
    return found


def members_on(board: Board, account_ids: Sequence[int]) -> dict[int, int]:
    """Which of these accounts have a place on the board: account → member."""
    query = (
        select(Account.id, Account.member_id)
        .join(Member, Member.id == Account.member_id)
        .where(Account.id.in_(account_ids), belongs(board))
    )
    return {account_id: member_id for account_id, member_id in db.session.execute(query) if member_id}


def settled(board_id: int, account_ids: Collection[int]) -> set[int]:
    """Which of these accounts were on the board before: they have a score of all time."""
    query = select(Score.account_id).where(
        Score.board_id == board_id, Score.period == "all", Score.account_id.in_(account_ids)
    )
    return set(db.session.scalars(query))


def kept(board_id: int, account_ids: Sequence[int]) -> Sums:
    """All scores of these accounts."""
    query = select(Score.account_id, Score.period, Score.points)
    rows = db.session.execute(query.where(Score.account_id.in_(account_ids), Score.board_id == board_id))
    return {(account_id, period): points for account_id, period, points in rows}


def kept_in(board_id: int, places: Mapping[int, Collection[str]]) -> Sums:
    """The scores of these accounts in the periods named for each."""
    wanted = set().union(*places.values()) if places else set()
    query = select(Score.account_id, Score.period, Score.points).where(
        Score.board_id == board_id, Score.period.in_(wanted), Score.account_id.in_(places)
    )
    rows = db.session.execute(query)
    return {(account, period): points for account, period, points in rows if period in places[account]}


def earned_ever(account_ids: Sequence[int], zone: ZoneInfo) -> Sums:
    """What the ledger comes to for these accounts, in every period that something of theirs happened in."""
    sums: Sums = defaultdict(int)
    for account_id, happened_at, points in ledger.earned(account_ids) if account_ids else ():
        for key in periods.keys(happened_at, zone):
            sums[account_id, key] += points
    return sums


def earned_in(places: Mapping[int, Collection[str]], zone: ZoneInfo) -> Sums:
    """What the ledger comes to for these accounts in the periods named for each: one statement a period."""
    by_key: dict[str, list[int]] = defaultdict(list)
    for account_id, keys in places.items():
        for key in keys:
            by_key[key].append(account_id)
    sums: Sums = {}
    for key, account_ids in by_key.items():
        since, until = periods.span(key, zone)
        found = ledger.sums(account_ids, since=since, until=until)
        sums |= {(account_id, key): found.get(account_id, 0) for account_id in account_ids}
    return sums
