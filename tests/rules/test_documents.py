"""What pages and templates promise is there: every link, every icon's page, every piece the script asks for."""

import re
from collections import deque
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

import pytest

from hub.core.settings import ROOT
from tests.rules.house import House

SHELL = ROOT / "templates" / "_shell"
OUTWARD = re.compile(r"[a-z]+:|//")
ELSEWHERE = {"https://www.standardwebhooks.com"}  # how a CRM signs what it sends
MOST = 400  # pages of one visitor; lists page on and on
SET = re.compile(r"\{%-?\s*set\s+(\w+)")


class Links(HTMLParser):
    """Where a page leads: links, forms that ask, pieces that htmx fetches, files it needs; and its anchors."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.anchors: set[str] = set()
        self.declared: set[str] = (
            set()
        )  # what managers and members point to: it opens beside the hub, cut off from it
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given["id"]} if "id" in given else set()
        if given.get("target") == "_blank" and "noopener" in given.get("rel", "").split():
            self.declared.add(given.get("href", ""))
        names = ("href", "src", "hx-get") + (("action",) if given.get("method", "").lower() == "get" else ())
        self.found |= {given[name] for name in names if given.get(name)}


def crawl(house: House, who: str, start: str = "/") -> tuple[dict[str, int], list[str]]:
    """Every page within reach of `start` and its status, and what leads out of the hub or nowhere."""
    seen: dict[str, int] = {}
    wrong: list[str] = []
    waiting = deque([(start, "")])
    while waiting and len(seen) < MOST:
        path, source = waiting.popleft()
        if path in seen:
            continue
        answer = house.visit(who, path)
        seen[path] = answer.status_code
        if answer.status_code >= 400:
            wrong.append(f"{source} leads to {path}: {answer.status_code}")
        page = Links(answer.text if answer.mimetype == "text/html" and not answer.location else "")
        wrong += misled(path, page)
        onward = page.found | ({answer.location} if answer.location else set())
        waiting.extend(
            (urldefrag(urljoin(path, link))[0], path) for link in onward if not OUTWARD.match(link)
        )
    return seen, wrong


def misled(path: str, page: Links) -> list[str]:
    """Links of a page to an anchor it doesn't have, and to other people's sites that don't open beside the hub."""
    gone = [link for link in page.found if link.startswith("#") and link[1:] not in {"", *page.anchors}]
    out = [
        link
        for link in page.found
        if OUTWARD.match(link) and not link.startswith(("mailto:", "tel:", "data:"))
    ]
    return [f"{path} has no {link}" for link in gone] + [
        f"{path} leads out of the hub: {link}" for link in out if link not in ELSEWHERE | page.declared
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("who", "many"),
    [("nobody", 3), ("linus", 15), ("ada", 20), ("katherine", 30), ("dorothy", 15), ("grace", 100)],
)
def test_every_link_leads_somewhere(house: House, who: str, many: int) -> None:
    with house.restored():
        seen, wrong = crawl(house, who)
    assert wrong == []
    assert len(seen) >= many, sorted(seen)


def test_a_dead_link_is_found(house: House) -> None:
    def dead() -> str:
        gone = '<a href="/nowhere">x</a><a href="#gone">y</a><a href="https://example.com/">z</a>'
        gone += '<a href="https://example.org/" target="_blank" rel="noopener">theirs</a>'
        return gone + '<i id="a"></i><a href="#a">here</a>'

    real = house.app.view_functions["home.home"]
    dead.public = True  # type: ignore[attr-defined]
    house.app.view_functions["home.home"] = dead
    try:
        assert sorted(line.split()[-1] for line in crawl(house, "nobody")[1]) == [
            "#gone",
            "404",
            "https://example.com/",
        ]
    finally:
        house.app.view_functions["home.home"] = real


def test_the_frame_takes_no_name_that_a_page_may_give() -> None:
    """A `set` of a layout wins over what the page's handler gave: `chosen` once hid the chosen programme."""
    taken = {name for page in SHELL.glob("*.html") for name in SET.findall(page.read_text())}
    assert taken
    assert {name for name in taken if not name.startswith("shell_")} == set()


@pytest.mark.parametrize(
    "path", ["/", "/challenges", "/referrals", "/leaderboard", "/points", "/inbox", "/settings"]
)
def test_the_navigation_marks_at_most_where_we_are(house: House, path: str) -> None:
    text = house.visit("ada", path).text
    rail = text.split('class="rail__nav"')[1].split("</nav>")[0]
    assert rail.count('aria-current="page"') <= 1
    assert len(re.findall(r"<title>[^<]+ · [^<]+</title>", text)) == 1
    assert '<html lang="en"' in text
