"""The reason to come back: a manager builds a quiz and a review in the builder and publishes, a member does both, a
second manager approves; badge, level, board, feed and e-mail follow within seconds.

Real processes, a real mail server, a real browser, twice over one running hub: with a pointer on a desk, then at 390
pixels with nothing but the keyboard.
"""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from hub.core.processes import hurrah
from hub.members.seed import PASSWORD
from tests.journeys.hands import Hands, Keys, Pointer
from tests.mailbox import Mailbox
from tests.running import RunningHub
from tests.servers import free_port

SECONDS = 20_000  # milliseconds: the work is done within a few, on a busy machine too
TIMES = 60
POINTS = 600  # past the sample's second level
Sit = Callable[[str, type[Pointer] | type[Keys]], Hands]
ADDED = {"second": ("Hedy Second", "manager"), "kay": ("Kay Boardman", "advocate")}
NAMES = {"linus": "Linus Bergqvist", "kay": "Kay Boardman"}


@pytest.fixture(scope="module")
def post() -> Iterator[Mailbox]:
    """A mail server for as long as the hub runs."""
    with Mailbox(free_port()) as box:
        yield box


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, post: Mailbox) -> Iterator[RunningHub]:
    """The demo with workers and a way out for its mail, and a few people of our own."""
    folder = tmp_path_factory.mktemp("challenge") / "instance"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAIL_URL", post.url)
        running = RunningHub(folder, free_port(), "--demo")
    try:
        running.ready()
        added = [add(folder, who, name, role) for who, (name, role) in ADDED.items()]
        assert [one.wait(60) for one in added] == [0, 0]
        yield running
    finally:
        running.process.terminate()
        running.process.wait(20)


def add(folder: Path, who: str, name: str, role: str) -> "subprocess.Popen[str]":
    """Somebody new, by the command line."""
    words = ("member", "add", f"{who}@example.com", "--name", name, "--role", role, "--password-stdin")
    env = {**os.environ, "INSTANCE_DIR": str(folder)}
    adding = subprocess.Popen(hurrah(*words), env=env, stdin=subprocess.PIPE, text=True)
    assert adding.stdin is not None
    adding.stdin.write(PASSWORD)
    adding.stdin.close()
    return adding


@pytest.fixture
def complaints() -> list[str]:
    """What the browsers' consoles had to complain of."""
    return []


@pytest.fixture
def sit(hub: RunningHub, browser: Browser, complaints: list[str]) -> Iterator[Sit]:
    """Sits somebody at a browser and signs them in, by hand."""
    contexts = []

    def heard(said: ConsoleMessage) -> None:
        # A form that comes back with what is missing answers 422, which Chromium reports.
        if said.type == "error" and "422" not in said.text:
            complaints.append(said.text)

    def sign_in(who: str, kind: type[Pointer] | type[Keys]) -> Hands:
        width = 390 if kind is Keys else 1280
        contexts.append(
            browser.new_context(
                base_url=hub.url, viewport={"width": width, "height": 844}, reduced_motion="reduce"
            )
        )
        page = contexts[-1].new_page()
        page.set_default_timeout(SECONDS)
        page.on("console", heard)
        hands: Hands = kind(page)
        page.goto("/sign-in")
        hands.write(page.get_by_label("E-mail", exact=True), f"{who}@example.com")
        hands.write(page.get_by_label("Password", exact=True), PASSWORD)
        hands.press(page.get_by_role("button", name="Sign in", exact=True).first)
        expect(page.locator(".whoami")).to_be_attached()
        return hands

    yield sign_in
    for context in contexts:
        context.close()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(("kind", "who"), [(Pointer, "linus"), (Keys, "kay")])
def test_a_challenge_is_built_done_and_approved_and_everything_follows(
    post: Mailbox, sit: Sit, complaints: list[str], kind: type[Pointer] | type[Keys], who: str
) -> None:
    name, title = NAMES[who], f"Know us, then tell the world ({who})"
    address = build(sit("grace", kind), title)
    member = sit(who, kind)
    wants_mail(member)
    do_it(member, address, f"https://reviews.example.com/us/{who}")
    approve(sit("second", kind), name)

    page = member.page
    soon(page, "/inbox", f"“{title}” is done", "First steps", "Helper")
    soon(page, "/badges", "1 badge so far", "First steps")
    soon(page, "/leaderboard?period=week", re.compile(rf"{name}\D+{POINTS}\s+points"))
    others = sit("margaret", Pointer).page
    soon(others, "/community/happened", re.compile(rf"{name}\s+finished “{re.escape(title)}”"))
    mailed(page, post, f"{who}@example.com", title)
    assert complaints == []


def soon(page: Page, path: str, *words: str | re.Pattern[str]) -> None:
    """A page says all this, after a few seconds at most."""
    for left in range(TIMES, -1, -1):
        page.goto(path)
        said = page.locator("main").inner_text()
        missing = [
            one for one in words if not re.search(re.escape(one) if isinstance(one, str) else one, said)
        ]
        if not missing:
            return
        assert left, f"{missing} in {said}"
        page.wait_for_timeout(250)


def build(hands: Hands, title: str) -> str:
    """A manager makes a quiz, is told what is missing, adds a review, publishes; gives the challenge's address."""
    page = hands.page
    page.goto("/manage/challenges/new")
    hands.write(page.get_by_role("textbox", name="Title"), title)
    hands.pick(page.locator("input[name=kind][value=quiz]"))
    hands.press(page.get_by_role("button", name="Make the draft"))
    hands.write(page.locator("#questions-0-text"), "Who gains most from us?")
    hands.write(page.get_by_label("Answer 1 to question 1"), "Who moves things")
    hands.write(page.get_by_label("Answer 2 to question 1"), "Who reads reports")
    hands.press(page.get_by_role("button", name="Save the step"))
    hands.press(page.get_by_role("button", name="Publish"))
    expect(page.locator("main")).to_contain_text("with a right and a wrong one")

    hands.press(page.get_by_role("link", name="Quiz", exact=True))
    hands.pick(page.get_by_label("Right", exact=True).first)
    hands.press(page.get_by_role("button", name="Save the step"))
    hands.choose(page.get_by_label("Kind of step"), "review")
    hands.press(page.get_by_role("button", name="Add a step"))
    hands.write(page.get_by_label("Name of the site"), "Fair Reviews")
    hands.write(page.get_by_label("Address of our page there"), "https://reviews.example.com/us")
    hands.write(page.get_by_label("Disclosure"), "I get points for this review, whatever I write.")
    hands.press(page.get_by_role("button", name="Save the step"))

    hands.write(page.get_by_label("The story"), "Five minutes, and **you know us**.")
    hands.write(page.locator("#points"), str(POINTS))
    hands.pick(page.locator("input[name=review][value=reviewed]"))
    hands.press(page.get_by_role("button", name="Save", exact=True))
    hands.press(page.get_by_role("button", name="Publish"))
    expect(page.locator("body")).to_contain_text("Published: it is open now.")
    page.goto("/challenges")
    hands.press(page.get_by_role("link", name=title))
    page.wait_for_url("**/challenges/*")
    return page.url


def wants_mail(hands: Hands) -> None:
    """The member wants to hear of approvals by mail at once."""
    page = hands.page
    page.goto("/settings/notices")
    hands.choose(page.get_by_label("An answer of mine is approved"), "email")
    hands.press(page.get_by_role("button", name="Save"))
    expect(page.locator("body")).to_contain_text("Saved. It holds for what is waiting as well.")


def do_it(hands: Hands, address: str, link: str) -> None:
    """The member fails the quiz, learns, passes, proves the review, and is told that somebody looks."""
    page = hands.page
    page.goto(address)
    for answer in ("Who reads reports", "Who moves things"):
        hands.pick(page.get_by_role("radio", name=answer))
        hands.press(page.get_by_role("button", name=re.compile("^(Go on|Send)$")).first)
    hands.write(page.get_by_label("Address of your review"), link)
    hands.pick(page.get_by_label("My review says that I get points for it"))
    hands.press(page.get_by_role("button", name="Send").first)
    expect(page.locator("main")).to_contain_text("We are reading it")


def approve(hands: Hands, name: str) -> None:
    """The second manager finds it in the queue, sees the evidence, and approves it."""
    page = hands.page
    page.goto("/manage/reviews")
    hands.press(page.get_by_role("link", name=name))
    expect(page.locator("main")).to_contain_text("Disclosure they agreed to")
    hands.press(page.get_by_role("button", name="Approve").first)
    expect(page.locator("body")).to_contain_text("Approved")


def mailed(page: Page, post: Mailbox, address: str, title: str) -> None:
    """The mail came, once, and a mail program can stop the next with one click."""
    mine: list[EmailMessage] = []
    for _ in range(TIMES):
        mine = [mail for mail in post.messages if address in str(mail["To"]) and title in as_text(mail)]
        if mine:
            break
        page.wait_for_timeout(250)
    assert len(mine) == 1, [str(mail["Subject"]) for mail in post.messages]
    assert mine[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def as_text(mail: EmailMessage) -> str:
    """What a mail says, in plain words."""
    body = mail.get_body(("plain",))
    return f"{mail['Subject']} {body.get_content() if body is not None else ''}"
