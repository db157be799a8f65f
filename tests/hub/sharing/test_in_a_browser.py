"""Sharing on a phone: from the home page to points in three clicks."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from challenges.actions import building
from hub.core import edges
from hub.core.clock import now
from hub.sharing import contents
from hub.sharing.contents import Draft
from tests.hub.members.people import PASSWORD, person
from tests.site import Site

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    """A phone."""
    return {**browser_context_args, "viewport": PHONE, "has_touch": True, "is_mobile": True}


def furnish(site: Site) -> None:
    """A member, a piece of content, and a challenge to share it."""
    person(site.app)
    grace = person(site.app, "grace@example.com", "Grace Whitlock", roles=["advocate", "manager"])
    with site.app.app_context(), edges.unit():
        draft = Draft(kind="article", title="Beds", url="https://example.org/beds", words={"": "Read this:"})
        content = contents.create(draft, by_id=grace, now=now())
        contents.move(content, "published", by_id=grace, now=now())
        made = building.create(
            "Share how a ward found its beds",
            by_id=grace,
            now=now(),
            kind="share",
            points=50,
            minutes=1,
            body="One post.",
        )
        building.add_step(
            made, kind="share", data={"content": str(content.id), "disclosure": "I get points."}
        )
        building.publish(made, by_id=grace, now=now())


def test_from_home_to_points_in_three_clicks(site: Site, page: Page, context: BrowserContext) -> None:
    furnish(site)
    gone: list[str] = []

    def elsewhere(route: Route) -> None:
        gone.append(route.request.url)
        route.fulfill(body="LinkedIn", content_type="text/html")

    context.route(re.compile(r"^https://"), elsewhere)
    page.goto(f"{site.url}/sign-in")
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{site.url}/")
    page.get_by_role("link", name="Share it").first.click()  # 1
    with context.expect_page() as opened:
        page.get_by_role("button", name="LinkedIn").click()  # 2
    expect(opened.value.locator("#words")).to_contain_text("I get points.")
    opened.value.get_by_role("link", name="Open LinkedIn").click()
    opened.value.wait_for_url(re.compile(r"^https://www\.linkedin"))
    assert gone
    assert re.search(r"sharing/share-offsite/\?url=http.*%2Fs%2F[0-9a-z]{8}$", gone[0]), gone
    page.get_by_role("button", name="I shared it").click()  # 3
    expect(page.get_by_text("50").first).to_be_visible()
    page.goto(f"{site.url}/points")
    expect(page.get_by_role("main")).to_contain_text("Share how a ward found its beds")
    page.goto(f"{site.url}/share")
    chart = page.locator(".chart").first
    widths = chart.locator(".bar").evaluate_all("all => all.map(each => each.getBoundingClientRect().width)")
    assert len(widths) == 30
    assert 0 < max(widths) < chart.evaluate("each => each.getBoundingClientRect().width") / len(widths)
