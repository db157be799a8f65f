"""Each rule, held to one contract: what it counts, what it doesn't, and that its form and its data agree.

A new rule adds one line to `CASES`: its data, a deed that counts, and one that doesn't.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import ColumnElement, insert, literal

from badges import queries
from badges.models import Award
from badges.rules import RULES
from challenges import actions
from hub.core import clock, edges
from hub.core.db import db
from hub.ledger import actions as ledger_actions
from hub.members.models import Member
from hub.outbox.jobs import drain_all
from hub.segments.fields import Unclear
from hub.segments.measures import MEASURES, Measure
from tests.badges.scene import DAY, NOW, badge, did, differences, holders, members, pay
from tests.badges.stages import climbed, programme
from tests.badges.tasks import complete

Deed = Callable[[int], Any]


def weeks(number: int) -> Deed:
    """Something in each of so many weeks, the last one this week."""

    def act(member_id: int) -> None:
        for back in range(number):
            did(member_id, "community.said", "", NOW - 7 * back * DAY)

    return act


def clicked(times: int) -> Deed:
    """So many clicks, as the room that counts them would say."""

    def act(member_id: int) -> None:
        def counted(_until: dt.datetime | None) -> ColumnElement[int]:
            return (Member.id == member_id).cast(literal(0).type) * times

        MEASURES["clicks"] = Measure(name="clicks", label="Clicks", unit="clicks", expression=counted)
        did(member_id, "clicks.counted")

    return act


def attended(*hangouts: str) -> Deed:
    """At these hangouts."""

    def act(member_id: int) -> None:
        for hangout in hangouts:
            did(member_id, "hangout.attended", hangout)

    return act


def completed(kind: str, *slugs: str) -> Deed:
    """Challenges completed."""

    def act(member_id: int) -> None:
        for slug in slugs:
            complete(member_id, kind, slug)

    return act


CASES: list[tuple[str, dict[str, Any], Deed, Deed]] = [
    ("points", {"points": 500}, lambda m: pay(m, 500), lambda m: pay(m, 499)),
    ("challenges", {"which": "any", "times": 2}, completed("quiz", "a", "b"), completed("quiz", "a")),
    ("challenges", {"which": "kind", "times": 1, "of": "quiz"}, completed("quiz", "a"), completed("survey", "c")),
    ("challenges", {"which": "set", "slugs": ["a", "b"]}, completed("quiz", "a", "b"), completed("quiz", "a", "a")),
    ("referrals", {"stage": "meeting", "times": 1}, lambda m: climbed(m, "won"), lambda m: climbed(m, "accepted")),
    ("referrals", {"stage": "submitted", "times": 2}, lambda m: [climbed(m), climbed(m)], lambda m: climbed(m)),
    ("clicks", {"times": 10}, clicked(10), clicked(9)),
    ("streak", {"weeks": 3}, weeks(3), weeks(2)),
    ("hangouts", {"times": 2}, attended("hangout:1", "hangout:2"),
     attended("hangout:1", "hangout:1")),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _no_clicks() -> Any:
    yield
    MEASURES.pop("clicks", None)


def test_every_rule_is_held_to_the_contract() -> None:
    assert {rule for rule, *_ in CASES} | {"anniversary", "manual"} == set(RULES)


@pytest.mark.parametrize(("rule", "data", "enough", "too_little"), CASES)
def test_a_rule_counts_what_it_says_and_nothing_else(
    here: Flask, rule: str, data: dict[str, Any], enough: Deed, too_little: Deed
) -> None:
    programme()
    found = badge(rule, data)
    earner, idler, nobody = members(3)
    too_little(idler)
    drain_all()
    with edges.reading():
        far = queries.progress([found], [idler, nobody])[found.id]
        assert far[nobody].have == 0
        assert 0 <= far[idler].have < far[idler].need
    assert holders(found) == []
    enough(earner)
    assert holders(found) == [earner]
    assert differences() == []


@pytest.mark.parametrize(("rule", "data"), [(rule, data) for rule, data, *_ in CASES])
def test_what_the_form_shows_is_what_it_takes(here: Flask, rule: str, data: dict[str, Any]) -> None:
    programme()
    kind = RULES[rule]
    with edges.reading():
        assert kind.clean(data) == data
        assert kind.clean(kind.shown(data)) == data
        assert kind.need(data) >= 1
        assert kind.says(data)[0].isupper()
        wrong = dict.fromkeys(kind.shown(data), "-3")
        with pytest.raises(Unclear):
            kind.clean(wrong)


def test_an_anniversary_comes_by_itself(here: Flask) -> None:
    from_before = members(1, joined_at=dt.datetime.now(dt.UTC) - 400 * DAY)
    members(1, joined_at=dt.datetime.now(dt.UTC) - 300 * DAY)
    found = badge("anniversary", {"years": 1})
    assert holders(found) == from_before
    assert differences() == []


@pytest.mark.parametrize(
    ("joined", "today", "years"),
    [
        ((2025, 11, 21), (2026, 11, 21), 1), ((2025, 11, 22), (2026, 11, 21), 0), ((2024, 2, 29), (2025, 2, 28), 0),
        ((2024, 2, 29), (2025, 3, 1), 1), ((2024, 2, 29), (2028, 2, 29), 3), ((2020, 1, 1), (2026, 1, 1), 3),
    ],
)  # fmt: skip
def test_anniversaries_are_days_of_the_calendar(
    inside: Flask, joined: tuple[int, int, int], today: tuple[int, int, int], years: int
) -> None:
    (member_id,) = members(1, joined_at=dt.datetime(*joined, 15, tzinfo=dt.UTC))
    found = badge("anniversary", {"years": 3}, live=False)
    with edges.reading():
        at = dt.datetime(*today, 8, tzinfo=dt.UTC)
        assert queries.progress([found], [member_id], until=at)[found.id][member_id].have == years


def test_what_was_corrected_later_stays_and_is_justified(here: Flask) -> None:
    found = badge("points", {"points": 500})
    (member_id,) = members(1)
    entry_id = pay(member_id, 500)
    assert holders(found) == [member_id]
    with edges.unit():
        ledger_actions.correct(entry_id, -400, key="oops", now=dt.datetime.now(dt.UTC) + DAY)
    assert holders(found) == [member_id]
    assert differences() == []


def test_what_is_undone_counts_no_more_and_a_badge_earned_with_it_stays(here: Flask) -> None:
    two = badge("challenges", {"which": "any", "times": 2})
    one = badge("challenges", {"which": "kind", "times": 1, "of": "question"})
    ada, grace = members(2)
    number = complete(ada, "question", "a", review="reviewed")
    assert holders(one) == []
    with edges.unit():
        yes = actions.approve(number, by_id=grace, now=clock.now()).id
    assert holders(one) == [ada]
    with edges.unit():
        actions.undo(yes, by_id=grace, now=clock.now())
    complete(ada, "quiz", "b")
    assert (holders(one), holders(two)) == ([ada], [])
    with edges.reading():
        far = queries.progress([one, two], [ada])
        assert (far[one.id][ada].have, far[two.id][ada].have) == (0, 1)
    assert differences() == []
    with edges.unit():  # an award that nothing ever justified is still told
        db.session.execute(insert(Award).values(badge_id=two.id, member_id=grace, at=NOW, proof={}))
    assert [line for line in differences() if f"member {grace} never had enough" in line]
