"""The board's page: who is where, what is said, what isn't."""

import re
from typing import Any

import pytest
from flask import Flask

from hub import ledger
from hub.core import edges, registry
from hub.core.clock import now
from hub.members import queries as members
from hub.outbox.jobs import drain_all
from leaderboard import actions
from tests.hub.members.people import browser, person
from tests.leaderboard.people import make_members, numbers
from tests.statements import statements

PERIODS = ("week", "month", "quarter", "year", "all")


def pay(app: Flask, member_id: int, points: int) -> None:
    with app.app_context(), edges.unit():
        at = now()
        ledger.award(
            ledger.account_for(member_id=member_id), points, reason="challenge", key=f"page:{next(numbers)}",
            subject="challenge:1", happened_at=at, now=at,
        )  # fmt: skip


def crowd(app: Flask, count: int, points: int = 1000) -> None:
    with app.app_context():
        with edges.unit():
            found = make_members(count)
        for place, member_id in enumerate(found):
            pay(app, member_id, points + place)


def follow(app: Flask) -> None:
    with app.app_context():
        drain_all()


def text_of(app: Flask, address: str, **more: Any) -> str:
    answer = browser(app).get(address, **more)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


@pytest.mark.parametrize("period", PERIODS)
def test_a_new_hub_says_what_will_be_here(app: Flask, period: str) -> None:
    person(app)
    assert "The board is being set up" in text_of(app, f"/leaderboard?period={period}")
    follow(app)
    with app.app_context(), edges.unit():
        actions.ensure(now=now())
    assert "A fresh start" in text_of(app, f"/leaderboard/points?period={period}")


@pytest.mark.parametrize(
    "address", ["/leaderboard/nothing", "/leaderboard?period=decade", "/leaderboard?period="]
)
def test_what_is_no_board_or_period_is_not_there(app: Flask, address: str) -> None:
    person(app)
    assert browser(app).get(address).status_code == 404


@pytest.mark.parametrize("period", PERIODS)
def test_around_me_the_first_three_and_the_first_fifty(app: Flask, period: str) -> None:
    me = person(app)
    crowd(app, 12)
    pay(app, me, 1006)
    follow(app)
    text = text_of(app, f"/leaderboard/points?period={period}")
    assert "1 point to draw level with" in text
    assert "Place 6" in text
    assert text.count("Ada Marlowe You") == 2, "around me, and pinned in the list"
    assert "13 members with points" in text


def test_whoever_is_far_down_is_never_told_a_number(app: Flask) -> None:
    me = person(app)
    crowd(app, 70)
    pay(app, me, 5)
    follow(app)
    text = text_of(app, "/leaderboard")
    assert "995 points to draw level with" in text
    told = text.replace("71 members with points", "").replace("Member 71", "")
    assert not re.search(r"\b71\b", told)
    assert "Top" not in text.split("Around you")[1]


def test_the_better_half_hears_how_good_it_is(app: Flask) -> None:
    me = person(app)
    crowd(app, 120)
    pay(app, me, 1061)
    follow(app)
    assert "Top 49 %." in text_of(app, "/leaderboard")


def test_whoever_hides_is_told_why_and_shown_to_nobody(app: Flask) -> None:
    me = person(app)
    crowd(app, 3)
    pay(app, me, 5000)
    follow(app)
    with app.app_context(), edges.unit():
        found = members.get(me)
        assert found is not None
        found.is_opted_out = True
    assert "You chose not to be on boards" in text_of(app, "/leaderboard")
    person(app, "bo@example.com", "Bo Berg")
    assert "Ada Marlowe" not in browser(app, "bo@example.com").get("/leaderboard").text


def test_a_pseudonym_tells_neither_name_nor_handle_nor_company(app: Flask) -> None:
    star = person(app, "star@example.com", "Stella Nova", company="Northwind")
    person(app)
    pay(app, star, 5000)
    with app.app_context(), edges.unit():
        found = members.get(star)
        assert found is not None
        found.pseudonym, handle = "The Quiet One", found.handle
    follow(app)
    html = browser(app).get("/leaderboard").text
    assert "The Quiet One" in html
    for secret in ("Stella", handle, "Northwind"):
        assert secret not in html


def test_htmx_gets_the_board_alone(app: Flask) -> None:
    person(app)
    crowd(app, 3)
    follow(app)
    answer = browser(app).get("/leaderboard/points?period=week", headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<div class="stack stack--loose" id="board">')


def test_the_home_panel_shows_the_week_around_me(app: Flask) -> None:
    me = person(app)
    crowd(app, 9)
    pay(app, me, 1004)
    follow(app)
    with app.test_request_context("/"), edges.reading(), statements(app) as sent:
        html = registry.panels["leaderboard.around_me"](members.get(me))
    assert html.count('<li class="standing') == 5 + 2
    assert len([statement for statement in sent if "members.password_hash" not in statement]) <= 4


def test_the_page_costs_the_same_for_ten_members_and_for_two_thousand(app: Flask) -> None:
    me = person(app)
    pay(app, me, 50)
    costs = []
    for count in (10, 2000):
        with app.app_context():
            with edges.unit():
                accounts = ledger.accounts_for(make_members(count))
            with edges.unit():
                at = now()
                wishes = [
                    ledger.Award(
                        account_id=account_id, points=1 + account_id % 90, reason="challenge", key=f"a:{account_id}",
                        subject="challenge:1", happened_at=at,
                    )
                    for account_id in accounts.values()
                ]  # fmt: skip
                ledger.award_many(wishes, now=at)
        follow(app)
        client = browser(app)
        client.get("/leaderboard")
        with statements(app) as sent:
            client.get("/leaderboard")
        costs.append(len(sent))
        assert sum("boards" in statement or "scores" in statement for statement in sent) == 3
    assert costs[0] == costs[1]
