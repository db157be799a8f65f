"""Writing boards: absolute values from the truth into score rows, their differences into the histograms.

Only the follower of the ledger's changes does this, one at a time (a lease), so no sum is ever counted twice.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, insert, literal, null, select

from hub.core.db import db
from hub.core.place import place
from hub.ledger.models import Account
from leaderboard import composing, periods, queries, score_queries
from leaderboard.metrics import METRICS, Metric, Summed
from leaderboard.models import COARSE_BITS, Board, Score, ScoreBucket, ScoreCount, Share
from leaderboard.rows import add_members, company_accounts, drop, put_scores, put_shares
from leaderboard.score_queries import Kept, Part, Spot, Sums

Counts = Counter[tuple[str, str, int]]


def ensure(*, now: dt.datetime) -> None:
    """Makes the board that every hub has, unless there is a board already."""
    if not queries.any_board():
        made = composing.create(composing.FIRST, now=now, by_id=None, slug="points")
        composing.publish(made, now=now, by_id=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What has to be looked at on one board: some accounts in every period, the others where something is new."""

    board: Board
    taking: Mapping[int, Part]
    anew: Sequence[int]
    news: Mapping[int, set[str]]


def refresh(
    account_ids: Sequence[int], *, now: dt.datetime, entirely: bool = False, on: Sequence[Board] | None = None
) -> None:
    """Brings the rows of these accounts to what the truth comes to, on every live board or on those given.

    Only the periods that news fell in are summed where a metric can tell them, unless `entirely`, or the account has
    just (re)appeared, or is compared with others than before.
    """
    zone = place(fresh=True).zone
    groups: dict[str, list[Board]] = defaultdict(list)
    for board in queries.boards() if on is None else on:
        groups[board.metric].append(board)
    for name, boards in groups.items():
        if name in METRICS:
            _refresh(METRICS[name], boards, account_ids, zone, now, entirely=entirely)


def _refresh(
    metric: Metric, boards: Sequence[Board], account_ids: Sequence[int], zone: ZoneInfo, now: dt.datetime, *,
    entirely: bool,
) -> None:  # fmt: skip
    days = None if entirely or not isinstance(metric, Summed) else _days(metric, account_ids, zone)
    plans = [_plan(board, account_ids, days, now) for board in boards]
    whole = sorted({account for plan in plans for account in plan.anew if account in plan.taking})
    done = score_queries.deeds(metric, whole, zone)
    for plan in plans:
        board = plan.board
        kept = score_queries.kept(board, plan.anew) | score_queries.kept_in(board, plan.news)
        true = score_queries.ever(board, done, [account for account in plan.anew if account in plan.taking])
        if plan.news and isinstance(metric, Summed):
            true |= score_queries.lately(metric, plan.news, zone)
        write = _write_shares if board.kind == "company" else _write_scores
        write(board.id, kept, true, plan.taking)


def _days(metric: Summed, account_ids: Sequence[int], zone: ZoneInfo) -> dict[int, set[dt.date]]:
    found: dict[int, set[dt.date]] = defaultdict(set)
    for account_id, at in metric.news(account_ids):
        found[account_id].add(periods.day_of(at, zone))
    return found


def _plan(
    board: Board, account_ids: Sequence[int], days: Mapping[int, set[dt.date]] | None, now: dt.datetime
) -> Plan:
    taking = score_queries.parts(board, account_ids, now)
    settled = set() if days is None else score_queries.settled(board, taking)
    news = {
        account_id: {key for day in (days or {}).get(account_id, ()) for key in board.keys_of(day)}
        for account_id in settled
    }
    anew = [account_id for account_id in account_ids if account_id not in settled]
    return Plan(board=board, taking=taking, anew=anew, news=news)


def _write_scores(board_id: int, kept: Mapping[Spot, Kept], true: Sums, taking: Mapping[int, Part]) -> None:
    counts: Counts = Counter()
    risen, gone = [], []
    for spot in sorted(kept.keys() | true.keys()):
        account_id, key = spot
        was, points = kept.get(spot), max(0, true.get(spot, 0))
        bracket = taking[account_id].bracket if points else ""
        if was is not None and (was.points, was.bracket) == (points, bracket):
            continue
        if was is not None:
            counts[key, was.bracket, was.points] -= 1
        if points:
            counts[key, bracket, points] += 1
            risen.append((key, account_id, bracket, taking[account_id].member_id, None, points))
        elif was is not None:
            gone.append((key, account_id))
    put_scores(board_id, risen)
    drop(Score, board_id, gone)
    _count(board_id, counts)


def _write_shares(board_id: int, kept: Mapping[Spot, Kept], true: Sums, taking: Mapping[int, Part]) -> None:
    """The members' shares, and what they change of their companies' scores."""
    more: Counter[tuple[str, int]] = Counter()
    risen, gone = [], []
    for spot in sorted(kept.keys() | true.keys()):
        account_id, key = spot
        was, points = kept.get(spot), max(0, true.get(spot, 0))
        company_id = (taking[account_id].company_id or 0) if points else 0
        if was is not None and (was.points, was.company_id) == (points, company_id):
            continue
        if was is not None and was.company_id is not None:
            more[key, was.company_id] -= was.points
        if points:
            more[key, company_id] += points
            risen.append((key, account_id, company_id, points))
        elif was is not None:
            gone.append((key, account_id))
    put_shares(board_id, risen)
    drop(Share, board_id, gone)
    _add_to_companies(board_id, {spot: points for spot, points in more.items() if points})


def _add_to_companies(board_id: int, more: Mapping[tuple[str, int], int]) -> None:
    if not more:
        return
    accounts = company_accounts({company_id for _, company_id in more})
    had = score_queries.company_scores(board_id, accounts.values(), {key for key, _ in more})
    counts: Counts = Counter()
    risen, gone = [], []
    for (key, company_id), points in sorted(more.items()):
        account_id = accounts[company_id]
        was = had.get((account_id, key), 0)
        if was:
            counts[key, "", was] -= 1
        if was + points > 0:
            counts[key, "", was + points] += 1
            risen.append((key, account_id, "", None, company_id, was + points))
        else:
            gone.append((key, account_id))
    put_scores(board_id, risen)
    drop(Score, board_id, gone)
    _count(board_id, counts)


def _count(board_id: int, counts: Counts) -> None:
    buckets: Counts = Counter()
    for (key, bracket, points), members_more in counts.items():
        buckets[key, bracket, points >> COARSE_BITS] += members_more
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
            select(literal(board_id), Score.period, Score.bracket, value, func.count())
            .where(Score.board_id == board_id)
            .group_by(Score.period, Score.bracket, value)
        )
        columns = [column.name for column in model.__table__.columns]
        db.session.execute(insert(model).from_select(columns, counted))


def sum_anew(board: Board) -> None:
    """Makes a board's company scores again from their shares; a board of members has none."""
    if board.kind != "company":
        return
    db.session.execute(delete(Score).where(Score.board_id == board.id))
    total = func.sum(Share.points)
    summed = (
        select(literal(board.id), Share.period, Account.id, literal(""), null(), Share.company_id, total)
        .join(Account, Account.company_id == Share.company_id)
        .where(Share.board_id == board.id)
        .group_by(Share.period, Account.id, Share.company_id)
    )
    columns = ["board_id", "period", "account_id", "bracket", "member_id", "company_id", "points"]
    db.session.execute(insert(Score).from_select(columns, summed))
