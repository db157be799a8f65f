"""From a link that is shared to points on a timeline: an advocate, a stranger in another browser, what sales reports;
with JavaScript and without."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from hub.sharing.clicks import writing
from tests.hub.referrals.scene import Scene
from tests.hub.referrals.visitors import token
from tests.site import Site

MOST_BYTES = 60_000
STEPS = (
    "They followed your link", "They opened the page behind your link.", "You introduced Kim Lee over a personal link.",
    "It moved up from Submitted to Accepted.", "It moved up from Accepted to Meeting.", "Won: Kim Lee is a customer.",
)  # fmt: skip
# A browser without a window says so, and counts as a machine.
PERSON = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
)
Open = Callable[..., Page]


@pytest.fixture
def scene(site: Site) -> Scene:
    """The cast, behind a port."""
    return Scene(site.app)


@pytest.fixture
def at(site: Site, scene: Scene, browser: Browser) -> Iterator[Open]:
    """A browser of its own for somebody; a stranger's without a name."""
    contexts = []

    def open_one(who: str | None, **wishes: Any) -> Page:
        context = browser.new_context(base_url=site.url, user_agent=PERSON, **wishes)
        contexts.append(context)
        if who is not None:
            name = site.app.config["SESSION_COOKIE_NAME"]
            cookie = scene.browser(who).get_cookie(name)
            assert cookie is not None
            context.add_cookies([{"name": name, "value": cookie.value, "url": site.url}])
            site.app.config["WTF_CSRF_ENABLED"] = True
        page = context.new_page()
        page.set_default_timeout(20_000)
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_shared_link_ends_in_points_on_one_timeline(
    site: Site, scene: Scene, at: Open, script: bool
) -> None:
    ada = at("ada", java_script_enabled=script)
    ada.goto("/referrals/page")
    ada.get_by_role("button", name="Make my link").click()
    link = ada.locator("#my-link").inner_text()
    assert "/s/" in link

    kim = at(None, java_script_enabled=script, viewport={"width": 320, "height": 640})
    kim.goto(link)
    assert re.search(r"/r/\w+\?via=\w+", kim.url)
    expect(kim.get_by_role("heading", level=1)).to_contain_text("Ada Example thinks this could help you")
    kim.get_by_label("Your name").fill("Kim Lee")
    kim.get_by_label("What you do there").fill("Chief of staff")
    if script:
        expect(kim.locator("#hints")).to_contain_text("Somebody who decides, good.")
    kim.get_by_role("button", name="Send").click()
    expect(kim.locator(".problems")).to_contain_text("an e-mail or a telephone number")
    expect(kim.locator("#hints")).to_contain_text("Somebody who decides, good.")
    kim.get_by_label("E-mail").fill("kim@example.org")
    kim.get_by_role("button", name="Send").click()
    expect(kim.get_by_role("heading", level=1)).to_have_text("Thank you")
    (found,) = scene.all()
    kim.goto(f"/introduced/{token(scene, found.id)}")  # as the mail has it
    expect(kim.get_by_role("heading", level=1)).to_have_text("Good to have you here, Kim")
    assert kim.evaluate("document.documentElement.scrollWidth <= innerWidth") if script else True

    scene.reach(found.id, "accepted", "meeting", "won", minutes=0.0001)
    with site.app.app_context():
        writing.write_batch()
    ada.goto(f"/referrals/{found.id}")
    said = ada.locator(".timeline").inner_text()
    assert [step for step in STEPS if step not in said] == [], said
    places = [said.index(step) for step in reversed(STEPS)]
    assert places == sorted(places), said
    expect(ada.locator(".progress__sum")).to_have_text("32,000")
    assert scene.prove() == []


@pytest.mark.browser
def test_a_first_visit_weighs_little_and_asks_nobody_else(site: Site, scene: Scene, at: Open) -> None:
    ada = at("ada")
    ada.goto("/referrals/page")
    ada.get_by_role("button", name="Make my link").click()
    link = ada.locator("#my-link").inner_text()
    page, weights, elsewhere = at(None), {}, []

    def done(request: Request) -> None:
        sizes = request.sizes()
        weights[request.url] = sizes["responseBodySize"] + sizes["responseHeadersSize"]
        if not request.url.startswith(site.url):
            elsewhere.append(request.url)

    page.on("requestfinished", done)
    page.goto(link, wait_until="networkidle")
    assert (sum(weights.values()) < MOST_BYTES, elsewhere) == (True, []), weights


@pytest.mark.browser
def test_a_page_works_where_every_script_is_blocked(scene: Scene, at: Open) -> None:
    ada = at("ada")
    ada.goto("/referrals/page")
    ada.get_by_role("button", name="Make my link").click()
    kim = at(None)
    kim.route(re.compile(r"\.(js|mjs)(\?|$)"), lambda route: route.abort())
    kim.goto(ada.locator("#my-link").inner_text())
    kim.get_by_label("Your name").fill("Kim Lee")
    kim.get_by_label("Telephone").fill("+49 30 1234567")
    kim.get_by_role("button", name="Send").click()
    expect(kim.get_by_role("heading", level=1)).to_have_text("Thank you, Kim")
    assert [found.mode for found in scene.all()] == ["link"]
