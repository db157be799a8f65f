"""Boards of every metric, kind and bracket: whatever happened, in whatever order, they say what a naive count says."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, update

from challenges.actions import building
from challenges.models import Submission
from hub import activity, ledger
from hub.core import edges
from hub.core.clock import now as clock_now
from hub.core.db import db
from hub.ledger.books import mark
from hub.ledger.models import Change
from hub.members.models import Company, Member
from hub.outbox.jobs import drain_all
from hub.referrals.advance import Advance, advance_many
from hub.referrals.intake import Contact, refer
from hub.referrals.models import Programme
from hub.referrals.programmes import publish
from hub.referrals.queries import programme_with_version
from hub.referrals.seed import sample
from leaderboard import actions, checks, periods, queries
from leaderboard.metrics import METRICS
from leaderboard.models import Board
from tests.leaderboard.people import NOW, board, follow, live, make_members, numbers, pay
from tests.statements import statements

PEOPLE, FIRMS, ENOUGH = 6, 3, 40
who, days = st.integers(0, PEOPLE - 1), st.integers(0, 400)
acts = st.one_of(
    st.tuples(st.just("earn"), who, st.integers(1, 600), days),
    st.tuples(st.just("do"), who, st.integers(0, 8), days),
    st.tuples(st.just("undo"), who, st.integers(0, 8), st.just(0)),
    st.tuples(st.just("move"), who, st.integers(0, FIRMS), st.just(0)),
    st.tuples(st.just("hide"), who, st.booleans(), st.just(0)),
    st.tuples(st.just("mask"), who, st.booleans(), st.just(0)),
    st.tuples(st.just("age"), who, st.sampled_from([5, 89, 91, 364, 400]), st.just(0)),
    st.tuples(st.just("follow"), st.just(0), st.just(0), st.just(0)),
)  # fmt: skip


@dataclass
class Naive:
    """The same hub in a few lists."""

    points: list[tuple[int, int, dt.datetime]] = field(default_factory=list)
    done: dict[tuple[int, int], dt.datetime] = field(default_factory=dict)
    firm: dict[int, int] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    masked: set[int] = field(default_factory=set)
    age: dict[int, int] = field(default_factory=dict)

    def amounts(self, metric: str, period: str) -> dict[int, int]:
        deeds = self.points if metric == "points" else [(w, 1, at) for (w, _), at in self.done.items()]
        sums: dict[int, int] = {}
        for person, amount, at in deeds:
            if period in periods.names(at.date()) and person not in self.hidden:
                sums[person] = sums.get(person, 0) + amount
        return sums

    def companies(self, period: str) -> dict[int, int]:
        sums: dict[int, int] = {}
        for person, amount in self.amounts("points", period).items():
            if (firm := self.firm.get(person, 0)) and person not in self.masked:
                sums[firm] = sums.get(firm, 0) + amount
        return sums

    def bracket(self, person: int) -> str:
        age = self.age.get(person, 0)
        return "new" if age < 90 else "year" if age < 365 else "longer"


@dataclass
class Scene:
    """Members, companies and a challenge."""

    members: list[int]
    accounts: dict[int, int]
    firms: list[int]
    challenge_id: int


def scene() -> Scene:
    members = make_members(PEOPLE)
    rows = [{"name": f"Firm {n}", "key": f"firm {n}", "created_at": NOW} for n in range(1, FIRMS + 1)]
    firms = list(
        db.session.scalars(insert(Company).returning(Company.id, sort_by_parameter_order=True), rows)
    )
    made = building.create("Anything", by_id=None, now=NOW, kind="read")
    db.session.flush()
    return Scene(members=members, accounts=ledger.accounts_for(members), firms=firms, challenge_id=made.id)


def do(act: tuple[str, int, Any, int], naive: Naive, here: Scene) -> None:
    """One act, on the hub and on the naive one."""
    verb, person, what, ago = act
    member_id, at = here.members[person], NOW - dt.timedelta(days=ago)
    member = update(Member).where(Member.id == member_id)
    if verb == "follow":
        follow()
        return
    if verb == "earn":
        pay(here.accounts[member_id], what, at)
        naive.points.append((person, what, at))
        return
    if verb == "do":
        if (person, what) not in naive.done:
            naive.done[person, what] = at
            db.session.execute(insert(Submission).values(
                challenge_id=here.challenge_id, member_id=member_id, occurrence=f"{what}:{next(numbers)}", pays="whole",
                state="approved", started_at=at, submitted_at=at, decided_at=NOW,
            ))  # fmt: skip
    elif verb == "undo":
        if naive.done.pop((person, what), None):
            mine = (Submission.member_id == member_id, Submission.occurrence.startswith(f"{what}:"))
            db.session.execute(update(Submission).where(*mine).values(state="pending"))
    elif verb == "move":
        naive.firm[person] = what
        db.session.execute(member.values(company_id=here.firms[what - 1] if what else None))
    elif verb in ("hide", "mask"):
        (naive.hidden if verb == "hide" else naive.masked).add(person)
        if not what:
            (naive.hidden if verb == "hide" else naive.masked).discard(person)
        hidden, masked = {"is_opted_out": what}, {"pseudonym": "Somebody" if what else None}
        db.session.execute(member.values(**(hidden if verb == "hide" else masked)))
    else:
        naive.age[person] = what
        db.session.execute(member.values(joined_at=NOW - dt.timedelta(days=what)))
    mark([here.accounts[member_id]], now=NOW)


def on_board(made: Board, period: str) -> dict[int, tuple[int, int, str]]:
    """What the pages show: whose → (points, place, bracket)."""
    found = {}
    for bracket in ("", "new", "year", "longer"):
        for row in queries.page(made, period, None, bracket=bracket).top:
            found[row.member_id or row.account_id] = (row.points, row.rank, bracket)
    return found


def places(
    amounts: dict[int, int], brackets: dict[int, str], *, dense: bool
) -> dict[int, tuple[int, int, str]]:
    found = {}
    for person, amount in amounts.items():
        more = [
            a for other, a in amounts.items() if a > amount and brackets.get(other) == brackets.get(person)
        ]
        found[person] = (amount, 1 + len(set(more) if dense else more), brackets.get(person, ""))
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(told=[("age", 1, 89, 0), ("earn", 1, 272, 267)])
@given(told=st.lists(acts, max_size=ENOUGH))
def test_incremental_boards_come_to_what_a_naive_count_says(inside: Flask, told: list[Any]) -> None:
    naive, here = Naive(), scene()
    points, deeds = board(), live("Deeds", metric="challenges", ranking="dense")
    ages, firms = live("By age", brackets="tenure"), live("Firms", kind="company")
    for act in told:
        do(act, naive, here)
    follow()
    by_account = {account: firm for firm, account in enumerate(score_firms(here), start=1)}
    for period in ("all", "2026", "2026-11"):
        for made, metric, dense in (
            (points, "points", False),
            (deeds, "challenges", True),
            (ages, "points", False),
        ):
            amounts = {here.members[person]: n for person, n in naive.amounts(metric, period).items() if n}
            among = {here.members[p]: naive.bracket(p) for p in range(PEOPLE)} if made is ages else {}
            assert on_board(made, period) == places(amounts, among, dense=dense)
        shown = {by_account[key]: row for key, row in on_board(firms, period).items()}
        assert shown == places(naive.companies(period), {}, dense=False)
    with time_machine.travel(NOW, tick=False):  # brackets are as of today, and this is what is today here
        assert [*checks.standings(), *checks.histograms()] == []
    db.session.rollback()


def score_firms(here: Scene) -> list[int]:
    return [ledger.account_for(company_id=firm) for firm in here.firms]


@pytest.mark.parametrize("name", sorted(METRICS))
def test_a_metric_keeps_its_promises(app: Flask, name: str) -> None:
    """In words for one and for many; counts nothing of nobody; its facts lead to somebody; a deed counts once."""
    metric = METRICS[name]
    assert metric.one
    assert metric.many
    assert metric.says.endswith(".")
    with app.app_context():
        with edges.unit():
            ada, linus = make_members(2)
            made, at = live("Here", metric=name), clock_now()
            assert list(metric.happened([])) == []
            assert metric.whom(["member:1", "nonsense", "referral:x"]) == set()
            deed(name, ada, at)
        drain_all()
        with edges.unit():
            for _ in range(2):  # told again, nothing more counts
                mark(ledger.accounts_for([ada, linus]).values(), now=at)
        drain_all()
        with edges.reading():
            page = queries.page(made, "all", ada)
            assert page.mine is not None
            assert (page.mine.rank, page.mine.points) == (1, 1)
            assert queries.page(made, "all", linus).mine is None
            assert [*checks.standings(), *checks.histograms()] == []


def deed(name: str, member_id: int, at: dt.datetime) -> None:
    """What counts one."""
    if name == "points":
        pay(ledger.account_for(member_id=member_id), 1, at)
    elif name == "challenges":
        made = building.create("One", by_id=None, now=at, kind="read")
        done = Submission(challenge_id=made.id, member_id=member_id, occurrence="once", state="approved", pays="whole",
                          started_at=at, submitted_at=at, decided_at=at)  # fmt: skip
        db.session.add(done)
        db.session.flush()
        assert METRICS[name].whom([done.subject]) == {member_id}
        activity.record(
            "challenge.completed", subject=done.subject, by_id=member_id, now=at, data={"slug": "one"}
        )
    else:
        publish(sample(), by_id=None, now=at)
        programme: Programme | None = programme_with_version("aluv")
        advocate = db.session.get(Member, member_id)
        assert programme is not None
        assert advocate is not None
        found = refer(
            advocate, Contact(name="Kim", email="kim@example.org"), programme=programme, mode="form", now=at
        )
        assert METRICS[name].whom([found.subject, f"programme:{programme.id}"]) == {member_id}
        for rung in ("meeting", "accepted"):  # both lie beyond the first stage: one referral all the same
            advance_many([Advance(referral_id=found.id, rung_key=rung, happened_at=at, source="crm")], now=at)


def test_a_batch_asks_as_much_for_two_as_for_two_hundred_on_boards_of_each_kind(each_database: Flask) -> None:
    with each_database.app_context():
        costs = []
        with edges.unit():
            board()
            for name, wish in (("A", "challenges"), ("B", "referrals")):
                live(name, metric=wish)
            live("C", kind="company")
            live("D", brackets="level")
            firm = Company(name="Firm", key="firm", created_at=NOW)
            db.session.add(firm)
            db.session.flush()
            challenge_id = building.create("One", by_id=None, now=NOW, kind="read").id
            follow()
        for count in (2, 200):
            with edges.unit():
                members = make_members(count, company_id=firm.id)
                accounts = list(ledger.accounts_for(members).values())
                for account_id, member_id in zip(accounts, members, strict=True):
                    pay(account_id, 5)
                    db.session.execute(insert(Submission).values(
                        challenge_id=challenge_id, member_id=member_id, occurrence="once", pays="whole", started_at=NOW,
                        state="approved", submitted_at=NOW, decided_at=NOW,
                    ))  # fmt: skip
                with statements(each_database) as sent:
                    actions.refresh(accounts, now=NOW)
                costs.append(len(sent))
                db.session.execute(delete(Change))
        assert costs[0] == costs[1]
        with edges.reading():
            assert [*checks.standings(), *checks.histograms()] == []
