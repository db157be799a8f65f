"""The whole way in a real browser: the top of a board is invited, sits down, waits, moves up, checks in by code."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from hub import ledger
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.hangouts.models import Hangout
from hub.outbox.jobs import drain_all
from hub.segments import actions as segments
from leaderboard import actions as boards
from tests.hub.hangouts.world import crowd, differences, in_state
from tests.hub.members.people import PASSWORD, person
from tests.rules.looking import COLOUR
from tests.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TOP = {"match": "all", "rules": [{"kind": "board", "board": "points", "period": "all", "first": 10}]}
SIGNED_UP = {"ada": 900, "kim": 800, "linus": 1}


def sit(site: Site, browser: Browser, who: str) -> Page:
    """Somebody's own window, narrow, signed in."""
    page = browser.new_context(viewport={"width": 320, "height": 720}, reduced_motion="reduce").new_page()
    page.goto(f"{site.url}/sign-in")
    page.get_by_label("E-mail").fill(f"{who}@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).first.click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def work(site: Site) -> None:
    with site.app.app_context():
        drain_all()


@pytest.fixture
def people(site: Site) -> dict[str, int]:
    """Eleven with points, the newcomer with the fewest, and a host."""
    app = site.app
    ids = {who: person(app, f"{who}@example.com", f"{who.title()} Doe") for who in SIGNED_UP}
    ids["dorothy"] = person(app, "dorothy@example.com", "Dorothy Lindqvist", roles=("host",))
    others = crowd(app, 8)
    points = {**{ids[who]: SIGNED_UP[who] for who in SIGNED_UP}, **dict.fromkeys(others, 500)}
    with app.app_context(), edges.unit():
        boards.ensure(now=now())
        segments.create("Top ten", TOP, now=now())
        for one, worth in points.items():
            ledger.award(
                ledger.account_for(member_id=one), worth, reason="manual", key=f"test:{one}", subject="test:1",
                happened_at=now(), now=now(),
            )  # fmt: skip
    work(site)
    app.config["WTF_CSRF_ENABLED"] = True
    return ids


def test_from_the_invitation_to_the_points(site: Site, browser: Browser, people: dict[str, int]) -> None:
    dorothy = sit(site, browser, "dorothy")
    number = hold(site, dorothy)
    work(site)
    assert len(in_state(site.app, number, "invited")) == 10
    assert people["linus"] not in in_state(site.app, number, "invited"), "eleventh on the board"
    ada, kim = sit(site, browser, "ada"), sit(site, browser, "kim")
    for page, says in ((ada, "You have a seat"), (kim, "You are next in line.")):
        page.goto(f"{site.url}/hangouts/the-table")
        page.get_by_role("button", name=re.compile("Take a seat|Wait in line")).click()
        expect(page.locator("main")).to_contain_text(says)
        assert page.evaluate("document.documentElement.scrollWidth") == 320
    ada.get_by_text("Something came up?").click()
    ada.get_by_role("button", name="Give my seat back").click()
    expect(ada.get_by_role("button", name="Wait in line")).to_be_visible()
    kim.goto(f"{site.url}/")
    expect(kim.locator("#next-best")).to_contain_text("A seat in “The table”")
    kim.goto(f"{site.url}/hangouts/the-table")
    kim.get_by_role("button", name="Take the seat").click()
    expect(kim.locator("main")).to_contain_text("The door to the video opens here")
    kim.get_by_label("Your question").fill("Honestly?")
    kim.get_by_label("Ask anonymously").check()
    kim.get_by_role("button", name="Ask", exact=True).click()
    expect(kim.locator("#questions-list")).to_contain_text("Somebody")
    ada.goto(f"{site.url}/hangouts/the-table")
    ada.get_by_role("button", name="I want this answered, too: Honestly?").click()
    expect(ada.get_by_role("button", name="Take back my vote for: Honestly?")).to_have_text(re.compile("1"))
    ada.get_by_label("Money").check()
    expect(ada.get_by_label("Money")).to_be_checked()
    with site.app.app_context(), edges.unit():
        found = db.session.get_one(Hangout, number)
        found.starts_at = now()
        code = found.code
    dorothy.goto(f"{site.url}/manage/hangouts/{number}/guests")
    expect(dorothy.locator(".bigcode")).to_have_text(code)
    kim.reload()
    expect(kim.get_by_role("link", name="Come in")).to_be_visible()
    kim.get_by_label("You are here? Type the code").fill(code.lower())
    kim.get_by_role("button", name="I am here").click()
    expect(kim.locator("main")).to_contain_text("120 points are yours")
    kim.goto(f"{site.url}/points")
    expect(kim.locator("main")).to_contain_text("You took part in a hangout")
    expect(kim.locator("main")).to_contain_text("+120")
    assert differences(site.app) == []
    assert barriers(dorothy) + barriers(kim, f"{site.url}/hangouts/the-table") == []


def hold(site: Site, page: Page) -> int:
    """Dorothy's side: a title, the form, published."""
    page.goto(f"{site.url}/manage/hangouts")
    page.get_by_label("Title").fill("The table")
    page.get_by_role("button", name="New hangout").click()
    page.get_by_label("The story").fill("An hour with me.")
    page.get_by_label("Agenda").fill("Plans\nMoney")
    page.get_by_label("Begins").fill(f"{now().year + 1}-03-28T17:00")
    page.get_by_role("spinbutton", name="Seats").fill("1")
    page.get_by_label("Video link").fill("https://meet.example.com/x")
    page.get_by_label("A segment").check()
    page.get_by_label("Segment", exact=False).last.select_option(label="Top ten")
    page.get_by_label("Points for being there").fill("120")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Invitations are on their way")).to_be_visible()
    return int(page.url.split("/")[-2])


def barriers(page: Page, url: str = "") -> list[str]:
    """What axe finds, by day and by night."""
    if url:
        page.goto(url)
    found = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.wait_for_timeout(250)
        result = Axe().run(page, options=COLOUR if theme == "dark" else None)
        found += [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in result.response["violations"]]
    return found
