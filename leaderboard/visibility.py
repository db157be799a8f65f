"""Who is shown on a board: one rule, as a condition for the database and as words for the person it hides."""

from typing import Any, Protocol

from sqlalchemy import Boolean, ColumnElement, and_

from hub.members.models import Member

HIDDEN_BY = {
    "is_staff": "You look after this hub, so the boards leave you out: they belong to the people you cheer for.",
    "is_opted_out": "You chose not to be on boards. Your points count all the same; come back in your settings.",
    "is_stub": "You appear here as soon as you have joined.",
    "disabled_at": "Your membership is paused, and so is your place here.",
    "erased_at": "Your data was erased.",
}
"""Attributes of a member that, when set, hide them; and what we tell them."""


class Audience(Protocol):
    """Whatever narrows a board."""

    audience: dict[str, Any]


def shown() -> ColumnElement[bool]:
    """The condition on Member under which a board shows them. Every query of a standing has it."""
    return and_(*(_unset(getattr(Member, name)) for name in HIDDEN_BY))


def belongs(board: Audience) -> ColumnElement[bool]:
    """The condition on Member under which they have a place on this board."""
    types = board.audience.get("types")
    return shown() if types is None else and_(shown(), Member.type.in_(types))


def why_hidden(member: Any, board: Audience | None = None) -> str | None:
    """What hides this member from the board, in words; None when they are shown."""
    for name, words in HIDDEN_BY.items():
        if getattr(member, name):
            return words
    types = board.audience.get("types") if board is not None else None
    if types is not None and member.type not in types:
        return f"This board is for {' and '.join(f'{kind}s' for kind in types)}."
    return None


def _unset(column: Any) -> ColumnElement[bool]:
    unset: ColumnElement[bool] = ~column if isinstance(column.type, Boolean) else column.is_(None)
    return unset
