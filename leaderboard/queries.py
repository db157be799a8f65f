"""Reads of boards. A page costs a fixed number of statements, however many members there are: the boards, where I
stand, the lines, and the seasons that are over."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from badges.queries import levels
from hub import segments
from hub.core.db import db
from hub.ledger import queries as ledger
from leaderboard import brackets, lines, periods, statements
from leaderboard.lines import TOP, Mine, Standing
from leaderboard.models import Board

__all__ = ["TOP", "Mine", "Page", "Standing"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A board in one period and bracket: its first fifty, me, and those around me (best first, me among them)."""

    board: Board
    period: str
    bracket: str
    top: list[Standing]
    mine: Mine | None
    best: Mine | None
    """My best period of this kind, this one included."""
    around: list[Standing]
    next_up: Standing | None
    """The nearest with more points than I have."""
    elsewhere: bool
    """Whether this is a bracket that isn't mine."""

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
        """Among which best part I am, when that is the better half."""
        return self.mine.best_percent if self.mine else None

    @property
    def is_my_best(self) -> bool:
        """Whether I never had more in such a period."""
        return self.best is not None and self.mine is not None and self.best.points <= self.mine.points


def boards() -> list[Board]:
    """All live boards with their audiences, in the managers' order; the first is shown when none is asked for."""
    query = select(Board).options(joinedload(Board.segment)).where(Board.state == "live")
    return list(db.session.scalars(query.order_by(Board.position, Board.id)))


def any_board() -> bool:
    """Whether there is a board, live or not."""
    return db.session.scalar(select(Board.id).limit(1)) is not None


def boards_for(member: Any, now: dt.datetime) -> list[Board]:
    """The live boards this member may see. Who doesn't belong to an audience isn't told that it has a board; managers
    see all."""
    found = boards()
    narrow = [board for board in found if board.segment is not None]
    if not narrow or {"manager", "admin"} & member.roles:
        return found
    rules = [board.segment.rules for board in narrow if board.segment is not None]
    holds = dict(zip(narrow, segments.holds_many(rules, member.id, now), strict=True))
    return [board for board in found if holds.get(board, True)]


def may_see(board: Board, member: Any, now: dt.datetime) -> bool:
    """Whether this member may see a board, live or closed, as `boards_for` says. Nobody sees a draft."""
    if board.state == "draft":
        return False
    if board.segment is None or {"manager", "admin"} & member.roles:
        return True
    return segments.holds(board.segment.rules, member.id, now)


def bracket_of(board: Board, member: Any, now: dt.datetime) -> str:
    """In which bracket somebody without a score would stand."""
    ladder, points = levels() if board.brackets == "level" else (), 0
    if board.brackets == "level":
        points = ledger.wallet_of(member.id).lifetime
    since = member.joined_at or member.created_at
    return brackets.bracket(board.brackets, since=since, points=points, ladder=ladder, now=now)


def page(
    board: Board, period: str, owner_id: int | None, *, bracket: str | None = None, usual_bracket: str = "",
    with_top: bool = True, with_best: bool = False,
) -> Page:  # fmt: skip
    """What a board shows in the period of this key to this member (on a board of companies: to this company's). My own
    bracket unless another is asked for; `usual_bracket` is mine while I have no score."""
    mine, best = my_standing(board, period, owner_id, with_best=with_best)
    own = mine.bracket if mine else usual_bracket
    shown_bracket = own if bracket is None else bracket
    here = mine if mine is not None and mine.bracket == shown_bracket else None
    wanted: dict[str, Any] = {
        "board_id": board.id, "period": period, "bracket": shown_bracket, "kind": periods.kind_of(period),
    }  # fmt: skip
    if here is not None:
        wanted |= {"points": here.points, "account_id": here.account_id}
    statement = statements.page(board.kind, with_top, here is not None)
    rows: Sequence[Any] = db.session.execute(statement, wanted).all() if statement is not None else []
    near = [row for row in rows if row.part == 1]
    return Page(
        board=board, period=period, bracket=shown_bracket, mine=here, best=best,
        top=lines.ranked((row for row in rows if row.part == 0), ranking=board.ranking,
                         mine=here.account_id if here else None),
        around=lines.around(near, here, board.ranking) if here else [],
        next_up=lines.next_up(near, here, board.ranking) if here else None, elsewhere=shown_bracket != own,
    )  # fmt: skip


def my_standing(
    board: Board, period: str, owner_id: int | None, *, with_best: bool = False
) -> tuple[Mine | None, Mine | None]:
    """My points and my exact place in this period, and in the best of its kind: one statement. None without points."""
    if owner_id is None:
        return None, None
    kind = periods.kind_of(period)
    best_of = kind if with_best and kind not in ("all", periods.SEASON) else None
    wanted = {"board_id": board.id, "period": period, "owner_id": owner_id}
    rows = db.session.execute(statements.mine(board.kind, board.ranking, best_of), wanted).all()
    found = {
        row.part: Mine(rank=int(row.rank), points=row.points, account_id=row.account_id, members=int(row.members),
                       tied=int(row.tied), period=row.period, bracket=row.bracket)
        for row in rows
    }  # fmt: skip
    return found.get(0), found.get(1)
