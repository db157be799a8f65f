"""A kind of segment rule that only this room can offer: the first so many of a board, in the period that runs."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select

from hub import segments
from hub.core.db import db
from hub.core.place import place
from hub.members.models import Member
from hub.segments.fields import Field, Given, chosen, needed
from hub.segments.rules import Plain, Rule
from leaderboard.models import Board, Score
from leaderboard.periods import Period, key
from leaderboard.queries import boards

MOST = 1000
PERIODS = (("week", "this week"), ("month", "this month"), ("quarter", "this quarter"), ("year", "this year"),
           ("all", "of all time"))  # fmt: skip


def _boards() -> list[tuple[str, str]]:
    return [(board.slug, board.name) for board in boards() if board.kind == "member"]


class BoardKind(Plain):
    """`board`: its address; `period`; `first`: how many. Equals share the last place."""

    name = "board"
    label = "Top of a board"
    fields = (
        Field(name="board", label="Board", widget="select", choices=_boards),
        Field(name="period", label="In", widget="select", choices=PERIODS, start="all"),
        Field(name="first", label="The first", widget="number", unit="members", start=10),
    )

    def clean(self, given: Given) -> dict[str, Any]:
        """A board of members there is, a period, and at most a thousand."""
        return {
            "board": chosen(given, "board", [slug for slug, _ in _boards()], what="a board"),
            "period": chosen({"period": "all", **given}, "period", dict(PERIODS), what="a period"),
            "first": needed(given, "first", most=MOST, what="number of members"),
        }

    def condition(self, rule: Rule, now: dt.datetime) -> ColumnElement[bool]:
        """Has at least the points of the last of them; with fewer on the board, everybody who has any."""
        period = key(Period(rule["period"]), now, place().zone)
        board = select(Board.id).where(Board.slug == rule["board"]).scalar_subquery()
        here = (Score.board_id == board, Score.period == period)
        last = (
            select(Score.points).where(*here).order_by(Score.points.desc()).offset(rule["first"] - 1).limit(1)
        )
        least = func.coalesce(last.scalar_subquery(), 1)
        return exists().where(*here, Score.member_id == Member.id, Score.points >= least).correlate(Member)

    def says(self, rule: Rule) -> str:
        """are among the first 10 of Points this month."""
        name = db.session.scalar(select(Board.name).where(Board.slug == rule["board"])) or rule["board"]
        return f"are among the first {rule['first']:,} of {name}, {dict(PERIODS)[rule['period']]}"


segments.register(BoardKind())
