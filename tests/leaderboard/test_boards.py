"""Boards for an audience, of companies, in brackets, on their pages; and the managers' desk."""

import datetime as dt
import re
from typing import Any

from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select, update

from hub import ledger
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.ledger.books import mark
from hub.members.models import Member
from hub.outbox.jobs import drain_all
from hub.segments import actions as segment_actions
from hub.segments.models import Segment
from leaderboard import actions, checks, jobs, queries
from leaderboard.models import Board, Score, Season
from tests.hub.members.people import PASSWORD, browser, person
from tests.leaderboard.people import live, numbers
from tests.site import Site

PARTNERS = {"match": "all", "rules": [{"kind": "type", "types": ["partner"]}]}
TAGGED = {"match": "all", "rules": [{"kind": "tag", "tags": ["quiet"]}]}


def pay(app: Flask, member_id: int, points: int, at: dt.datetime | None = None) -> None:
    with app.app_context(), edges.unit():
        ledger.award(
            ledger.account_for(member_id=member_id), points, reason="challenge", key=f"boards:{next(numbers)}",
            subject="challenge:1", happened_at=at or now(), now=now(),
        )  # fmt: skip


def settle(app: Flask) -> None:
    with app.app_context():
        drain_all()
        with edges.reading():
            assert [*checks.standings(), *checks.histograms(), *checks.frozen()] == []


def words(app: Flask, address: str, email: str = "ada@example.com", status: int = 200) -> str:
    answer = browser(app, email).get(address)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_a_board_for_an_audience_is_no_news_to_anybody_else(app: Flask) -> None:
    """Only who belongs sees the board, who is on it, and that there is one; who leaves the audience leaves it."""
    ada, bo = person(app, type="partner"), person(app, "bo@example.com", "Bo Berg", type="partner")
    cy, grace = (
        person(app, "cy@example.com", "Cy Cole"),
        person(app, "gr@example.com", "Gr", roles=["manager"]),
    )
    with app.app_context(), edges.unit():
        segment = segment_actions.create("At risk", PARTNERS, now=now())
        live("Quiet circle", segment_id=segment.id)
    for member_id, points in ((ada, 50), (bo, 70), (cy, 900)):
        pay(app, member_id, points)
    settle(app)
    mine = words(app, "/leaderboard/quiet-circle")
    assert "Bo Berg" in mine
    assert "Cy Cole" not in mine
    assert "2 members with points" in mine
    words(app, "/leaderboard/quiet-circle", "cy@example.com", 404)
    assert "Quiet circle" not in words(app, "/leaderboard", "cy@example.com")
    assert "Bo Berg" in words(app, "/leaderboard/quiet-circle", "gr@example.com"), "managers see all"
    with app.app_context():
        with edges.unit():
            db.session.execute(update(Member).where(Member.id == bo).values(type="customer"))
        with edges.unit():
            jobs.look_around()
    settle(app)
    assert "Bo Berg" not in words(app, "/leaderboard/quiet-circle")
    words(app, "/leaderboard/quiet-circle", "bo@example.com", 404)
    with app.app_context():
        with edges.unit():
            found = db.session.scalars(select(Segment)).one()
            segment_actions.change(found, name="At risk", rules={"match": "all", "rules": []}, purpose="", now=now(),
                                   by_id=grace)  # fmt: skip
        drain_all()
        with edges.reading():
            board = queries.boards()[-1]
            on_it = set(db.session.scalars(select(Score.member_id).where(Score.board_id == board.id)))
            assert on_it == {ada, bo, cy}, "other rules, at once"


def test_a_company_has_the_sum_of_its_people_and_never_tells_who_hides(app: Flask) -> None:
    ada = person(app, company="Analytical Engines")
    bo, cy = (person(app, f"{n}@example.com", n, company="Analytical Engines") for n in ("bo", "cy"))
    dee = person(app, "dee@example.com", "dee", company="Orbit Foods")
    with app.app_context(), edges.unit():
        live("Firms", kind="company")
        db.session.execute(update(Member).where(Member.id == cy).values(pseudonym="The Quiet One"))
    for member_id, points in ((ada, 100), (bo, 20), (cy, 4000), (dee, 300)):
        pay(app, member_id, points)
    settle(app)
    said = words(app, "/leaderboard/firms")
    assert re.search(r"Place 2 .* Analytical Engines Yours .* 120", said)
    assert "180 points to draw level with Orbit Foods" in said
    assert "4,1" not in said
    assert "the sum would tell where you work" in words(app, "/leaderboard/firms", "cy@example.com")
    with app.app_context(), edges.unit():
        db.session.execute(update(Member).where(Member.id == ada).values(is_opted_out=True))
        mark([ledger.account_for(member_id=ada)], now=now())
    settle(app)
    assert re.search(r"Orbit Foods .* 300", words(app, "/leaderboard/firms", "bo@example.com"))
    with app.app_context(), edges.reading():
        assert sorted(db.session.scalars(select(Score.points).where(Score.period == "all",
                      Score.company_id.is_not(None)))) == [20, 300]  # fmt: skip


def test_newcomers_have_a_list_that_they_can_lead(app: Flask) -> None:
    ada, old = person(app), person(app, "old@example.com", "Old Hand")
    with app.app_context(), edges.unit():
        live("By age", brackets="tenure")
        long_ago = now() - dt.timedelta(days=700)
        db.session.execute(update(Member).where(Member.id == old).values(joined_at=long_ago))
    pay(app, ada, 10)
    pay(app, old, 9000)
    settle(app)
    mine = words(app, "/leaderboard/by-age")
    assert "You lead" in mine
    assert "Old Hand" not in mine
    assert "Old Hand" in words(app, "/leaderboard/by-age?bracket=longer")
    words(app, "/leaderboard/by-age?bracket=nonsense", status=404)
    with app.app_context():
        with edges.unit():  # ninety-one days later
            earlier = now() - dt.timedelta(days=91)
            db.session.execute(update(Member).where(Member.id == ada).values(joined_at=earlier))
        with edges.unit():
            jobs.look_around()
    settle(app)
    assert "Ada Marlowe You" in words(app, "/leaderboard/by-age?bracket=year")
    assert "A fresh start" in words(app, "/leaderboard/by-age?bracket=new")


def test_a_board_from_draft_to_frozen_season_at_the_desk(app: Flask) -> None:
    """Drafted, looked at, refused, published, counted, seen; its season frozen and read; closed and opened again."""
    ada = person(app)
    person(app, "grace@example.com", "Grace Whitlock", roles=["manager"])
    pay(app, ada, 40)
    desk = browser(app, "grace@example.com")
    today = now().date()
    wish: dict[str, Any] = {
        "name": "Autumn", "story": "Until it snows.", "metric": "points", "kind": "member", "segment_id": "0",
        "periods": ["month", "all"], "starts_on": f"{today:%Y-%m-01}", "ends_on": f"{today}", "winners": "1",
        "badge_id": "0", "brackets": "none", "ranking": "competition",
    }  # fmt: skip
    assert "1 member" in desk.post("/manage/boards/preview", data=wish).text
    bad = desk.post("/manage/boards/new", data={**wish, "ends_on": "2020-01-01"})
    assert bad.status_code == 422
    assert "end before it begins" in bad.text
    assert 'value="Autumn"' in bad.text, "what was typed is kept"
    assert desk.post("/manage/boards/new", data=wish).location == "/manage/boards/autumn"
    words(app, "/leaderboard/autumn", status=404)
    assert desk.post("/manage/boards/autumn/publication").status_code == 303
    settle(app)
    said = words(app, "/leaderboard/autumn")
    assert "Today is the last day" in said
    assert "The first is thanked by name" in said
    refused = desk.post("/manage/boards/autumn/closing")
    assert refused.status_code == 422
    assert "A season runs here" in refused.text
    assert "What it counts stays" in desk.get("/manage/boards/autumn").text
    with app.app_context():
        over = now() + dt.timedelta(days=2)
        while jobs.end_seasons(over):
            pass
        with edges.reading():
            slug = db.session.scalars(select(Season.slug)).one()
    page = words(app, f"/leaderboard/autumn/seasons/{slug}")
    assert "You came in at place 1" in page
    assert "40 points" in page
    assert "Past seasons" in words(app, "/leaderboard/autumn")
    words(app, "/leaderboard/autumn/seasons/never", status=404)
    assert desk.post("/manage/boards/autumn/closing").status_code == 303
    words(app, "/leaderboard/autumn", status=404)
    assert "place 1" in words(app, f"/leaderboard/autumn/seasons/{slug}"), "the past stays"
    assert desk.post("/manage/boards/autumn/publication").status_code == 303
    settle(app)
    assert "Around you" in words(app, "/leaderboard/autumn")
    assert desk.post("/manage/boards/autumn/removal").status_code == 422
    with app.app_context(), edges.reading():
        assert [board.slug for board in db.session.scalars(select(Board))] == ["autumn"]


def test_a_board_in_a_browser(site: Site, page: Page) -> None:
    """Around me first; another period comes without leaving the page; arrows are told in words."""
    ada, bo = person(site.app), person(site.app, "bo@example.com", "Bo Berg")
    with site.app.app_context(), edges.unit():
        actions.ensure(now=now())
        live("Second", metric="challenges")
    pay(site.app, ada, 40, now() - dt.timedelta(days=1))
    pay(site.app, bo, 90, now() - dt.timedelta(days=1))
    settle(site.app)
    with site.app.app_context(), edges.unit():
        jobs.look_around()
    pay(site.app, ada, 400)
    settle(site.app)
    page.goto(f"{site.url}/sign-in")
    page.fill("input[name=email]", "ada@example.com")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{site.url}/")
    page.goto(f"{site.url}/leaderboard?period=all")
    mine = page.locator("#board .card--brand .standing--me").first
    assert "1 place up" in re.sub(r"\s+", " ", mine.text_content() or "")
    assert "You lead" in (page.text_content("#board .card--brand") or "")
    page.click("#period-year")
    page.wait_for_url("**/leaderboard/points?period=year")
    assert page.locator("#period-year").get_attribute("aria-current") == "page"
    page.click("text=Second")
    page.wait_for_url("**/leaderboard/second")
    assert "A fresh start" in (page.text_content("#board") or "")
