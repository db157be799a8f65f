"""The pages of badges and levels, and the desk behind them."""

import datetime as dt
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from badges import queries
from hub.core import edges, registry
from hub.core.clock import now
from hub.members import queries as people
from hub.outbox.jobs import drain_all
from tests.badges import scene
from tests.hub.members.people import browser, person
from tests.statements import statements

FORM = {"name": "First thousand", "story": "Well done", "shape": "gem", "sign": "coins", "hue": "2", "rule": "points",
        "rule-points": "1,000"}  # fmt: skip


@pytest.fixture
def grace(app: Flask) -> FlaskClient:
    """A manager's browser."""
    person(app, "grace@example.com", "Grace Whitlock", roles=("manager",), type="employee")
    return browser(app, "grace@example.com")


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def make(app: Flask, rule: str = "points", live: bool = True, **data: Any) -> str:
    with app.app_context():
        return scene.badge(rule, data or {"points": 100}, live=live).slug


def pay(app: Flask, member_id: int, points: int) -> None:
    with app.app_context():
        scene.pay(member_id, points)
        drain_all()


def drain(app: Flask) -> None:
    with app.app_context():
        drain_all()


def test_a_badge_goes_from_draft_to_holder_to_retired(app: Flask, grace: FlaskClient) -> None:
    ada = person(app)
    pay(app, ada, 1000)
    assert grace.post("/manage/badges/new", data=FORM).status_code == 303
    assert browser(app).get("/badges/first-thousand").status_code == 404
    assert "Ada Marlowe" in grace.get("/manage/badges/first-thousand/publication").text
    assert "1 member gets it at once" in words(grace.get("/manage/badges/first-thousand/publication").text)
    assert grace.post("/manage/badges/first-thousand/publication").status_code == 303
    drain(app)
    mine = browser(app)
    assert "Earned" in mine.get("/badges").text
    page = words(mine.get("/badges/first-thousand").text)
    assert "Yours since" in page
    assert "1 member has it" in page
    assert "You earned the badge First thousand!" in mine.get("/inbox").text
    assert grace.post("/manage/badges/first-thousand/retirement").status_code == 303
    assert "Earned" in mine.get("/badges").text
    person(app, "linus@example.com", "Linus Bergqvist")
    linus = browser(app, "linus@example.com")
    assert linus.get("/badges/first-thousand").status_code == 404
    assert "First thousand" not in linus.get("/badges").text


def test_progress_is_said_in_words_and_numbers(app: Flask) -> None:
    slug = make(app)
    ada = person(app)
    pay(app, ada, 40)
    page = browser(app).get("/badges").text
    assert "40 of 100 points" in page
    assert "badge--locked" in page
    assert "Earn 100 points" in browser(app).get(f"/badges/{slug}").text


def test_changing_the_rule_shows_its_fields_and_saves_nothing(app: Flask, grace: FlaskClient) -> None:
    page = grace.post("/manage/badges/new", data={**FORM, "rule": "streak", "show": "1"})
    assert page.status_code == 200
    assert 'name="rule-weeks"' in page.text
    assert 'value="First thousand"' in page.text
    with app.app_context():
        assert queries.by_state("draft") == []


@pytest.mark.parametrize(
    "wrong",
    [{"name": " "}, {"rule-points": "lots"}, {"rule-points": ""}, {"rule-points": "0"}, {"name": "x" * 61}],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    app: Flask, grace: FlaskClient, wrong: dict[str, str]
) -> None:
    page = grace.post("/manage/badges/new", data={**FORM, **wrong})
    assert page.status_code == 422
    assert "Well done" in page.text
    with app.app_context():
        assert queries.by_state("draft") == []


def test_what_a_published_badge_is_for_stays(app: Flask, grace: FlaskClient) -> None:
    slug = make(app)
    assert grace.post(f"/manage/badges/{slug}", data={**FORM, "rule-points": "5"}).status_code == 422
    assert grace.post(f"/manage/badges/{slug}", data={**FORM, "rule-points": "100"}).status_code == 303
    assert grace.post(f"/manage/badges/{slug}/removal").status_code == 422
    with app.app_context():
        found = queries.by_slug(slug)
        assert found is not None
        assert (found.name, found.data) == ("First thousand", {"points": 100})


def test_the_preview_follows_and_is_only_a_piece(grace: FlaskClient) -> None:
    piece = grace.post("/manage/badges/preview", data=FORM, headers={"HX-Request": "true"})
    assert "hue-2" in piece.text
    assert "#coins" in piece.text
    assert "<html" not in piece.text
    assert (
        grace.post("/manage/badges/preview", data={"hue": "99", "shape": "x", "sign": "y"}).status_code == 200
    )


def test_a_badge_is_given_by_hand_with_a_reason(app: Flask, grace: FlaskClient) -> None:
    slug = make(app, "manual", what="helping")
    person(app)
    give = {"names": "ada@example.com", "citation": "Answered forty questions"}
    for wrong in ({"names": ""}, {"names": "nobody@example.com"}, {"citation": ""}):
        assert grace.post(f"/manage/badges/{slug}/awards", data={**give, **wrong}).status_code == 422
    assert grace.post(f"/manage/badges/{slug}/awards", data=give).status_code == 303
    assert "Answered forty questions" in browser(app).get(f"/badges/{slug}").text


def test_a_member_may_hide_a_badge(app: Flask, grace: FlaskClient) -> None:
    slug = make(app)
    ada = person(app)
    pay(app, ada, 100)
    mine = browser(app)
    panel = "/members/ada-marlowe/panels/badges"
    assert f"/badges/{slug}" in grace.get(panel).text
    assert mine.post(f"/badges/{slug}/visibility", data={"hide": "1"}).status_code == 303
    assert f"/badges/{slug}" not in grace.get(panel).text
    assert f"/badges/{slug}" in mine.get(panel).text
    assert "Ada Marlowe" not in grace.get(f"/badges/{slug}").text
    assert mine.post(f"/badges/{slug}/visibility").status_code == 303
    assert "Ada Marlowe" in grace.get(f"/badges/{slug}").text
    assert grace.post(f"/badges/{slug}/visibility").status_code == 404


def test_levels_are_edited_and_found(app: Flask, grace: FlaskClient) -> None:
    ada = person(app)
    pay(app, ada, 600)
    level = {"name": "Guide", "floor": "500", "metal": "2", "perks": "A seat"}
    assert grace.post("/manage/levels", data=level).status_code == 303
    assert grace.post("/manage/levels", data={**level, "name": "Twin"}).status_code == 422
    assert grace.post("/manage/levels", data={**level, "floor": "", "name": "x"}).status_code == 422
    assert grace.post("/manage/levels", data={**level, "floor": "9000", "name": "Far"}).status_code == 303
    drain(app)
    mine = browser(app).get("/badges").text
    assert "You are Guide now!" in browser(app).get("/inbox").text
    assert "8,400 to Far" in mine
    assert "Guide" in browser(app).get("/").text
    with app.app_context():
        guide, far = queries.levels()
        ids = (guide.id, far.id)
    assert grace.post(f"/manage/levels/{ids[0]}/removal").status_code == 422
    assert grace.post(f"/manage/levels/{ids[1]}/removal").status_code == 303
    assert grace.post(f"/manage/levels/{ids[0]}", data={**level, "name": "Mentor"}).status_code == 303
    with app.app_context():
        assert [one.name for one in queries.levels()] == ["Mentor"]


def test_going_away_is_announced_on_the_page(app: Flask) -> None:
    person(app)
    mine = browser(app)
    first, last = (now() + dt.timedelta(days=days) for days in (8, 12))
    form = {"from_on": first.date().isoformat(), "until_on": last.date().isoformat()}
    assert mine.post("/badges/pauses", data={**form, "until_on": "soon"}).status_code == 422
    assert mine.post("/badges/pauses", data=form).status_code == 303
    page = mine.get("/badges").text
    number = re.search(r"/badges/pauses/(\d+)/removal", page)
    assert number
    assert mine.post(number[0]).status_code == 303
    assert "/removal" not in mine.get("/badges").text


def test_home_has_a_ring(app: Flask) -> None:
    ada = person(app)
    with app.app_context():
        scene.level("Newcomer", 0)
    with app.test_request_context("/"):
        assert "Newcomer" in registry.panels["badges.level_ring"](people.get(ada))


def test_only_managers_compose(app: Flask, grace: FlaskClient) -> None:
    slug = make(app)
    person(app)
    ada = browser(app)
    for path in ("badges", "badges/new", f"badges/{slug}", f"badges/{slug}/publication", "levels"):
        assert ada.get(f"/manage/{path}").status_code == 403
        assert grace.get(f"/manage/{path}").status_code == 200
    for path in ("publication", "retirement", "removal", "awards"):
        assert ada.post(f"/manage/badges/{slug}/{path}").status_code == 403


@pytest.mark.parametrize("path", ["/badges", "/badges/{slug}", "/manage/badges"])
def test_a_page_costs_the_same_statements_with_more_badges_and_members(
    app: Flask, grace: FlaskClient, path: str
) -> None:
    slug = make(app)
    address = path.format(slug=slug)
    grace.get(address)
    with statements(app) as few:
        assert grace.get(address).status_code == 200
    for number in range(12):
        make(app, points=200 + number)
    with app.app_context():
        found = scene.members(30)
        for member_id in found:
            scene.pay(member_id, 5000)
        drain_all()
    with statements(app) as many:
        assert grace.get(address).status_code == 200
    assert len(many) == len(few)


def test_the_sample_is_planted_once(app: Flask) -> None:
    with app.app_context():
        for _ in range(2):
            for _order, name, plant in registry.seeds:
                if name == "badges":
                    with edges.unit():
                        plant(now=now())
        assert len(queries.levels()) == 6
        drawn = {(badge.shape, badge.sign) for badge in queries.by_state("live")}
        assert len(drawn) == len(queries.by_state("live")) > 5
