"""A browser that looks at pages as people do: narrow and wide, light and dark, noting whatever goes wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page

from tests.rules.house import House
from tests.site import Site

WIDE, NARROW, NARROWEST = (1280, 900), (390, 844), (320, 640)
# What a theme decides; everything else axe looks for is the same in both.
COLOUR = {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]}
ALL = {"resultTypes": ["violations"]}
# Colours that fade from one theme to the other would be measured on their way. The policy allows no style of ours,
# but a sheet that is made by script isn't one in the page.
STILL = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('*, *::before, *::after { transition: none !important; animation: none !important }');
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
HEADINGS = """() => [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')]
    .filter(h => h.checkVisibility()).map(h => Number(h.tagName[1]))"""
TOO_WIDE = """() => {
    const all = document.documentElement, room = all.clientWidth;
    if (all.scrollWidth <= room) return [];
    const over = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > room + 1);
    return [`${all.scrollWidth} of ${room}`, ...over.slice(0, 3).map(e => e.tagName + '.' + e.className)];
}"""


@dataclass
class Looker:
    """One visitor's window, and what the browser complained of since the last question."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str, size: tuple[int, int] = WIDE) -> None:
        """Goes to a page, light, in a window of this size."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.emulate_media(color_scheme="light", reduced_motion="reduce")
        self.page.goto(f"{self.url}{path}", wait_until="load")
        self.page.evaluate(STILL)

    def resize(self, size: tuple[int, int]) -> None:
        """The same page in another window."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def barriers(self, theme: str) -> list[str]:
        """What axe finds: all of it by day, what colours decide by night."""
        self.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        if not self.page.evaluate("() => Boolean(window.axe)"):
            self.page.evaluate(Axe().axe_script)
        rules = ALL if theme == "light" else COLOUR
        found = self.page.evaluate("axe.run.bind(axe)", rules)["violations"]
        if found:  # a piece still fading in has colours of its own: what is really wrong is wrong a moment later, too
            self.page.wait_for_timeout(1500)
            found = self.page.evaluate("axe.run.bind(axe)", rules)["violations"]
        return [f"{one['id']} ({theme}): {' | '.join(_where(one))}" for one in found]

    def told(self, said: ConsoleMessage) -> None:
        """Errors of the console, broken policy among them."""
        if said.type == "error":
            self.complaints.append(said.text)

    def interrupted(self, dialog: Dialog) -> None:
        """No page of ours opens one: somebody's words became code."""
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def heard(self) -> list[str]:
        """What the console said since the last time."""
        said, self.complaints[:] = list(self.complaints), []
        return said

    def faults(self) -> list[str]:
        """Headings out of order, no skip link, wider than the narrowest telephone."""
        levels = self.page.evaluate(HEADINGS)
        found = [] if levels[:1] == [1] and levels.count(1) == 1 else [f"headings begin {levels[:3]}"]
        jumps = [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1]
        found += [f"headings jump {jumps}"] if jumps else []
        if (
            self.page.locator("a.skip[href='#main']").count() != 1
            or self.page.locator("main#main").count() != 1
        ):
            found.append("no way to skip to the content")
        self.resize(NARROWEST)
        return found + [f"too wide at 320 px: {part}" for part in self.page.evaluate(TOO_WIDE)]


def _where(violation: dict[str, Any]) -> list[str]:
    return [str(node["html"])[:160] for node in violation["nodes"][:3]]


@contextmanager
def window(browser: Browser, house: House, site: Site, who: str, **wishes: Any) -> Iterator[Looker]:
    """A window in which `who` is signed in."""
    context: BrowserContext = browser.new_context(**wishes)
    if who in house.cookies:
        name = house.app.config["SESSION_COOKIE_NAME"]
        context.add_cookies([{"name": name, "value": house.cookies[who], "url": site.url}])
    page = context.new_page()
    looker = Looker(page, site.url)
    page.on("console", looker.told)
    page.on("pageerror", lambda error: looker.complaints.append(str(error)))
    page.on("dialog", looker.interrupted)
    page.set_default_timeout(10_000)
    yield looker
    context.close()
