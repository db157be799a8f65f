"""From a won deal to a laptop at the door, in a real browser: chosen, approved, shipped, there; points spent once."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from hub.core import edges, registry
from hub.core.clock import now
from hub.core.db import db
from hub.members import passwords
from hub.members.models import Member
from hub.outbox.jobs import drain_all
from hub.rewards import programmes
from tests.hub.members.people import PASSWORD
from tests.hub.referrals.scene import Scene
from tests.hub.rewards.scene import entries, purse, reward
from tests.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def world(site: Site) -> Scene:
    """Ada introduced somebody who became a customer; a laptop costs what that is worth, and a cap comes on top."""
    scene = Scene(site.app)
    laptop: dict[str, Any] = {
        "price": 32_000,
        "cost_hundredths": 129_900,
        "stock": 2,
        "needs_address": True,
        "sign": "laptop",
    }
    reward(site.app, "A new laptop", options=[{"name": "Colour", "values": ["Silver", "Midnight"]}], **laptop)
    cap = reward(site.app, "A cap")
    with site.app.app_context(), edges.unit():
        for name in ("ada", "grace"):
            db.session.get_one(Member, scene.ids[name]).password_hash = passwords.digest(PASSWORD)
        programmes.keep(programmes.Wish(programme_id=1, stage="won", reward_id=cap), by_id=None, now=now())
    number = scene.refer()
    scene.reach(number, "won")
    with site.app.app_context():
        drain_all()
    return scene


@pytest.fixture
def pages(site: Site, browser: Browser, world: Scene) -> Iterator[tuple[Page, Page]]:
    """Ada's window and Grace's."""
    contexts = [browser.new_context(base_url=site.url) for _ in range(2)]
    found = [context.new_page() for context in contexts]
    site.app.config["WTF_CSRF_ENABLED"] = True
    for page, who in zip(found, ("ada", "grace"), strict=True):
        page.set_default_timeout(20_000)
        page.goto("/sign-in")
        page.get_by_label("E-mail", exact=True).fill(f"{who}@example.com")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).first.click()
        expect(page.locator(".whoami")).to_be_visible()
    yield found[0], found[1]
    for context in contexts:
        context.close()


def test_a_won_deal_becomes_a_laptop_at_the_door(site: Site, world: Scene, pages: tuple[Page, Page]) -> None:
    ada, grace = pages
    ada.goto("/rewards")
    ada.get_by_role("link", name="A new laptop").click()
    choose(ada)
    expect(ada.locator("main")).to_contain_text("Waits for a manager")
    expect(ada.locator("#wallet-pill")).to_contain_text(re.compile(r"\D0\D|^\s*0"))
    mine = ada.url

    grace.goto("/manage/redemptions")
    grace.get_by_role("link", name="Ada Example").first.click()
    grace.get_by_role("button", name="Approve").click()
    grace.get_by_label("Tracking number").fill("1Z 999")
    grace.get_by_role("button", name="It is on its way").click()
    expect(grace.locator("main")).to_contain_text("1Z 999")

    ada.goto(mine)
    expect(ada.locator("main")).to_contain_text("On its way")
    expect(ada.locator("main")).to_contain_text("1Z 999")
    ada.get_by_role("button", name="It has arrived").click()
    expect(ada.locator(".hurrah")).to_contain_text("Ada")
    expect(ada.locator("main")).not_to_contain_text("Lace Market")
    ada.goto("/points")
    expect(ada.locator("main")).to_contain_text("A new laptop")

    assert entries(site.app, "redemption:") == [("redemption:2", -32_000, "redemption")]
    assert purse(site.app, world.ids["ada"]) == (0, 0, 32_000)
    with site.app.app_context(), edges.reading():
        assert [line for check in registry.checks.values() for line in check()] == []


def choose(page: Page) -> None:
    """Fills in the form, twice: what is missing is said, and what was typed is still there."""
    page.get_by_label("Street and number").fill("12 Lace Market")
    page.get_by_role("button", name="Choose it for 32,000 points").click()
    expect(page.get_by_role("alert")).to_contain_text("Town")
    expect(page.get_by_label("Street and number")).to_have_value("12 Lace Market")
    page.get_by_label("Midnight").check()
    page.get_by_label("Name on the parcel").fill("Ada Example")
    page.get_by_label("Postcode").fill("NG1 1PB")
    page.get_by_label("Town").fill("Nottingham")
    page.get_by_label("Your country").select_option("GB")
    page.get_by_role("button", name="Choose it for 32,000 points").click()
