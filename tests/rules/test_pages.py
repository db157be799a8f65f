"""Every page of members, as people meet it: nothing in anybody's way, in either theme, on a telephone and on a desk."""

from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, expect

from tests.rules.house import VISITORS, House
from tests.rules.looking import NARROW, Looker, window
from tests.rules.pages import EYES, NOT_PAGES, PAGES, in_the_way, onlooker
from tests.rules.permissions import READS
from tests.rules.test_desk_pages import DESK
from tests.site import Site


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in PAGES if name not in DESK])
def test_nothing_is_in_anybodys_way(furnished: House, lookers: dict[str, Looker], name: str) -> None:
    assert in_the_way(furnished, lookers, name) == []


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/nowhere", "/manage", "/referrals/987654"])
def test_nor_on_the_pages_that_say_no(lookers: dict[str, Looker], path: str) -> None:
    looker = lookers["ada"]
    looker.open(path, NARROW)
    found = looker.barriers("light") + looker.barriers("dark") + looker.faults()
    assert [line for line in found + looker.heard() if "status of 40" not in line] == []


@pytest.mark.browser
def test_what_we_look_for_is_found(lookers: dict[str, Looker]) -> None:
    looker = lookers["nobody"]
    looker.open("/sign-in")
    looker.page.evaluate("""() => {
        const main = document.querySelector('main');
        const long = '<pre>' + 'x'.repeat(900) + '</pre>';
        main.insertAdjacentHTML('beforeend', '<h5>Jump</h5><img src="/static/img/logo.svg">' + long);
        document.querySelector('.skip').remove();
        console.error('a complaint');
    }""")
    found = " ".join(looker.barriers("light") + looker.faults() + looker.heard())
    for word in ("image-alt", "headings jump", "no way to skip", "too wide", "a complaint"):
        assert word in found


@pytest.mark.browser
def test_the_first_stop_of_the_keyboard_skips_to_the_content(lookers: dict[str, Looker]) -> None:
    looker = lookers["ada"]
    looker.open("/points")
    looker.page.keyboard.press("Tab")
    expect(looker.page.locator("a.skip")).to_be_focused()
    looker.page.keyboard.press("Enter")
    expect(looker.page.locator("#main")).to_be_focused()


@pytest.mark.browser
def test_the_hub_works_without_javascript(furnished: House, furnished_site: Site, browser: Browser) -> None:
    with furnished.restored(), ExitStack() as windows:
        nobody = windows.enter_context(
            window(browser, furnished, furnished_site, "nobody", java_script_enabled=False)
        )
        page = nobody.page
        nobody.page.goto(f"{furnished_site.url}/referrals/new")
        page.get_by_label("E-mail", exact=True).fill("ada@example.com")
        page.get_by_label("Password", exact=True).fill("hurrah-demo")
        page.get_by_role("button", name="Sign in", exact=True).first.click()
        page.get_by_label("Their name").fill("Wilma Plain")
        page.get_by_label("E-mail", exact=False).first.fill("wilma@example.org")
        page.get_by_label("How do you know them?").fill("From the choir")
        page.get_by_role("button", name="Introduce them").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Wilma Plain")
        assert "+100" in page.locator("main").inner_text()
        grace = windows.enter_context(
            window(browser, furnished, furnished_site, "grace", java_script_enabled=False)
        ).page
        grace.goto(f"{furnished_site.url}/manage/connections/rules")
        form = grace.locator(
            "form", has=grace.locator("[value=Handshake], option:text-is('Handshake')")
        ).first
        form.locator("select[name=rung]").select_option(label="Accepted")
        form.locator("button[type=submit]").first.click()
        expect(grace.locator("main")).to_contain_text("Handshake")
        assert "mapped" in grace.locator("body").inner_text()


def test_every_page_has_somebody_to_look_at_it() -> None:
    assert len(PAGES) > 35
    assert set(READS) >= NOT_PAGES
    assert {onlooker(name) for name in PAGES} == set(EYES)
    assert set(EYES) <= set(VISITORS)
