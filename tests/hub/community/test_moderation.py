"""Reports and what is done about them: hidden with a reason, restored, kept; who did what can't be changed."""

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select

from hub.community import moderation
from hub.community.models import Report
from hub.community.news import REASONS
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from tests.hub.community.board import at_once, body_of, cast, count_of, first_post, member, post, told, topic
from tests.hub.members.people import browser


@pytest.fixture
def people(app: Flask) -> dict[str, int]:
    return cast(app)


@pytest.fixture
def said(app: Flask, people: dict[str, int]) -> int:
    return post(app, topic(app, people["ada"]), people["kim"], "Buy *now*")


def reports(app: Flask) -> list[tuple[str, str | None]]:
    with app.app_context():
        rows = db.session.execute(select(Report.reason, Report.outcome).order_by(Report.id))
        return [(reason, outcome) for reason, outcome in rows]


def ask(app: Flask, post_id: int, who: str = "linus", **data: str) -> int:
    filled = {"reason": "spam", "words": "", **data}
    return (
        browser(app, f"{who}@example.com").post(f"/threads/posts/{post_id}/report", data=filled).status_code
    )


def test_a_report_waits_for_a_moderator_once(app: Flask, people: dict[str, int], said: int) -> None:
    assert ask(app, said, words="third time today") == 303
    assert ask(app, said, reason="unkind") == 303
    assert ask(app, said, "ada") == 303
    assert reports(app) == [("spam", None), ("spam", None)]
    page = browser(app, "grace@example.com").get("/manage/community").text
    assert page.count('id="case-') == 1
    for words in ("third time today", "Linus Bergqvist", "Ada Marlowe", "Buy *now*", "Reports"):
        assert words in page
    assert "reported posts" in browser(app, "grace@example.com").get("/manage").text
    assert told(app, people["kim"]) == []


@pytest.mark.parametrize("data", [{"reason": "hate"}, {"reason": ""}, {"words": "x" * 501}])
def test_a_report_that_says_nothing_comes_back(
    app: Flask, people: dict[str, int], said: int, data: dict[str, str]
) -> None:
    assert ask(app, said, **data) == 422
    assert reports(app) == []


def test_nobody_reports_themselves_or_what_they_cannot_read(
    app: Flask, people: dict[str, int], said: int
) -> None:
    assert ask(app, said, "kim") == 409
    assert ask(app, 99_999) == 404
    with app.app_context(), edges.unit():
        assert moderation.hide(said, member(people["grace"]), "spam", now())
    assert ask(app, said) == 409
    assert reports(app) == []


def test_twenty_one_reports_a_day_are_too_many(app: Flask, people: dict[str, int]) -> None:
    number = topic(app, people["ada"])
    linus, spam = browser(app, "linus@example.com"), {"reason": "spam"}
    for count in range(21):
        said = post(app, number, people["grace"], f"{count}")
        answer = linus.post(f"/threads/posts/{said}/report", data=spam)
        assert answer.status_code == (303 if count < 20 else 422)


def test_hiding_says_why_and_restoring_brings_it_back(app: Flask, people: dict[str, int], said: int) -> None:
    ask(app, said)
    number = 1
    grace, linus = browser(app, "grace@example.com"), browser(app, "linus@example.com")
    assert grace.post(f"/manage/community/posts/{said}/hiding", data={"reason": "unkind"}).status_code == 303
    page = linus.get(f"/community/topics/{number}").text
    assert "Hidden by a moderator" in page
    assert "Buy" not in page
    assert count_of(app, f"topic:{number}") == 1
    assert reports(app) == [("spam", "hidden")]
    inbox = browser(app, "kim@example.com").get("/inbox").text
    assert "A moderator hid what you wrote in Reports. The reason: unkind or personal" in inbox
    assert "it was hidden" in linus.get("/inbox").text
    assert body_of(app, said) == "Buy *now*"
    assert "Buy *now*" in grace.get("/manage/community/hidden").text
    assert grace.post(f"/manage/community/posts/{said}/hiding", data={"reason": "spam"}).status_code == 409
    assert grace.post(f"/manage/community/posts/{said}/showing").status_code == 303
    assert "Buy" in linus.get(f"/community/topics/{number}").text
    assert count_of(app, f"topic:{number}") == 2
    assert "is shown again" in browser(app, "kim@example.com").get("/inbox").text
    assert grace.post(f"/manage/community/posts/{said}/showing").status_code == 409
    log = grace.get("/manage/community/log").text
    assert "<b>Grace Whitlock</b> hid" in log
    assert REASONS["unkind"] in log
    assert "<b>Grace Whitlock</b> restored" in log


def test_hiding_needs_a_reason(app: Flask, people: dict[str, int], said: int) -> None:
    grace = browser(app, "grace@example.com")
    grace.post(f"/manage/community/posts/{said}/hiding", data={"reason": "because"})
    assert "Buy" in browser(app).get("/community/topics/1").text


def test_what_may_stay_stays_and_its_reporters_hear(app: Flask, people: dict[str, int], said: int) -> None:
    ask(app, said)
    grace = browser(app, "grace@example.com")
    assert grace.post(f"/manage/community/posts/{said}/keeping").status_code == 303
    assert reports(app) == [("spam", "kept")]
    assert "a moderator looked at it and left it" in browser(app, "linus@example.com").get("/inbox").text
    assert told(app, people["kim"]) == []
    assert grace.post(f"/manage/community/posts/{said}/keeping").status_code == 409
    assert "Nothing was reported" in grace.get("/manage/community").text


def test_of_two_moderators_one_hides_and_the_writer_hears_once(each_database: Flask) -> None:
    people = cast(each_database)
    said = first_post(each_database, topic(each_database, people["ada"]))
    act = lambda: moderation.hide(said, member(people["grace"]), "spam", now())  # noqa: E731
    assert sorted(at_once(each_database, act, act)) == [False, True]
    assert told(each_database, people["ada"]) == ["community.hidden"]
    assert count_of(each_database, "topic:1") == 0


def test_two_reports_of_one_member_at_once_are_one(each_database: Flask) -> None:
    people = cast(each_database)
    said = first_post(each_database, topic(each_database, people["ada"]))
    act = lambda: moderation.report(said, member(people["kim"]), "spam", "", now())  # noqa: E731
    assert at_once(each_database, act, act) == [True, True]
    assert len(reports(each_database)) == 1


@pytest.mark.parametrize(
    ("body", "flagged"),
    [
        ("A Casino for you", True),
        ("casinos are fine", False),
        ("CASINO!", True),
        ("café bar", True),
        ("cafébar", False),
    ],
)
def test_a_warn_word_shows_the_post_and_calls_a_moderator(
    app: Flask, people: dict[str, int], body: str, flagged: bool
) -> None:
    grace = browser(app, "grace@example.com")
    for word in ("Casino", "casino", "café  BAR"):
        assert grace.post("/manage/community/words", data={"word": word}).status_code == 303
    number = topic(app, people["ada"])
    post(app, number, people["kim"], body)
    assert body in browser(app).get(f"/community/topics/{number}").text
    assert reports(app) == ([("word", None)] if flagged else [])


def test_an_edit_is_looked_at_too(app: Flask, people: dict[str, int], said: int) -> None:
    with app.app_context(), edges.unit():
        moderation.add_word("casino", member(people["grace"]), now())
    browser(app, "kim@example.com").post(f"/threads/posts/{said}/edit", data={"body": "my casino"})
    assert reports(app) == [("word", None)]
    page = browser(app, "grace@example.com").get("/manage/community").text
    assert "It was changed once" in page
    assert "Buy *now*" in page


@pytest.mark.parametrize("word", ["", "x", "<b>", "a\0", "%%%", "x" * 41])
def test_what_is_no_word_is_refused(app: Flask, people: dict[str, int], word: str) -> None:
    grace = browser(app, "grace@example.com")
    assert grace.post("/manage/community/words", data={"word": word}).status_code == 422


def test_a_word_can_be_removed(app: Flask, people: dict[str, int]) -> None:
    grace = browser(app, "grace@example.com")
    grace.post("/manage/community/words", data={"word": "casino"})
    assert grace.post("/manage/community/words/1/removal").status_code == 303
    assert grace.post("/manage/community/words/1/removal").status_code == 404
    assert "Remove casino" not in grace.get("/manage/community/words").text


def test_the_log_is_read_a_page_at_a_time(app: Flask, people: dict[str, int]) -> None:
    number = topic(app, people["ada"])
    for count in range(45):
        with app.app_context(), edges.unit():
            at = now() + dt.timedelta(seconds=count)
            moderation.lock(f"topic:{number}", member(people["grace"]), at, on=count % 2 == 0)
    grace = browser(app, "grace@example.com")
    page = grace.get("/manage/community/log").text
    assert page.count('class="acts__one"') == 40
    before = page.split("before=")[1].split('"')[0]
    assert grace.get(f"/manage/community/log?before={before}").text.count('class="acts__one"') == 5
