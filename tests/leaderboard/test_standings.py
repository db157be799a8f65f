"""Places on a board against a naive count, whatever was booked, corrected, spent or hidden, in whatever order."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from hub import ledger
from hub.core import place
from hub.core.db import db
from hub.ledger.books import mark
from hub.members.models import Member
from leaderboard import checks, queries
from leaderboard.lines import NEAR
from tests.leaderboard.people import NOW, board, follow, kept, live, make_members, numbers, pay

ZONE = "America/New_York"
PEOPLE = 7
Act = tuple[str, int, Any, int]
who = st.integers(0, PEOPLE - 1)
acts = st.one_of(
    st.tuples(st.just("earn"), who, st.sampled_from([1, 5, 255, 256, 257, 1000]), st.integers(0, 500)),
    st.tuples(st.just("earn"), who, st.integers(1, 700), st.integers(0, 20)),
    st.tuples(st.just("take"), who, st.integers(1, 700), st.integers(0, 500)),
    st.tuples(st.just("spend"), who, st.integers(1, 300), st.just(0)),
    st.tuples(st.just("correct"), st.integers(0, 30), st.integers(0, 100), st.just(0)),
    st.tuples(st.just("flip"), who, st.sampled_from(["is_opted_out", "is_staff"]), st.just(0)),
    st.tuples(st.just("follow"), st.just(0), st.just(0), st.just(0)),
)  # fmt: skip


@dataclass
class Naive:
    """The same hub as a list of what was earned."""

    earned: list[tuple[int, int, dt.datetime, int]] = field(
        default_factory=list
    )  # person, points, when, entry
    hidden: dict[tuple[int, str], bool] = field(default_factory=dict)

    def points(self, period: str) -> dict[int, int]:
        sums: dict[int, int] = {}
        for person, points, at, _ in self.earned:
            day = at.astimezone(ZoneInfo(ZONE)).date()
            year, week, _ = day.isocalendar()
            quarter = {1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 2, 7: 3, 8: 3, 9: 3}.get(day.month, 4)
            mine = {f"{year}-W{week:02}", f"{day:%Y-%m}", f"{day.year}-Q{quarter}", f"{day:%Y}", "all"}
            if period in mine:
                sums[person] = sums.get(person, 0) + points
        return {who: sum_ for who, sum_ in sums.items() if sum_ > 0 and not self.is_hidden(who)}

    def is_hidden(self, person: int) -> bool:
        return any(value for (who, _), value in self.hidden.items() if who == person)


def do(act: Act, naive: Naive, members: list[int], accounts: dict[int, int]) -> None:
    """One act, on the hub and on the naive one."""
    verb, who, what, days = act
    at = NOW - dt.timedelta(days=days, hours=days % 24)
    if verb in ("earn", "take"):
        points = what if verb == "earn" else -what
        naive.earned.append((who, points, at, pay(accounts[members[who]], points, at)))
    elif verb == "spend":
        pay(accounts[members[who]], -what, reason="redemption")
    elif verb == "correct" and naive.earned:
        person, points, at, entry_id = naive.earned[who % len(naive.earned)]
        if entry_id and (part := points * what // 100):
            # One correction an entry is enough here: the limit has its own tests.
            naive.earned[who % len(naive.earned)] = (person, points, at, 0)
            naive.earned.append((person, -part, at, 0))
            ledger.correct(entry_id, -part, key=f"fix:{next(numbers)}", now=NOW)
    elif verb == "flip":
        value = naive.hidden[who, what] = not naive.hidden.get((who, what), False)
        db.session.execute(update(Member).where(Member.id == members[who]).values({what: value}))
        mark([accounts[members[who]]], now=NOW)
    elif verb == "follow":
        follow()


def compare(naive: Naive, members: list[int], periods: set[str]) -> None:
    """Every page of everybody, in every period."""
    for period in periods:
        points = naive.points(period)
        for who, member_id in enumerate(members):
            page = queries.page(board(), period, member_id)
            ranks = {
                other: 1 + sum(more > mine for more in points.values()) for other, mine in points.items()
            }
            by_member = {members[other]: (ranks[other], mine) for other, mine in points.items()}
            assert [(row.rank, row.points) for row in page.top] == sorted(
                by_member.values(), key=lambda x: (x[0], -x[1])
            )
            assert all(
                by_member[row.member_id or 0] == (row.rank, row.points) for row in page.top + page.around
            )
            if who not in points:
                assert page.mine is None
                assert page.around == []
                continue
            assert page.mine is not None
            assert (page.mine.rank, page.mine.points) == by_member[member_id]
            assert page.mine.members == len(points)
            assert [row.member_id for row in page.around if row.me] == [member_id]
            assert len(page.around) >= min(len(points), NEAR + 1)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(acts, max_size=40), order=st.permutations(range(PEOPLE)))
def test_places_are_what_a_naive_count_says(inside: Flask, told: list[Act], order: list[int]) -> None:
    place.settle(zone=ZONE)
    board()
    made = make_members(PEOPLE)
    accounts = ledger.accounts_for(made)
    members = [made[place_] for place_ in order]
    naive = Naive()
    for act in told:
        do(act, naive, members, accounts)
    follow()
    follow()
    seen = {"2026-W47", "2026-11", "2026-Q4", "2026", "2025", "2025-Q4", "2026-10", "all"}
    compare(naive, members, seen)
    assert list(checks.standings()) == []
    assert list(checks.histograms()) == []
    db.session.rollback()


def test_equal_points_share_a_place_and_the_next_counts_them(here: Flask) -> None:
    members = make_members(5)
    accounts = ledger.accounts_for(members)
    for member_id, points in zip(members, (900, 500, 500, 300, 500), strict=True):
        pay(accounts[member_id], points)
    board()
    follow()
    page = queries.page(board(), "all", members[3])
    assert [row.rank for row in page.top] == [1, 2, 2, 2, 5]
    assert [row.rank for row in page.around] == [1, 2, 2, 2, 5]
    assert page.mine is not None
    assert page.mine.rank == 5
    assert page.next_up is not None
    assert page.next_up.points == 500


def test_a_correction_counts_in_the_period_of_what_it_corrects(here: Flask) -> None:
    (member,) = make_members(1)
    account = ledger.account_for(member_id=member)
    long_ago = NOW - dt.timedelta(days=400)
    entry_id = pay(account, 1000, long_ago)
    pay(account, 10)
    board()
    follow()
    ledger.correct(entry_id, -400, key="fix:1", now=NOW)
    follow()
    scores = {key: points for (_, key), points in kept([account]).items()}
    assert scores == {
        "2025-W42": 600, "2025-10": 600, "2025-Q4": 600, "2025": 600, "all": 610,
        "2026-W47": 10, "2026-11": 10, "2026-Q4": 10, "2026": 10,
    }  # fmt: skip


def test_who_opts_out_is_gone_at_once_and_comes_back_entirely(here: Flask) -> None:
    members = make_members(3)
    accounts = ledger.accounts_for(members)
    for member_id, points in zip(members, (30, 20, 10), strict=True):
        pay(accounts[member_id], points, NOW - dt.timedelta(days=90))
        pay(accounts[member_id], points)
    board()
    follow()
    before = kept(list(accounts.values()))
    db.session.execute(update(Member).where(Member.id == members[0]).values(is_opted_out=True))
    page = queries.page(board(), "all", members[0])
    assert members[0] not in {row.member_id for row in page.top}, "hidden before any follower has run"
    assert page.mine is None
    mark([accounts[members[0]]], now=NOW)
    follow()
    assert kept([accounts[members[0]]]) == {}
    mine = queries.page(board(), "all", members[1]).mine
    assert mine is not None
    assert (mine.rank, mine.members) == (1, 2)
    db.session.execute(update(Member).where(Member.id == members[0]).values(is_opted_out=False))
    mark([accounts[members[0]]], now=NOW + dt.timedelta(days=1))
    follow()
    assert kept(list(accounts.values())) == before


@pytest.mark.parametrize(
    "hidden",
    [{"is_staff": True}, {"is_opted_out": True}, {"is_stub": True}, {"disabled_at": NOW}, {"erased_at": NOW}],
)
def test_the_hidden_have_no_row(inside: Flask, hidden: dict[str, object]) -> None:
    (member,) = make_members(1, **hidden)
    pay(ledger.account_for(member_id=member), 100)
    board()
    follow()
    assert queries.page(board(), "all", member).top == []
    assert kept([ledger.account_for(member_id=member)]) == {}


def test_a_board_made_later_shows_what_was_earned_before(inside: Flask) -> None:
    (member,) = make_members(1)
    pay(ledger.account_for(member_id=member), 100)
    board()
    follow()
    made = live("Second")
    follow()
    assert [row.points for row in queries.page(made, "2026-W47", member).top] == [100]
