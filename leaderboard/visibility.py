"""Who is shown on a board: one rule, as a condition for the database and as words for the person it hides."""

import datetime as dt
from typing import Any

from sqlalchemy import Boolean, ColumnElement, and_

from hub import segments
from hub.members.models import Member
from leaderboard.models import Board

HIDDEN_BY = {
    "is_staff": "You look after this hub, so the boards leave you out: they belong to the people you cheer for.",
    "is_opted_out": "You chose not to be on boards. Your points count all the same; come back in your settings.",
    "is_stub": "You appear here as soon as you have joined.",
    "disabled_at": "Your membership is paused, and so is your place here.",
    "erased_at": "Your data was erased.",
}
"""Attributes of a member that, when set, hide them; and what we tell them."""
UNDER_A_PSEUDONYM = (
    "You use a pseudonym, so you don’t count for your company here: the sum would tell where you work."
)
WITHOUT_COMPANY = "Companies stand here, and your profile names none."


def shown() -> ColumnElement[bool]:
    """The condition on Member under which a board shows them. Every query of a standing has it."""
    return and_(*(_unset(getattr(Member, name)) for name in HIDDEN_BY))


def takes_part(board: Board) -> ColumnElement[bool]:
    """The condition on Member under which they may have a place on such a board, whatever its audience is."""
    if board.kind == "member":
        return shown()
    # A company's score must not give away who hides behind a pseudonym there.
    return and_(shown(), Member.company_id.is_not(None), Member.pseudonym.is_(None))


def belongs(board: Board, now: dt.datetime) -> ColumnElement[bool]:
    """The condition on Member under which they have a place on this board. Its segment must be loaded."""
    if board.segment is None:
        return takes_part(board)
    return and_(takes_part(board), segments.condition(board.segment.rules, now))


def why_hidden(member: Any, board: Board | None = None) -> str | None:
    """What hides this member from the board, in words; None when they are shown."""
    for name, words in HIDDEN_BY.items():
        if getattr(member, name):
            return words
    if board is not None and board.kind == "company":
        return (
            WITHOUT_COMPANY if member.company_id is None else UNDER_A_PSEUDONYM if member.pseudonym else None
        )
    return None


def _unset(column: Any) -> ColumnElement[bool]:
    unset: ColumnElement[bool] = ~column if isinstance(column.type, Boolean) else column.is_(None)
    return unset
