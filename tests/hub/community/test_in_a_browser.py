"""The community in a real browser: names after an @, reactions, an answer with a quote, and nothing lost to a poll."""

import pytest
from playwright.sync_api import Page, expect

from hub.community.actions import say
from hub.core import edges
from hub.core.clock import now
from tests.hub.community.board import cast, topic
from tests.hub.members.people import PASSWORD
from tests.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def number(site: Site, page: Page) -> int:
    people = cast(site.app)
    made = topic(site.app, people["kim"])
    site.app.config["WTF_CSRF_ENABLED"] = True
    page.goto(f"{site.url}/sign-in")
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{site.url}/community/topics/{made}")
    return made


def test_a_name_is_found_chosen_and_posted(site: Site, page: Page, number: int) -> None:
    box = page.get_by_label("Answer", exact=True)
    box.press_sequentially("Ask @li")
    page.get_by_role("button", name="Linus Bergqvist").click()
    expect(box).to_have_value("Ask @linus-bergqvist ")
    box.press_sequentially("please")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("link", name="@Linus Bergqvist")).to_be_visible()
    expect(page.get_by_label("Answer", exact=True)).to_have_value("")


def test_a_reaction_comes_and_goes_without_leaving_the_page(site: Site, page: Page, number: int) -> None:
    page.evaluate("window.stayed = true")
    page.locator(".signs__more > summary").click()
    page.get_by_role("button", name="Thank you").click()
    mine = page.get_by_role("button", name="Thank you, 1")
    expect(mine).to_have_attribute("aria-pressed", "true")
    mine.click()
    expect(mine).to_have_count(0)
    assert page.evaluate("window.stayed") is True


def test_what_was_typed_stays_when_one_post_is_answered(site: Site, page: Page, number: int) -> None:
    page.get_by_label("Answer", exact=True).fill("half a thought")
    page.get_by_role("button", name="Answer Kim Novak").click()
    box = page.get_by_label("Answer", exact=True)
    expect(page.locator(".say .post__quote")).to_contain_text("How do you do it?")
    expect(box).to_have_value("half a thought")
    expect(box).to_be_focused()
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".talk__posts .post__quote")).to_contain_text("How do you do it?")


def test_a_poll_brings_news_and_takes_nothing_out_of_hands(site: Site, page: Page, number: int) -> None:
    page.locator(".signs__more > summary").click()
    with site.app.app_context(), edges.unit():
        say(f"topic:{number}", 3, "fresh words", now())
    poll = "document.querySelector('.talk__posts').dispatchEvent(new Event('every'))"
    page.evaluate(poll)
    page.wait_for_timeout(500)
    expect(page.locator(".signs__choice")).to_be_visible()
    expect(page.get_by_text("fresh words")).to_have_count(0)
    page.locator(".signs__more > summary").click()
    page.locator("h1").click()
    page.evaluate("document.activeElement.blur()")
    page.evaluate(poll)
    expect(page.get_by_text("fresh words")).to_be_visible()


def test_without_script_everything_still_works(site: Site, page: Page, number: int, browser: object) -> None:
    context = page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    context.add_cookies(page.context.cookies())  # type: ignore[arg-type]
    plain = context.new_page()
    plain.goto(f"{site.url}/community/topics/{number}")
    plain.get_by_label("Answer", exact=True).fill("half a thought")
    plain.get_by_role("button", name="Answer Kim Novak").click()
    expect(plain.get_by_label("Answer", exact=True)).to_have_value("half a thought")
    plain.get_by_role("button", name="Send").click()
    expect(plain.locator(".talk__posts .post__quote")).to_contain_text("How do you do it?")
    plain.locator(".signs__more > summary").first.click()
    plain.get_by_role("button", name="Thank you").first.click()
    expect(plain.get_by_role("button", name="Thank you, 1")).to_be_visible()
    plain.get_by_role("button", name="Take it back").click()
    expect(plain.get_by_text("Taken back")).to_be_visible()
    context.close()
