"""Writing boards: absolute values from the ledger into score rows, their differences into the histograms."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, func, insert, literal, select

from hub.core.db import db
from hub.core.place import place
from hub.ledger import queries as ledger
from hub.ledger.books import mark_everybody
from leaderboard import periods, queries, score_queries
from leaderboard.models import COARSE_BITS, Board, Score, ScoreBucket, ScoreCount
from leaderboard.rows import add_members, drop_scores, put_scores


def ensure(*, now: dt.datetime) -> None:
    """Makes the board that every hub has, unless there is a board already."""
    if not queries.boards():
        create("points", "Everybody", now=now)


def create(slug: str, name: str, *, audience: dict[str, list[str]] | None = None, now: dt.datetime) -> Board:
    """A new board. What was earned before appears on it as soon as the followers have been around."""
    board = Board(slug=slug, name=name, metric="points", audience=audience or {}, created_at=now)
    db.session.add(board)
    db.session.flush()
    mark_everybody(now=now)
    return board


def refresh(account_ids: Sequence[int], *, entirely: bool = False, on: Sequence[Board] | None = None) -> None:
    """Brings the rows of these accounts to what the ledger comes to, on every board or on those given.

    Only the periods that news fell in are summed, unless `entirely` or the account has just (re)appeared.
    """
    zone = place(fresh=True).zone
    touched: dict[int, set[str]] = defaultdict(set)
    if not entirely:
        for account_id, happened_at in ledger.news(account_ids):
            touched[account_id].update(periods.keys(happened_at, zone))
    for board in queries.boards() if on is None else on:
        members = score_queries.members_on(board, account_ids)
        settled = set() if entirely else score_queries.settled(board.id, members)
        anew = [account_id for account_id in account_ids if account_id not in settled]
        news = {account_id: touched[account_id] for account_id in settled}
        kept = score_queries.kept(board.id, anew) | score_queries.kept_in(board.id, news)
        true = score_queries.earned_ever([account_id for account_id in anew if account_id in members], zone)
        _write(board.id, kept, true | score_queries.earned_in(news, zone), members)


def _write(
    board_id: int, kept: score_queries.Sums, true: score_queries.Sums, members: Mapping[int, int]
) -> None:
    counts: Counter[tuple[str, int]] = Counter()
    risen, gone = [], []
    for spot in sorted(kept.keys() | true.keys()):
        was, is_ = kept.get(spot, 0), max(0, true.get(spot, 0))
        if was == is_:
            continue
        account_id, key = spot
        if was:
            counts[key, was] -= 1
        if is_:
            counts[key, is_] += 1
            risen.append((key, account_id, members[account_id], is_))
        else:
            gone.append((key, account_id))
    put_scores(board_id, risen)
    drop_scores(board_id, gone)
    buckets: Counter[tuple[str, int]] = Counter()
    for (key, points), members_more in counts.items():
        buckets[key, points >> COARSE_BITS] += members_more
    add_members(ScoreCount, board_id, counts)
    add_members(ScoreBucket, board_id, buckets)


def count_anew(board_id: int) -> None:
    """Makes both histograms of a board again from its score rows."""
    for model, value in (
        (ScoreCount, Score.points),
        (ScoreBucket, Score.points.op(">>")(literal(COARSE_BITS))),
    ):
        db.session.execute(delete(model).where(model.board_id == board_id))
        counted = (
            select(literal(board_id), Score.period, value, func.count())
            .where(Score.board_id == board_id)
            .group_by(Score.period, value)
        )
        columns = [column.name for column in model.__table__.columns]
        db.session.execute(insert(model).from_select(columns, counted))
