"""Threads: who may, what is kept, who is told, and that nobody's words become our page's code."""

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from hub import community
from hub.community import rules
from hub.community.models import Post
from hub.community.text import html
from hub.core import edges, registry
from hub.core.clock import now
from hub.core.db import db
from hub.members.models import Member
from hub.notices.models import Notice
from tests.hub.members.people import browser, person
from tests.statements import statements

CIRCLE: set[int] = set()


@pytest.fixture(autouse=True)
def _room() -> Iterator[None]:
    CIRCLE.clear()

    def rule(subject_id: int, member: Member) -> set[int] | None:
        return CIRCLE if subject_id == 7 and member.id in CIRCLE else None

    community.admits("thing", rule)
    registry.link("thing")(lambda ids: {number: (f"Thing {number}", f"/things/{number}") for number in ids})
    yield
    rules.DOORS.pop("thing")
    registry.targets.pop("thing")


@pytest.fixture
def ada(app: Flask) -> int:
    ada, grace = person(app), person(app, "grace@example.com", "Grace Whitlock")
    person(app, "linus@example.com", "Linus Bergqvist")
    CIRCLE.update({ada, grace})
    return ada


def said(app: Flask) -> list[str]:
    with app.app_context():
        return [post.body for post in community.posts("thing:7")]


def test_the_others_are_told_and_the_writer_is_not(app: Flask, ada: int) -> None:
    answer = browser(app).post("/threads/thing/7", data={"body": "They *really* need it"})
    assert (answer.status_code, answer.location) == (303, "/things/7#talk-thing-7")
    assert said(app) == ["They *really* need it"]
    with app.app_context():
        told = db.session.scalars(select(Notice)).one()
    assert told.member_id in CIRCLE - {ada}
    assert told.kind == "community.said"
    assert "Ada Marlowe wrote to you about Thing 7" in browser(app, "grace@example.com").get("/inbox").text


@pytest.mark.parametrize("subject", ["thing/7", "thing/8", "nobody/7"])
def test_whom_the_room_does_not_admit_reads_and_writes_nothing(app: Flask, ada: int, subject: str) -> None:
    browser(app).post("/threads/thing/7", data={"body": "between us"})
    stranger = browser(app, "linus@example.com")
    for answer in (
        stranger.get(f"/threads/{subject}"),
        stranger.post(f"/threads/{subject}", data={"body": "hello"}),
    ):
        assert answer.status_code == 404
        assert "between us" not in answer.text
    assert said(app) == ["between us"]


def test_the_action_itself_refuses_a_stranger(app: Flask, ada: int) -> None:
    linus = person(app, "eve@example.com", "Eve")
    with app.app_context(), pytest.raises(PermissionError), edges.unit():
        community.say("thing:7", linus, "hello", now())


def test_signed_out_nobody_says_anything(app: Flask, ada: int) -> None:
    assert browser(app, None).post("/threads/thing/7", data={"body": "x"}).status_code == 303
    assert said(app) == []


@pytest.mark.parametrize(
    ("body", "says"), [(" \n ", "Write something first"), ("x" * 4001, "4,001 characters")]
)
def test_what_cannot_be_said_comes_back_as_it_was_typed(app: Flask, ada: int, body: str, says: str) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        answer = browser(app).post("/threads/thing/7", data={"body": body}, headers=headers)
        assert answer.status_code == 422
        assert says in answer.text
        assert body in answer.text
        assert ("<html" in answer.text) is not bool(headers)
    assert said(app) == []


def test_four_thousand_characters_fit(app: Flask, ada: int) -> None:
    assert browser(app).post("/threads/thing/7", data={"body": "ö" * 4000}).status_code == 303


def test_nul_never_reaches_the_database(app: Flask, ada: int) -> None:
    browser(app).post("/threads/thing/7", data={"body": "a\0b"})
    assert said(app) == ["ab"]


PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](https://example.org/pixel.png)",
    "<a href='x' onclick='y'>z</a>",
    "<svg/onload=alert(1)>",
    "`<script>`",
    "[a](<javascript:alert(1)>)",
    "<iframe src=//example.org>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    '[x](https://example.org "onmouseover=alert(1)")',
    "<style>*{display:none}</style>",
    "# <b onmouseover=x>big</b>",
    "<!-- --><base href=//example.org>",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_words_never_become_code(app: Flask, ada: int, payload: str) -> None:
    browser(app).post("/threads/thing/7", data={"body": payload})
    page = browser(app).get("/threads/thing/7").text
    shown = page.split('class="post__body prose">')[1].split("</div>")[0].lower()
    for bad in (
        "<script",
        "<img",
        "<svg",
        "<iframe",
        "<style",
        "<base",
        "<b ",
        'href="javascript',
        'href="data',
    ):
        assert bad not in shown
    tags = [part.split(">")[0] for part in shown.split("<")[1:]]
    assert not [tag for tag in tags if " on" in tag]


def test_markdown_that_harms_nobody_is_drawn() -> None:
    drawn = html("**Yes**, see [this](https://example.org/a?b=c)\n\n- one\n- two")
    assert "<strong>Yes</strong>" in drawn
    assert '<a href="https://example.org/a?b=c" rel="noopener nofollow">this</a>' in drawn
    assert "<li>one</li>" in drawn


def test_a_post_in_a_circle_can_be_taken_back_by_its_writer_for_fifteen_minutes(app: Flask, ada: int) -> None:
    browser(app).post("/threads/thing/7", data={"body": "hasty"})
    with app.app_context():
        number = db.session.scalars(select(Post.id)).one()
    assert browser(app, "grace@example.com").post(f"/threads/posts/{number}/removal").status_code == 409
    assert browser(app, "linus@example.com").post(f"/threads/posts/{number}/removal").status_code == 404
    with app.app_context(), edges.unit():
        assert not community.take_back(number, ada, now() + dt.timedelta(minutes=16))
    assert said(app) == ["hasty"]
    browser(app).post(f"/threads/posts/{number}/removal")
    assert said(app) == [""]
    assert "Taken back" in browser(app, "grace@example.com").get("/threads/thing/7").text


def test_two_first_posts_share_one_thread(each_database: Flask) -> None:
    ada = person(each_database)
    CIRCLE.add(ada)
    for body in ("one", "two"):
        with each_database.app_context(), edges.unit():
            community.say("thing:7", ada, body, now())
    assert said(each_database) == ["one", "two"]


def test_a_thread_costs_the_same_for_one_post_and_for_twenty(app: Flask, ada: int) -> None:
    client = browser(app)
    client.post("/threads/thing/7", data={"body": "one"})
    client.get("/threads/thing/7")
    with statements(app) as few:
        client.get("/threads/thing/7")
    for number in range(20):
        with app.app_context(), edges.unit():
            at = now() - dt.timedelta(hours=20 - number)
            community.say("thing:7", ada, f"number {number}", at, reply_to_id=1)
    with statements(app) as many:
        assert "number 19" in client.get("/threads/thing/7").text
    assert len(few) == len(many) <= 9, many


def test_a_poll_answers_with_the_posts_alone(app: Flask, ada: int) -> None:
    browser(app).post("/threads/thing/7", data={"body": "one"})
    answer = browser(app).get("/threads/thing/7", headers={"HX-Request": "true"})
    assert answer.text.strip().startswith('<ol class="talk__posts" id="posts-thing-7"')
    assert "<form" not in answer.text
