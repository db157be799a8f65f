"""Home: signed out and in; what the community did, and of whom it never speaks; ten statements at most."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from challenges.seed import plant
from hub import community
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.members.models import Member
from tests.hub.home.world import has_begun, programme, refer
from tests.hub.members.people import browser, person
from tests.statements import statements

MOST = 15


@pytest.fixture
def ada(app: Flask) -> int:
    programme(app)
    with app.app_context(), edges.unit():
        plant(now=now())
    return person(app, title="Head of Operations")


def change(app: Flask, member_id: int, **values: object) -> None:
    with app.app_context(), edges.unit():
        db.session.execute(update(Member).where(Member.id == member_id).values(**values))


def test_a_visitor_sees_the_ladder_and_how_to_join(app: Flask, ada: int) -> None:
    page = browser(app, None).get("/").text
    for words in ("32,000", "Opportunity", 'href="/sign-in"', "by invitation"):
        assert words in page


def test_a_visitor_of_an_empty_hub_sees_no_made_up_ladder(app: Flask) -> None:
    answer = browser(app, None).get("/")
    assert answer.status_code == 200
    assert "32,000" not in answer.text


def test_a_newcomer_is_offered_something_small_before_an_introduction(app: Flask, ada: int) -> None:
    client = browser(app)
    page = client.get("/").text
    assert "Introduce us to a team like yours" not in page
    assert 'href="/challenges/' in page.split('id="next-best"')[1].split("</section>")[0]
    has_begun(app, ada)
    page = client.get("/").text
    assert "Introduce us to a team like yours" in page
    assert "3 min" in page
    assert "32,000" in page


def test_with_nothing_open_a_profile_is_worth_completing(app: Flask) -> None:
    person(app, title=None)
    assert "Say what you do" in browser(app).get("/").text


def test_an_unanswered_question_comes_before_everything(app: Flask, ada: int) -> None:
    katherine = person(app, "katherine@example.com", "Katherine Juarez", roles=("rep",))
    number = refer(app, ada)
    with app.app_context(), edges.unit():
        db.session.execute(update(Member).where(Member.id == katherine).values(roles_held=["rep", "manager"]))
        community.say(f"referral:{number}", katherine, "What matters most to them?", now())
    page = browser(app).get("/").text
    assert "Katherine Juarez wrote to you about Marit Osei" in page
    assert "Introduce us to a team" not in page
    with app.app_context(), edges.unit():
        community.say(f"referral:{number}", ada, "Speed.", now())
    page = browser(app).get("/").text
    assert "Katherine Juarez wrote to you" not in page
    assert 'id="next-best"' in page


def news(app: Flask, email: str = "ada@example.com") -> str:
    """What the page asks for once it is shown."""
    client = browser(app, email)
    assert 'hx-get="/home/rest"' in client.get("/").text
    return client.get("/home/rest", headers={"HX-Request": "true"}).text


def test_what_others_did_is_told_without_saying_about_whom(app: Flask, ada: int) -> None:
    kim = person(app, "kim@example.com", "Kim Novak")
    refer(app, kim, "Secret Customer", rung="meeting")
    page = news(app)
    assert "<b>Kim Novak</b> saw an introduction move up" in page
    assert "+1,900" in page
    assert "Secret" not in page
    assert "<html" not in page


def test_a_win_is_told_as_one(app: Flask, ada: int) -> None:
    refer(app, person(app, "kim@example.com", "Kim Novak"), rung="won")
    assert "<b>Kim Novak</b> brought in a customer" in news(app)


@pytest.mark.parametrize(
    "hidden", [{"is_opted_out": True}, {"is_staff": True}, {"erased_at": now()}, {"disabled_at": now()}]
)
def test_nothing_is_told_of_those_who_do_not_want_to_be_seen(
    app: Flask, ada: int, hidden: dict[str, object]
) -> None:
    kim = person(app, "kim@example.com", "Kim Novak")
    refer(app, kim, rung="meeting")
    assert "Kim Novak" in news(app)
    change(app, kim, **hidden)
    assert "Kim Novak" not in news(app)


def test_a_pseudonym_is_all_that_others_see(app: Flask, ada: int) -> None:
    kim = person(app, "kim@example.com", "Kim Novak")
    refer(app, kim, rung="meeting")
    change(app, kim, pseudonym="Night Owl")
    page = news(app)
    assert "Night Owl" in page
    assert "Kim" not in page
    assert "KN" not in page
    assert "kim-novak" not in page


def test_my_own_deeds_are_not_news_to_me(app: Flask, ada: int) -> None:
    refer(app, ada, rung="meeting")
    assert "saw an introduction" not in news(app)


def test_the_same_deed_of_one_day_is_one_line(app: Flask, ada: int) -> None:
    for number, name in enumerate(("Kim Novak", "Lea Ost", "Max Per", "Ned Quy")):
        refer(app, person(app, f"p{number}@example.com", name), f"N{number} X", rung="meeting")
    page = news(app)
    assert "<b>Ned Quy and 3 others</b> saw an introduction move up" in page
    assert page.count("saw an introduction move up") == 1
    assert "+1,900" not in page


def test_the_week_around_me_arrives_by_itself(app: Flask, ada: int) -> None:
    client = browser(app)
    page = client.get("/").text
    assert 'hx-get="/home/around"' in page
    assert 'href="/leaderboard"' in page
    answer = client.get("/home/around", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert browser(app, None).get("/home/around").status_code == 303


@pytest.mark.parametrize("asked", [False, True])
def test_home_costs_fifteen_statements_however_much_happened(
    app: Flask, ada: int, work: Callable[[], int], asked: bool
) -> None:
    for number in range(6):
        who = ada if not number else person(app, f"p{number}@example.com", f"P{number} Q")
        refer(app, who, f"N{number} X", rung="meeting")
    for number in range(5):
        refer(app, ada, f"M{number} Y", rung="accepted")
    if asked:
        grace = person(app, "grace@example.com", "Grace Whitlock", roles=("manager",))
        with app.app_context(), edges.unit():
            community.say("referral:1", grace, "How are they?", now())
    work()
    client = browser(app)
    client.get("/")
    with statements(app) as sent:
        page = client.get("/").text
    assert ("Grace Whitlock wrote to you" in page) is asked
    assert len(sent) <= MOST, "\n".join(line[:110].replace("\n", " ") for line in sent)
    with statements(app) as sent:
        assert "saw an introduction move up" in (page := client.get("/home/rest").text)
    assert "Moving now" in page
    assert len(sent) <= MOST, sent
