"""Boards as managers make them: drafted, published, changed, closed."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from badges.models import Badge
from hub import activity, outbox
from hub.core.db import db
from hub.core.place import place
from hub.segments.fields import Unclear
from hub.segments.words import slug_of
from leaderboard import periods
from leaderboard.metrics import METRICS
from leaderboard.models import Board, Season
from leaderboard.periods import Period

FILL = "leaderboard.fill"
FOUNDING = ("metric", "kind", "brackets", "ranking")
"""What a board is: to change it after it was published would be another board."""
COUNTED = (*FOUNDING, "segment_id", "periods", "starts_on", "ends_on")
"""What decides who has a row, and in which period."""
FIRST: Mapping[str, Any] = {"name": "Everybody", "story": "All of us, by points."}


def create(wish: Mapping[str, Any], *, now: dt.datetime, by_id: int | None, slug: str = "") -> Board:
    """A draft that nobody sees yet. Refuses (Unclear) what can't be meant."""
    board = Board(by_id=by_id, created_at=now, slug=_free_slug(slug or slug_of(wish.get("name", ""))),
                  periods=[period.value for period in Period], position=_last() + 1, kind="member", brackets="none",
                  metric="points", state="draft", winners=3)  # fmt: skip
    _fill_in(board, wish, now)
    db.session.add(board)
    db.session.flush()
    activity.record("board.drafted", subject=board.subject, by_id=by_id, now=now)
    return board


def change(board: Board, wish: Mapping[str, Any], *, now: dt.datetime, by_id: int | None) -> Board:
    """Other words, another audience, other periods or days. Everybody is counted again where that matters.

    Refuses (Unclear) another metric, kind or brackets once it was published, and a season that began before the last
    one ended.
    """
    before = [getattr(board, name) for name in COUNTED]
    with db.session.no_autoflush:  # what can't be meant is refused in words, not by the database
        _fill_in(board, wish, now)
    db.session.flush()
    if board.state == "live" and [getattr(board, name) for name in COUNTED] != before:
        _begin_filling(board)
    activity.record("board.changed", subject=board.subject, by_id=by_id, now=now)
    return board


def save(board: Board | None, wish: Mapping[str, Any], *, now: dt.datetime, by_id: int | None) -> Board:
    """A new draft, or a changed board. Refuses as those do."""
    if board is None:
        return create(wish, now=now, by_id=by_id)
    return change(board, wish, now=now, by_id=by_id)


def publish(board: Board, *, now: dt.datetime, by_id: int | None) -> Board:
    """Opens a draft, or a closed board again: what was done before is counted within minutes. Safe to press twice."""
    if board.state == "live":
        return board
    _check_season(board, now)
    board.state, board.closed_at = "live", None
    board.published_at = board.published_at or now
    _begin_filling(board)
    activity.record("board.published", subject=board.subject, by_id=by_id, now=now)
    return board


def close(board: Board, *, now: dt.datetime, by_id: int | None) -> Board:
    """Members see it no more; its seasons that are over stay where they are.

    Refuses (Unclear) while a season runs or is being counted, and a draft: that is thrown away.
    """
    if board.state == "draft":
        raise Unclear("Nobody has seen it yet. Throw it away instead.")
    if board.season_key is not None:
        raise Unclear("A season runs here. Let it end, or take its days away first.")
    if _is_closing(board.id):
        raise Unclear("The last season is being counted. It takes minutes.")
    if board.state == "live":
        board.state, board.closed_at, board.filled_after = "closed", now, None
        activity.record("board.closed", subject=board.subject, by_id=by_id, now=now)
    return board


def discard(board: Board) -> None:
    """Throws a draft away. Refuses a board that was ever published: it may be closed."""
    if board.published_at is not None:
        raise Unclear("It was published. Close it instead.")
    db.session.delete(board)


def _fill_in(board: Board, wish: Mapping[str, Any], now: dt.datetime) -> None:
    if board.published_at is not None and any(
        name in wish and wish[name] != getattr(board, name) for name in FOUNDING
    ):
        raise Unclear("What a board counts stays as it was published. Make another board.", "metric")
    days = (board.starts_on, board.ends_on)
    for name in (*COUNTED, "name", "story", "badge_id", "winners", "position"):
        if name in wish:
            setattr(board, name, wish[name])
    board.name, board.story = " ".join(board.name.split()), (board.story or "").strip()[:300]
    if not 1 <= len(board.name) <= 80:
        raise Unclear("Give it a name of at most 80 characters.", "name")
    if board.metric not in METRICS:
        raise Unclear("Choose what it counts.", "metric")
    if board.kind == "company" and board.brackets != "none":
        raise Unclear("Companies stand on one list.", "brackets")
    board.periods = [period.value for period in Period if period in board.periods]
    if (
        not board.periods
        and board.season_key is None
        and (board.published_at is None or days == (None, None))
    ):
        raise Unclear("Offer a period, or give it a season.", "periods")
    _check_days(
        board
    )  # before the database is asked anything, for it would refuse days in the wrong order by itself
    _check_badge(board)
    if days != (board.starts_on, board.ends_on):
        _check_season(board, now)


def _check_badge(board: Board) -> None:
    if board.badge_id is None:
        return
    badge = db.session.get(Badge, board.badge_id)
    if badge is None or badge.state != "live" or badge.rule != "manual":
        raise Unclear("Choose a published badge that is given by hand.", "badge_id")
    if board.kind == "company":
        raise Unclear("Badges are for people. A board of companies gives none.", "badge_id")


def _check_days(board: Board) -> None:
    if (board.starts_on is None) != (board.ends_on is None):
        raise Unclear(
            "A season has a first and a last day.", "ends_on" if board.ends_on is None else "starts_on"
        )
    if board.starts_on is not None and board.ends_on is not None and board.ends_on < board.starts_on:
        raise Unclear("It can’t end before it begins.", "ends_on")


def _check_season(board: Board, now: dt.datetime) -> None:
    if board.starts_on is None or board.ends_on is None:
        return
    if board.ends_on < periods.day_of(now, place().zone):
        raise Unclear("That day is over. Let it end today, or later.", "ends_on")
    last = (
        db.session.scalar(select(func.max(Season.ends_on)).where(Season.board_id == board.id))
        if board.id
        else None
    )
    if last is not None and board.starts_on <= last:
        raise Unclear(f"The last season went on until {last.day} {last:%B}. Begin after it.", "starts_on")


def count_again(*, segment_id: int | None = None) -> None:
    """Counts everybody again on the live boards for this segment, or on all: its rules, or the hub's days, changed."""
    query = select(Board).where(Board.state == "live")
    for board in db.session.scalars(
        query if segment_id is None else query.where(Board.segment_id == segment_id)
    ):
        _begin_filling(board)


def _begin_filling(board: Board) -> None:
    board.filled_after = 0
    db.session.flush()
    outbox.bell(FILL)


def _is_closing(board_id: int) -> bool:
    query = select(Season.id).where(Season.board_id == board_id, Season.state == "closing").limit(1)
    return db.session.scalar(query) is not None


def _last() -> int:
    return db.session.scalar(select(func.max(Board.position))) or 0


def _free_slug(wish: str) -> str:
    taken = set(db.session.scalars(select(Board.slug).where(Board.slug.startswith(wish))))
    return next(slug for slug in (wish, *(f"{wish}-{n}" for n in range(2, 9999))) if slug not in taken)
