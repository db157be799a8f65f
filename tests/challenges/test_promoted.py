"""Promotions on challenges: lines of their own beside what was promised, once, within caps, and taken back with it."""

import datetime as dt
from functools import partial
from typing import Any

from flask import Flask

from challenges import actions
from hub.core import edges
from hub.core.clock import now
from hub.referrals.promotions import actions as promote
from hub.referrals.promotions.actions import Draft
from tests.challenges.test_money import differences, entries, together
from tests.challenges.world import act, answer, balance, challenge, submit
from tests.hub.members.people import browser, person

HOUR = dt.timedelta(hours=1)


def start(app: Flask, challenge_id: int, **wishes: Any) -> int:
    at = now() - HOUR
    usual = {
        "name": "Story week", "words": "", "subject": f"challenge:{challenge_id}", "kind": "multiplier", "percent": 200,
        "bonus": 0, "rung_key": None, "audience": (), "starts_at": at, "ends_at": at + 100 * HOUR, "first_each": None,
        "first_all": None, "budget": None,
    }  # fmt: skip
    with app.app_context(), edges.unit():
        made = promote.write(Draft(**{**usual, **wishes}), by_id=None, now=at)
        return promote.start(made.id, by_id=None, now=at).id


def test_an_approved_submission_pays_twice_and_an_undone_one_gives_both_back(each_database: Flask) -> None:
    app = each_database
    ada, grace = person(app), person(app, "grace@example.com", "Grace Hopper", roles=("manager",))
    todo = challenge(app, "question", review="reviewed", points=80)
    start(app, todo)
    number = submit(app, todo, ada)
    assert entries(app, number) == []
    decision = act(app, actions.approve, number, by_id=grace)
    assert entries(app, number) == [
        (f"submission:{number}", 80), (f"promotion:1:submission:{number}", 80),
    ]  # fmt: skip
    assert "Story week" in browser(app).get("/points").text
    act(app, actions.undo, decision, by_id=grace)
    assert balance(app, ada) == 0
    act(app, actions.approve, number, by_id=grace)
    assert balance(app, ada) == 160
    assert differences(app) == []


def test_the_first_of_all_are_counted_whoever_answers_at_once(each_database: Flask) -> None:
    app = each_database
    todo = challenge(app, "quiz", points=50)
    start(app, todo, kind="bonus", bonus=30, first_all=2)
    people = [person(app, f"p{count}@example.com", f"P {count}") for count in range(6)]
    together(app, *(partial(_answer, app, todo, who) for who in people))
    assert sorted(balance(app, who) for who in people) == [50] * 4 + [80] * 2
    assert differences(app) == []


def _answer(app: Flask, todo: int, who: int) -> None:
    answer(app, todo, who)


def test_its_card_says_so_while_it_runs(app: Flask) -> None:
    person(app)
    todo = challenge(app, "quiz", points=50)
    assert "Double points" not in browser(app).get("/challenges").text
    start(app, todo, first_each=1)
    assert "Double points for your first time." in browser(app).get("/challenges").text
