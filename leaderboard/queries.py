"""Reads of boards. A page costs three statements, however many members there are.

Rank is *competition ranking*: equal points share a place, and the next place counts them all (1, 2, 2, 4). So my place
is one more than the members with more points: those in higher buckets, and those with more points in my own bucket.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Row,
    ScalarSelect,
    Select,
    String,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)  # fmt: skip

from hub.core.db import db
from hub.ledger.models import Account
from hub.members.models import Company, Member
from leaderboard.models import COARSE_BITS, Board, Score, ScoreBucket, ScoreCount
from leaderboard.visibility import shown

TOP = 50
NEAR = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One line of a board."""

    rank: int
    points: int
    member_id: int
    handle: str | None
    name: str
    initials: str
    company: str | None
    me: bool = False

    @property
    def place(self) -> int | None:
        """The rank as far as anybody is told: nobody is shown that they are 48,213th."""
        return self.rank if self.rank <= TOP else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Mine:
    """Where I stand: my place, how many there are, and what the next place takes."""

    rank: int
    points: int
    account_id: int
    members: int
    tied: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A board in one period: its first fifty, me, and those around me (best first, me among them)."""

    board: Board
    period: str
    top: list[Standing]
    mine: Mine | None
    around: list[Standing]
    next_up: Standing | None
    """The nearest member with more points than I have."""

    @property
    def in_sight(self) -> bool:
        """Whether my place is one of those that everybody sees. Other places are never told as a number."""
        return self.mine is not None and self.mine.rank <= TOP

    @property
    def is_listed(self) -> bool:
        """Whether the list of the first shows me."""
        return any(row.me for row in self.top)

    @property
    def best_percent(self) -> int | None:
        """Among which best part of the members I am, when that is the better half."""
        if self.mine is None:
            return None
        percent = -(-self.mine.rank * 100 // max(1, self.mine.members))
        return percent if percent <= 50 else None


def boards() -> list[Board]:
    """All boards, the oldest first; that one is shown when none is asked for."""
    return list(db.session.scalars(select(Board).order_by(Board.id)))


def page(board: Board, period: str, member_id: int, *, with_top: bool = True) -> Page:
    """What a board shows to this member in the period of this key; without the top only those around them."""
    mine = my_standing(board.id, period, member_id)
    wanted = {"board_id": board.id, "period": period}
    if mine is not None:
        wanted |= {"points": mine.points, "account_id": mine.account_id}
    statement = _page_statement(with_top, mine is not None)
    rows = db.session.execute(statement, wanted).all() if statement is not None else []
    first = [row for row in rows if row.part == 0]
    return Page(
        board=board, period=period, mine=mine, top=_ranked(first, rank=1, member_id=member_id),
        around=_around(rows, mine, member_id) if mine is not None else [],
        next_up=_next_up(rows, mine, member_id) if mine is not None else None,
    )  # fmt: skip


def my_standing(board_id: int, period: str, member_id: int) -> Mine | None:
    """My points and my exact place, in one statement; None when I have no points in this period."""
    wanted = {"board_id": board_id, "period": period, "member_id": member_id}
    row = db.session.execute(_my_statement(), wanted).one_or_none()
    if row is None:
        return None
    return Mine(
        rank=int(row.rank), points=row.points, account_id=row.account_id, members=int(row.members),
        tied=int(row.tied),
    )  # fmt: skip


# Statements are built once: building them costs several times what the database needs to answer.
BOARD, PERIOD = bindparam("board_id", type_=BigInteger), bindparam("period", type_=String)
POINTS, ACCOUNT = bindparam("points", type_=BigInteger), bindparam("account_id", type_=BigInteger)


@lru_cache
def _my_statement() -> Select[Any]:
    bucket = Score.points.op(">>")(literal(COARSE_BITS))
    higher = _members(ScoreBucket, ScoreBucket.bucket > bucket)
    end = (bucket + 1) * (1 << COARSE_BITS)
    better = _members(ScoreCount, (ScoreCount.points > Score.points) & (ScoreCount.points < end))
    member_id = bindparam("member_id", type_=BigInteger)
    return (
        select(
            Score.points, Score.account_id, (1 + higher + better).label("rank"),
            _members(ScoreBucket, true()).label("members"), _tied().label("tied"),
        )
        .join(Account, Account.id == Score.account_id)
        .join(Member, Member.id == Account.member_id)
        .where(Account.member_id == member_id, Score.board_id == BOARD, Score.period == PERIOD, shown())
    )  # fmt: skip


def _members(model: Any, which: ColumnElement[bool]) -> ColumnElement[int]:
    counted = select(func.sum(model.members)).where(model.board_id == BOARD, model.period == PERIOD, which)
    return func.coalesce(counted.correlate(Score).scalar_subquery(), 0)


def _tied() -> ScalarSelect[Any]:
    same = (ScoreCount.board_id == BOARD, ScoreCount.period == PERIOD, ScoreCount.points == Score.points)
    return (
        select(func.coalesce(func.max(ScoreCount.members), 1)).where(*same).correlate(Score).scalar_subquery()
    )


@lru_cache
def _page_statement(with_top: bool, with_me: bool) -> CompoundSelect[Any] | None:
    parts = [*([_top()] if with_top else []), *(_near() if with_me else [])]
    # A limit inside a union needs a query of its own around it on SQLite.
    return union_all(*(select(part.subquery()) for part in parts)) if parts else None


def _rows(part: int, tied: ColumnElement[Any]) -> Select[Any]:
    return (
        select(
            literal(part).label("part"), Score.points, Score.account_id, Score.member_id, Member.handle,
            func.coalesce(Member.pseudonym, Member.name).label("name"), Company.name.label("company"),
            Member.pseudonym.is_not(None).label("masked"), tied.label("tied"),
        )
        .join(Member, Member.id == Score.member_id)
        .outerjoin(Company, Company.id == Member.company_id)
        .where(Score.board_id == BOARD, Score.period == PERIOD, shown())
    )  # fmt: skip


def _top() -> Select[Any]:
    query = _rows(0, cast(null(), BigInteger))
    return query.order_by(Score.points.desc(), Score.account_id).limit(TOP)


def _near() -> list[Select[Any]]:
    """Those next to me: equals and betters above, me, equals and lesser ones below. Each a short walk on the index."""
    rows = _rows(1, _tied())
    same = rows.where(Score.points == POINTS)
    up, down = (Score.points, Score.account_id.desc()), (Score.points.desc(), Score.account_id)
    return [
        same.where(Score.account_id < ACCOUNT).order_by(Score.account_id.desc()).limit(NEAR),
        rows.where(Score.points > POINTS).order_by(*up).limit(NEAR),
        same.where(Score.account_id >= ACCOUNT).order_by(Score.account_id).limit(NEAR + 1),
        rows.where(Score.points < POINTS).order_by(*down).limit(NEAR),
    ]


def _around(rows: Sequence[Row[Any]], mine: Mine, member_id: int) -> list[Standing]:
    near = sorted((row for row in rows if row.part == 1), key=lambda row: (-row.points, row.account_id))
    at = next((place for place, row in enumerate(near) if row.account_id == mine.account_id), 0)
    near = near[max(0, at - NEAR) : at + NEAR + 1]
    # Between two of these rows nobody else stands, so each place follows from the next one's and who is tied there.
    above = {row.points: int(row.tied or 1) for row in near if row.points > mine.points}
    return _ranked(near, rank=mine.rank - sum(above.values()), member_id=member_id)


def _next_up(rows: Sequence[Row[Any]], mine: Mine, member_id: int) -> Standing | None:
    better = [row for row in rows if row.part == 1 and row.points > mine.points]
    if not better:
        return None
    nearest = min(better, key=lambda row: (row.points, -row.account_id))
    return _standing(nearest, mine.rank - int(nearest.tied), member_id)


def _ranked(rows: Iterable[Row[Any]], *, rank: int, member_id: int) -> list[Standing]:
    """Competition ranking, from the place of the first row on: 1, 2, 2, 4."""
    found: list[Standing] = []
    last: Row[Any] | None = None
    for place, row in enumerate(rows, start=rank):
        if last is None or row.points != last.points:
            rank = place if row.tied is None or last is None else rank + int(last.tied or 1)
        last = row
        found.append(_standing(row, rank, member_id))
    return found


def _standing(row: Row[Any], rank: int, member_id: int) -> Standing:
    words = [word for word in row.name.split() if word[:1].isalnum()]
    initials = "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)) or "?"
    return Standing(
        rank=rank, points=row.points, member_id=row.member_id, name=row.name,
        handle=None if row.masked else row.handle,
        initials=initials.upper(), company=None if row.masked else row.company, me=row.member_id == member_id,
    )  # fmt: skip
