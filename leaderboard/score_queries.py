"""Reads for the follower and for `hurrah prove`: what the boards keep, and what the truth comes to."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import func, literal, select, union_all

from badges.queries import levels
from hub.core.db import db
from hub.ledger.models import Account, Wallet
from hub.members.models import Member
from hub.outbox.models import Message
from leaderboard import brackets, periods
from leaderboard.metrics import Metric, Summed
from leaderboard.models import COARSE_BITS, Board, Score, ScoreBucket, ScoreCount, Share
from leaderboard.visibility import belongs, takes_part

Spot = tuple[int, str]
"""(account, period)."""
Sums = dict[Spot, int]
Deeds = Mapping[int, Sequence[tuple[dt.date, int]]]
"""Account → (the hub's day, how much)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """How somebody takes part in a board."""

    member_id: int
    bracket: str
    company_id: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What a row says."""

    points: int
    bracket: str = ""
    company_id: int | None = None


def parts(
    board: Board, account_ids: Sequence[int], now: dt.datetime, *, whoever: bool = False
) -> dict[int, Part]:
    """Which of these accounts have a place on the board, and among whom; `whoever` leaves its audience out of it."""
    ladder = levels() if board.brackets == "level" else ()
    since = func.coalesce(Member.joined_at, Member.created_at, type_=Member.created_at.type)
    query = (
        select(Account.id, Member.id, Member.company_id, since, func.coalesce(Wallet.lifetime, 0))
        .join(Member, Member.id == Account.member_id)
        .outerjoin(Wallet, Wallet.account_id == Account.id)
        .where(Account.id.in_(account_ids), takes_part(board) if whoever else belongs(board, now))
    )
    return {
        account_id: Part(
            member_id=member_id, company_id=company_id if board.kind == "company" else None,
            bracket=brackets.bracket(board.brackets, since=came, points=points, ladder=ladder, now=now),
        )
        for account_id, member_id, company_id, came, points in db.session.execute(query)
    }  # fmt: skip


def settled(board: Board, taking: Mapping[int, Part]) -> set[int]:
    """Which of these were on the board before, in the same bracket and for the same company."""
    model = Share if board.kind == "company" else Score
    among = model.company_id if model is Share else Score.bracket
    query = select(model.account_id, among).where(model.board_id == board.id, model.account_id.in_(taking))
    if "all" in board.periods:
        query = query.where(model.period == "all")
    rows = db.session.execute(query.distinct())
    return {
        account_id
        for account_id, said in rows
        if said == (taking[account_id].company_id if model is Share else taking[account_id].bracket)
    }


def kept(board: Board, account_ids: Sequence[int]) -> dict[Spot, Kept]:
    """All rows of these members' accounts that the board keeps up."""
    return _kept(board, account_ids, None)


def kept_in(board: Board, places: Mapping[int, Collection[str]]) -> dict[Spot, Kept]:
    """The rows of these members' accounts in the periods named for each."""
    wanted = set().union(*places.values()) if places else set()
    rows = _kept(board, list(places), wanted) if wanted else {}
    return {spot: row for spot, row in rows.items() if spot[1] in places[spot[0]]}


def _kept(board: Board, account_ids: Sequence[int], wanted: Collection[str] | None) -> dict[Spot, Kept]:
    if not account_ids:
        return {}
    if board.kind == "company":
        query = select(Share.account_id, Share.period, Share.points, literal(""), Share.company_id)
        query = query.where(Share.account_id.in_(account_ids), Share.board_id == board.id)
        query = query if wanted is None else query.where(Share.period.in_(wanted))
    else:
        query = select(Score.account_id, Score.period, Score.points, Score.bracket, Score.company_id)
        query = query.where(Score.account_id.in_(account_ids), Score.board_id == board.id)
        query = query if wanted is None else query.where(Score.period.in_(wanted))
    return {
        (account_id, period): Kept(points=points, bracket=bracket, company_id=company_id)
        for account_id, period, points, bracket, company_id in db.session.execute(query)
        if board.keeps(period)
    }


def company_scores(board_id: int, account_ids: Collection[int], keys: Collection[str]) -> Sums:
    """What these companies' accounts have on a board of companies, in these periods."""
    query = select(Score.account_id, Score.period, Score.points).where(
        Score.board_id == board_id, Score.period.in_(keys), Score.account_id.in_(account_ids)
    )
    return {(account_id, period): points for account_id, period, points in db.session.execute(query)}


def deeds(metric: Metric, account_ids: Sequence[int], zone: ZoneInfo) -> Deeds:
    """All that a metric counts for these accounts, by the hub's days."""
    found: dict[int, list[tuple[dt.date, int]]] = defaultdict(list)
    for account_id, at, amount in metric.happened(account_ids) if account_ids else ():
        found[account_id].append((periods.day_of(at, zone), amount))
    return found


def ever(board: Board, done: Deeds, account_ids: Iterable[int]) -> Sums:
    """What these accounts come to in every period of the board that something of theirs happened in."""
    sums: Sums = defaultdict(int)
    for account_id in account_ids:
        for day, amount in done.get(account_id, ()):
            for key in board.keys_of(day):
                sums[account_id, key] += amount
    return sums


def lately(metric: Summed, places: Mapping[int, Collection[str]], zone: ZoneInfo) -> Sums:
    """What these accounts come to in the periods named for each: one statement a period."""
    by_key: dict[str, list[int]] = defaultdict(list)
    for account_id, keys in places.items():
        for key in keys:
            by_key[key].append(account_id)
    sums: Sums = {}
    for key, account_ids in by_key.items():
        since, until = periods.span(key, zone)
        found = metric.sums(account_ids, since, until)
        sums |= {(account_id, key): found.get(account_id, 0) for account_id in account_ids}
    return sums


def histogram_differences() -> list[tuple[int, str, str, str, int, int, int]]:
    """Where a histogram isn't what the scores come to: (board, period, bracket, which, value, kept, recomputed)."""
    found: list[tuple[int, str, str, str, int, int, int]] = []
    for name, model, column, value in (
        ("points", ScoreCount, ScoreCount.points, Score.points),
        ("bucket", ScoreBucket, ScoreBucket.bucket, Score.points.op(">>")(literal(COARSE_BITS))),
    ):
        kept_ = select(
            model.board_id, model.period, model.bracket, column.label("value"), model.members.label("kept"),
            literal(0).label("there"),
        )  # fmt: skip
        counted = select(Score.board_id, Score.period, Score.bracket, value, literal(0), literal(1))
        both = union_all(kept_, counted).subquery()
        spot = (both.c.board_id, both.c.period, both.c.bracket, both.c.value)
        sums = (func.sum(both.c.kept), func.sum(both.c.there))
        query = select(*spot, *sums).group_by(*spot).having(sums[0] != sums[1]).order_by(*spot)
        found += [
            (board_id, period, bracket, name, at, int(said), int(true_))
            for board_id, period, bracket, at, said, true_ in db.session.execute(query)
        ]
    return found


def company_differences() -> list[tuple[int, str, int, int, int]]:
    """Where a company's score isn't the sum of its shares: (board, period, company, kept, recomputed)."""
    scores = select(
        Score.board_id, Score.period, Score.company_id, Score.points.label("kept"), literal(0).label("there")
    ).where(Score.company_id.is_not(None))
    shares = select(Share.board_id, Share.period, Share.company_id, literal(0), Share.points)
    both = union_all(scores, shares).subquery()
    spot = (both.c.board_id, both.c.period, both.c.company_id)
    sums = (func.sum(both.c.kept), func.sum(both.c.there))
    query = select(*spot, *sums).group_by(*spot).having(sums[0] != sums[1]).order_by(*spot)
    return [
        (board_id, period, company_id, int(said), int(true_))
        for board_id, period, company_id, said, true_ in db.session.execute(query)
    ]


def are_waiting(names: Collection[str]) -> bool:
    """Whether messages of these names wait, on which it depends who stands where."""
    waiting = select(Message.id).where(Message.name.in_(names), Message.done_at.is_(None)).limit(1)
    return db.session.scalar(waiting) is not None
