"""Counting everybody for a board that was published or changed, batch by batch; and looking at who has drifted.

An audience is a rule over members, and a bracket a matter of time: both change without anybody writing an entry.
"""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, String, and_, cast, delete, exists, func, or_, select
from sqlalchemy.orm import joinedload

from badges.models import Level
from hub.core.db import db
from hub.ledger.models import Account, Change, Wallet
from hub.ledger.queries import account_ids_after
from hub.members.models import Member
from leaderboard import actions, brackets
from leaderboard.metrics import METRICS
from leaderboard.models import Board, Score, ScoreBucket, ScoreCount, Season, Share
from leaderboard.visibility import belongs

ONE_DAY = dt.timedelta(days=1)


def oldest_filling() -> dt.datetime | None:
    """When the board was made that waits longest to be counted."""
    waiting = (Board.filled_after.is_not(None), Board.state == "live")
    return db.session.scalar(select(func.min(Board.published_at)).where(*waiting))


def fill(*, limit: int, now: dt.datetime) -> int:
    """The next accounts of the first board that isn't filled; 0 when all are. The caller holds the followers' lease."""
    query = select(Board).options(joinedload(Board.segment)).order_by(Board.id).limit(1)
    board = db.session.scalar(query.where(Board.filled_after.is_not(None), Board.state == "live"))
    if board is None:
        return 0
    account_ids = account_ids_after(board.filled_after or 0, limit)
    if account_ids:
        actions.refresh(account_ids, entirely=True, on=[board], now=now)
        board.filled_after = account_ids[-1]
    elif (stale := _stale_period(board)) is not None:
        forget(board.id, stale, limit)
    else:
        board.filled_after = None
    db.session.flush()
    return len(account_ids) or 1


def _stale_period(board: Board) -> str | None:
    """A period that the board has scores of and doesn't offer any more; not one that is being frozen."""
    closing = select(Season).where(Season.board_id == board.id, Season.state == "closing")
    frozen = {season.key for season in db.session.scalars(closing)}
    there = select(Score.period).where(Score.board_id == board.id).distinct()
    found = sorted(key for key in db.session.scalars(there) if not board.keeps(key) and key not in frozen)
    return found[0] if found else None


def forget(board_id: int, period: str, limit: int) -> int:
    """Takes the next scores and shares of a period off a board; gives how many. Its histograms go first."""
    for model in (ScoreCount, ScoreBucket):
        db.session.execute(delete(model).where(model.board_id == board_id, model.period == period))
    return take_off(Score, board_id, period, limit) + take_off(Share, board_id, period, limit)


def take_off(model: type[Score] | type[Share], board_id: int, period: str, limit: int) -> int:
    """Deletes the next rows of a period; gives how many."""
    query = select(model.account_id).where(model.board_id == board_id, model.period == period)
    account_ids = list(db.session.scalars(query.order_by(model.account_id).limit(limit)))
    if account_ids:
        spot = (model.board_id == board_id, model.period == period, model.account_id.in_(account_ids))
        db.session.execute(delete(model).where(*spot))
    return len(account_ids)


def drifted(board: Board, *, now: dt.datetime, limit: int) -> Sequence[int]:
    """The accounts whose member has come into the board's audience or left it, or into another bracket by the
    calendar, and who aren't marked: at most so many, by id."""
    model = Share if board.kind == "company" else Score
    has_row = exists().where(model.board_id == board.id, model.account_id == Account.id).correlate(Account)
    wrong: list[ColumnElement[bool]] = []
    if board.segment is not None and board.metric in METRICS:
        within = belongs(board, now)
        wrong += [and_(has_row, ~within), and_(~has_row, within, METRICS[board.metric].counts())]
    if board.brackets == "tenure":
        since = func.coalesce(Member.joined_at, Member.created_at, type_=Member.created_at.type)
        ends = (now - dt.timedelta(days=days) for days in brackets.BORDERS)
        wrong.append(and_(has_row, or_(*(since.between(end - 2 * ONE_DAY, end) for end in ends))))
    if board.brackets == "level":
        now_on = (
            select(Level.id)
            .where(Level.floor <= func.coalesce(Wallet.lifetime, 0))
            .order_by(Level.floor.desc())
        )
        level = func.coalesce(cast(now_on.limit(1).correlate(Wallet).scalar_subquery(), String), "")
        elsewhere = exists().where(
            Score.board_id == board.id, Score.account_id == Account.id, Score.bracket != level
        )
        wrong.append(elsewhere.correlate(Account, Wallet))
    if not wrong:
        return []
    marked = exists().where(Change.account_id == Account.id).correlate(Account)
    query = select(Account.id).join(Member, Member.id == Account.member_id)
    query = query.outerjoin(Wallet, Wallet.account_id == Account.id).where(or_(*wrong), ~marked)
    return list(db.session.scalars(query.order_by(Account.id).limit(limit)))
