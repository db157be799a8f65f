"""The board: topics with the newest post first, found by words, pinned and closed by managers; announcements."""

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from hub.community.actions import say
from hub.community.checks import posts_of_threads
from hub.community.models import Thread
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.segments.actions import create
from hub.segments.uses import used_by
from tests.hub.community.board import at_once, cast, change, count_of, first_post, post, told, topic
from tests.hub.members.people import browser
from tests.statements import statements

PARTNERS = {"match": "all", "rules": [{"kind": "type", "types": ["partner"]}]}


@pytest.fixture
def people(app: Flask) -> dict[str, int]:
    return cast(app)


def titles(page: str) -> list[str]:
    return [
        part.split(">")[1].split("<")[0]
        for part in page.split('<a class="cover" href="/community/topics/')[1:]
    ]


def test_a_topic_is_begun_and_read_by_others(app: Flask, people: dict[str, int]) -> None:
    answer = browser(app).post(
        "/community/topics", data={"title": "  Weekly\n reports ", "body": "How do *you* do it?"}
    )
    assert answer.status_code == 303
    page = browser(app, "kim@example.com").get(answer.location).text
    assert "<h1>Weekly reports</h1>" in page
    assert "<em>you</em>" in page
    assert "Weekly reports" in browser(app, "kim@example.com").get("/community").text


@pytest.mark.parametrize(
    ("title", "body", "says"),
    [
        ("", "body", "Give it a title"),
        ("x" * 121, "body", "Up to 120"),
        ("title", " ", "Write something"),
        ("title", "x" * 4001, "Up to 4000"),
    ],
)
def test_what_cannot_be_begun_comes_back(
    app: Flask, people: dict[str, int], title: str, body: str, says: str
) -> None:
    answer = browser(app).post("/community/topics", data={"title": title, "body": body})
    assert answer.status_code == 422
    assert says in answer.text
    assert titles(browser(app).get("/community").text) == []


def test_a_sixth_topic_in_a_day_waits(app: Flask, people: dict[str, int]) -> None:
    for count in range(5):
        topic(app, people["ada"], f"Topic {count}")
    answer = browser(app).post("/community/topics", data={"title": "One more", "body": "please"})
    assert answer.status_code == 429
    assert "One more" in answer.text


def test_the_newest_post_lifts_its_topic_and_pages_follow_each_other(
    app: Flask, people: dict[str, int]
) -> None:
    at = now() - dt.timedelta(days=60)
    made = [topic(app, people["grace"], f"Topic {n:02}", at=at + dt.timedelta(hours=n)) for n in range(45)]
    post(app, made[3], people["ada"], "up you go")
    client, seen, url = browser(app), [], "/community"
    while url:
        page = client.get(url).text
        seen += titles(page)
        more = page.split('href="/community?after=')[1:]
        url = f"/community?after={more[0].split(chr(34))[0]}" if more else ""
    assert seen[0] == "Topic 03"
    assert seen[1:] == [f"Topic {n:02}" for n in range(44, -1, -1) if n != 3]


@pytest.mark.parametrize("after", ["x", "1-", "-1", "99999999999999999999-1", "1-x", "'"])
def test_a_cursor_nobody_gave_is_the_first_page(app: Flask, people: dict[str, int], after: str) -> None:
    topic(app, people["ada"])
    assert titles(browser(app).get("/community", query_string={"after": after}).text) == ["Reports"]


def test_words_find_titles_and_posts_and_nothing_hidden(app: Flask, people: dict[str, int]) -> None:
    found = topic(app, people["ada"], "Weekly reports", "Nothing special")
    other = topic(app, people["ada"], "Dashboards", "Colours")
    post(app, other, people["kim"], "I put the REPORTS 100% in green")
    client = browser(app)

    def search(words: str) -> set[str]:
        return set(titles(client.get("/community", query_string={"q": words}).text))

    assert search("reports") == {"Weekly reports", "Dashboards"}
    assert search("100%") == {"Dashboards"}
    assert search("%") == {"Dashboards"}
    assert search("_") == set()
    assert search("nothing like this") == set()
    assert search("a\0b") == set()
    hiding = f"/manage/community/posts/{first_post(app, found)}/hiding"
    browser(app, "grace@example.com").post(hiding, data={"reason": "spam"})
    assert search("reports") == {"Dashboards"}
    assert client.get(f"/community/topics/{found}").status_code == 404


def test_a_manager_pins_and_closes_and_nobody_else_does(app: Flask, people: dict[str, int]) -> None:
    number = topic(app, people["ada"])
    grace, ada = browser(app, "grace@example.com"), browser(app)
    for verb in ("pin", "lock"):
        assert ada.post(f"/manage/community/topics/{number}/{verb}").status_code == 403
        assert grace.post(f"/manage/community/topics/{number}/{verb}").status_code == 303
    assert 'id="pinned-title"' in ada.get("/community").text
    page = ada.get(f"/community/topics/{number}").text
    assert "This conversation is closed" in page
    assert "<textarea" not in page
    for who in (ada, grace):
        answer = who.post(f"/threads/topic/{number}", data={"body": "one more"})
        assert answer.status_code == 422
    said = first_post(app, number)
    assert ada.post(f"/threads/posts/{said}/edit", data={"body": "changed"}).status_code in (403, 422)
    for verb in ("unpin", "unlock"):
        grace.post(f"/manage/community/topics/{number}/{verb}")
    assert ada.post(f"/threads/topic/{number}", data={"body": "one more"}).status_code == 303
    log = grace.get("/manage/community/log").text
    for did in ("pinned", "closed", "opened again", "unpinned"):
        assert did in log


def test_an_announcement_to_a_segment_is_for_nobody_else(
    app: Flask, people: dict[str, int], work: Callable[[], int]
) -> None:
    change(app, people["kim"], type="partner")
    with app.app_context(), edges.unit():
        segment = create("Partners", PARTNERS, by_id=people["grace"], now=now()).id
    grace = browser(app, "grace@example.com")
    news = {"title": "New margins", "body": "Read on", "segment": str(segment), "pin": "y"}
    answer = grace.post("/manage/community/announcements", data=news)
    work()
    assert told(app, people["kim"]) == ["community.announced"]
    assert told(app, people["linus"]) == told(app, people["ada"]) == told(app, people["grace"]) == []
    kim, linus = browser(app, "kim@example.com"), browser(app, "linus@example.com")
    for reader, sees in ((kim, True), (linus, False), (grace, True)):
        assert ("New margins" in reader.get("/community").text) is sees
        assert ("New margins" in reader.get("/community?q=margins").text.split("<main")[1]) is sees
        assert reader.get(answer.location).status_code == (200 if sees else 404)
    thread = answer.location.replace("/community/topics/", "/threads/topic/")
    assert linus.post(thread, data={"body": "let me in"}).status_code == 404
    assert kim.post(thread, data={"body": "Thank you, @linus-bergqvist"}).status_code == 303
    work()
    assert told(app, people["linus"]) == []  # a mention opens no door
    with app.app_context():
        assert [use.title for use in used_by([segment])[segment]] == ["New margins"]
    change(app, people["kim"], type="customer")
    assert kim.get(answer.location).status_code == 404


def test_an_announcement_to_everybody_is_told_once(
    app: Flask, people: dict[str, int], work: Callable[[], int]
) -> None:
    topic(app, people["grace"], "Open evening", "Come", announce=True)
    work()
    work()
    assert [told(app, people[who]) for who in ("ada", "kim", "linus", "grace")] == [
        ["community.announced"]
    ] * 3 + [[]]
    assert "Open evening" in browser(app).get("/inbox").text


def test_only_managers_announce(app: Flask, people: dict[str, int]) -> None:
    client = browser(app)
    for path in (
        "/manage/community/announcements",
        "/manage/community/posts/1/hiding",
        "/manage/community/words",
    ):
        assert client.post(path, data={"title": "x", "body": "y"}).status_code == 403
    for path in ("", "/hidden", "/log", "/words", "/month", "/announcements/new"):
        assert client.get(f"/manage/community{path}").status_code == 403


def test_posts_at_once_are_all_counted(each_database: Flask) -> None:
    people = cast(each_database)
    number = topic(each_database, people["ada"])
    acts = [
        lambda who=who: say(f"topic:{number}", people[who], who, now())
        for who in ("ada", "kim", "linus", "grace")
    ]
    assert not [one for one in at_once(each_database, *acts) if isinstance(one, Exception)]
    assert count_of(each_database, f"topic:{number}") == 5
    with each_database.app_context():
        assert list(posts_of_threads()) == []


def test_prove_finds_a_count_that_is_wrong(app: Flask, people: dict[str, int]) -> None:
    number = topic(app, people["ada"])
    with app.app_context():
        assert list(posts_of_threads()) == []
        with edges.unit():
            db.session.execute(update(Thread).values(post_count=7))
        assert list(posts_of_threads()) == [f"the thread of topic:{number} says 7 posts, 1 are there"]
        with edges.unit():
            db.session.execute(update(Thread).values(post_count=1, latest_at=now()))
        assert "the newest post at" in next(posts_of_threads())


def test_the_board_costs_the_same_for_two_topics_and_for_twenty(app: Flask, people: dict[str, int]) -> None:
    def fill(count: int) -> None:
        for number in range(count):
            made = topic(app, people["grace"], f"Topic {number}", at=now() - dt.timedelta(days=3))
            post(app, made, people["linus"], "@ada-marlowe", at=now() - dt.timedelta(hours=30 * number))

    fill(2)
    client = browser(app)
    client.get("/community")
    with statements(app) as few:
        client.get("/community")
    fill(18)
    with statements(app) as many:
        client.get("/community")
    assert len(few) == len(many) <= 10, "\n".join(line[:90] for line in many)


def test_the_oldest_posts_are_a_page_further(app: Flask, people: dict[str, int]) -> None:
    number = topic(app, people["ada"], at=now() - dt.timedelta(days=9))
    with app.app_context(), edges.unit():
        for count in range(104):
            say(
                f"topic:{number}",
                people["grace"],
                f"word-{count:03}",
                now() - dt.timedelta(hours=104 - count),
            )
    client = browser(app)
    page = client.get(f"/community/topics/{number}").text
    assert "word-004" in page
    assert "word-003" not in page
    older = page.split('href="/threads/topic/')[1].split('"')[0]
    earlier = client.get(f"/threads/topic/{older}").text
    assert "word-003" in earlier
    assert "word-004" not in earlier
    assert "every 15s" not in earlier.split('<ol class="talk__posts"')[1].split(">")[0]
