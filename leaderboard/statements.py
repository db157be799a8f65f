"""The statements behind a page, built once: building them costs several times what the database needs to answer."""

from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)  # fmt: skip

from hub.ledger.models import Account
from hub.members.models import Company, Member
from leaderboard import periods
from leaderboard.lines import NEAR, TOP
from leaderboard.models import COARSE_BITS, Place, Score, ScoreBucket, ScoreCount
from leaderboard.visibility import shown

BOARD, PERIOD = bindparam("board_id", type_=BigInteger), bindparam("period", type_=String)
BRACKET, KIND = bindparam("bracket", type_=String), bindparam("kind", type_=String)
POINTS, ACCOUNT = bindparam("points", type_=BigInteger), bindparam("account_id", type_=BigInteger)
OWNER = bindparam("owner_id", type_=BigInteger)


@lru_cache
def mine(kind: str, ranking: str, best_of: str | None) -> CompoundSelect[Any]:
    """My row in one period with its exact place; with `best_of`, my best one among periods of that kind, too."""
    here = _mine(kind, ranking).where(Score.period == PERIOD).add_columns(literal(0).label("part"))
    if best_of is None:
        return union_all(select(here.subquery()))
    alike = or_(*(Score.period.like(pattern) for pattern in periods.LIKE[best_of]))
    best = _mine(kind, ranking).where(alike).add_columns(literal(1).label("part"))
    best = best.order_by(Score.points.desc(), Score.period).limit(1)
    return union_all(select(here.subquery()), select(best.subquery()))


def _mine(kind: str, ranking: str) -> Select[Any]:
    """A place counts those in higher buckets, and those with more points in its own bucket; a dense one, the different
    scores above it."""
    bucket = Score.points.op(">>")(literal(COARSE_BITS))
    if ranking == "dense":
        before = _counted(func.count(), ScoreCount, ScoreCount.points > Score.points)
    else:
        end = (bucket + 1) * (1 << COARSE_BITS)
        within = and_(ScoreCount.points > Score.points, ScoreCount.points < end)
        before = _counted(func.sum(ScoreBucket.members), ScoreBucket, ScoreBucket.bucket > bucket) + _counted(
            func.sum(ScoreCount.members), ScoreCount, within
        )
    query = select(
        Score.period, Score.bracket, Score.points, Score.account_id, (1 + before).label("rank"),
        _counted(func.sum(ScoreBucket.members), ScoreBucket, true()).label("members"), _tied().label("tied"),
    ).join(Account, Account.id == Score.account_id)  # fmt: skip
    if kind == "company":
        return query.where(Account.company_id == OWNER, Score.board_id == BOARD)
    query = query.join(Member, Member.id == Account.member_id)
    return query.where(Account.member_id == OWNER, Score.board_id == BOARD, shown())


def _counted(what: Any, model: Any, which: ColumnElement[bool]) -> ColumnElement[int]:
    sheet = (model.board_id == BOARD, model.period == Score.period, model.bracket == Score.bracket)
    counted = select(what).select_from(model).where(*sheet, which)
    return func.coalesce(counted.correlate(Score).scalar_subquery(), 0)


def _tied() -> ScalarSelect[Any]:
    same = (
        ScoreCount.board_id == BOARD,
        ScoreCount.period == Score.period,
        ScoreCount.bracket == Score.bracket,
    )
    query = select(func.coalesce(func.max(ScoreCount.members), 1))
    return query.where(*same, ScoreCount.points == Score.points).correlate(Score).scalar_subquery()


@lru_cache
def page(kind: str, with_top: bool, with_me: bool) -> CompoundSelect[Any] | None:
    """The first fifty, and those next to me."""
    parts = [*([_top(kind)] if with_top else []), *(_near(kind) if with_me else [])]
    # A limit inside a union needs a query of its own around it on SQLite.
    return union_all(*(select(part.subquery()) for part in parts)) if parts else None


def _rows(kind: str, part: int, tied: ColumnElement[Any]) -> Select[Any]:
    noted = and_(Place.board_id == Score.board_id, Place.period == KIND, Place.account_id == Score.account_id,
                 Place.bracket == Score.bracket)  # fmt: skip
    if kind == "company":
        who: tuple[Any, ...] = (cast(null(), String).label("handle"), Company.name.label("name"),
               cast(null(), String).label("company"),
               false().label("masked"))  # fmt: skip
    else:
        who = (Member.handle, func.coalesce(Member.pseudonym, Member.name).label("name"),
               Company.name.label("company"), Member.pseudonym.is_not(None).label("masked"))  # fmt: skip
    query = select(
        literal(part).label("part"), Score.points, Score.account_id, Score.member_id, *who, Place.rank.label("noted"),
        tied.label("tied"),
    ).outerjoin(Place, noted)  # fmt: skip
    sheet = (Score.board_id == BOARD, Score.period == PERIOD, Score.bracket == BRACKET)
    if kind == "company":
        return query.join(Company, Company.id == Score.company_id).where(*sheet)
    query = query.join(Member, Member.id == Score.member_id)
    return query.outerjoin(Company, Company.id == Member.company_id).where(*sheet, shown())


def _top(kind: str) -> Select[Any]:
    query = _rows(kind, 0, cast(null(), BigInteger))
    return query.order_by(Score.points.desc(), Score.account_id).limit(TOP)


def _near(kind: str) -> list[Select[Any]]:
    """Equals and betters above, me, equals and lesser ones below. Each a short walk on the index."""
    rows = _rows(kind, 1, _tied())
    same = rows.where(Score.points == POINTS)
    up, down = (Score.points, Score.account_id.desc()), (Score.points.desc(), Score.account_id)
    return [
        same.where(Score.account_id < ACCOUNT).order_by(Score.account_id.desc()).limit(NEAR),
        rows.where(Score.points > POINTS).order_by(*up).limit(NEAR),
        same.where(Score.account_id >= ACCOUNT).order_by(Score.account_id).limit(NEAR + 1),
        rows.where(Score.points < POINTS).order_by(*down).limit(NEAR),
    ]
