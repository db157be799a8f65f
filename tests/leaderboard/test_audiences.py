"""A segment of the first so many of a board: the database says what sorting in Python says."""

import pytest
from flask import Flask

from hub import ledger, segments
from hub.segments import Unclear
from hub.segments.rules import KINDS
from leaderboard import audiences
from tests.leaderboard.people import NOW, board, follow, make_members, pay

POINTS = (900, 800, 800, 700, 700, 50)


def rules(first: int, period: str = "all") -> dict[str, object]:
    rule = {"board": "points", "period": period, "first": first}
    return {"match": "all", "rules": [{"kind": "board", **KINDS["board"].clean(rule)}]}


def test_the_first_so_many_with_equals_sharing_the_last_place(here: Flask) -> None:
    board()
    ids = make_members(len(POINTS) + 1)
    for member_id, points in zip(ids, POINTS, strict=False):
        pay(ledger.account_for(member_id=member_id), points)
    follow()
    for first, many in ((1, 1), (2, 3), (3, 3), (4, 5), (6, 6), (1000, 6)):
        found = [one.id for one in segments.members(rules(first), now=NOW)]
        assert found == ids[:many], f"the first {first}"
    assert segments.members(rules(3, "week"), now=NOW.replace(year=2027)) == [], (
        "nobody has points in that week"
    )


def test_a_board_that_isnt_there_is_refused_and_its_name_is_said(here: Flask) -> None:
    name = board().name
    with pytest.raises(Unclear):
        KINDS["board"].clean({"board": "nowhere", "period": "all", "first": 3})
    with pytest.raises(Unclear):
        KINDS["board"].clean({"board": "points", "period": "all", "first": audiences.MOST + 1})
    rule = rules(10, "month")["rules"][0]  # type: ignore[index]
    assert KINDS["board"].says(rule) == f"are among the first 10 of {name}, this month"
    assert segments.members({"match": "all", "rules": [{**rule, "board": "gone"}]}, now=NOW) == []
