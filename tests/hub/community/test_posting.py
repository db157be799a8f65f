"""Posts: answers with a quote, mentions, changes within a quarter of an hour, a brake, and never a point."""

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from hub.community import actions
from hub.community.models import Mention, PostVersion
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.ledger.models import Entry
from tests.hub.community.board import body_of, cast, change, count_of, first_post, post, told, topic
from tests.hub.members.people import browser


@pytest.fixture
def people(app: Flask) -> dict[str, int]:
    return cast(app)


def test_an_answer_quotes_what_it_answers(app: Flask, people: dict[str, int]) -> None:
    number = topic(app, people["ada"], body="How do **you** do it?")
    client = browser(app, "kim@example.com")
    draft = {"body": "half typed", "answer": str(first_post(app, number))}
    form = client.post(f"/threads/topic/{number}/form", data=draft, headers={"HX-Request": "true"}).text
    assert "half typed" in form
    assert "How do you do it?" in form
    assert count_of(app, f"topic:{number}") == 1
    client.post(f"/threads/topic/{number}", data={"body": "So.", "reply_to": str(first_post(app, number))})
    page = client.get(f"/community/topics/{number}").text
    assert 'class="post__quote"' in page
    assert "<b>Ada Marlowe</b> How do you do it?" in page


def test_a_quote_of_what_is_gone_says_nothing_of_it(app: Flask, people: dict[str, int]) -> None:
    number = topic(app, people["ada"])
    hasty = post(app, number, people["kim"], "my secret")
    post(app, number, people["linus"], "I see", reply_to_id=hasty)
    assert browser(app, "kim@example.com").post(f"/threads/posts/{hasty}/removal").status_code == 303
    page = browser(app).get(f"/community/topics/{number}").text
    assert "my secret" not in page
    assert "What they said is gone." in page


@pytest.mark.parametrize("reply", ["999999", "x", "-1"])
def test_what_is_not_in_the_thread_is_not_answered(app: Flask, people: dict[str, int], reply: str) -> None:
    number, other = topic(app, people["ada"]), topic(app, people["ada"], "Else", "elsewhere")
    client = browser(app, "kim@example.com")
    for answered in (reply, str(first_post(app, other))):
        assert (
            client.post(f"/threads/topic/{number}", data={"body": "x", "reply_to": answered}).status_code
            == 303
        )
    assert 'class="post__quote"' not in client.get(f"/community/topics/{number}").text


def test_whom_a_post_mentions_is_told_once_and_shown_by_name(
    app: Flask, people: dict[str, int], work: Callable[[], int]
) -> None:
    number = topic(app, people["ada"])
    said = post(
        app, number, people["kim"], "Ask @Linus-Bergqvist, or @ada-marlowe, or @nobody; me, @kim-novak, too."
    )
    work()
    assert told(app, people["linus"]) == ["community.mentioned"]
    assert told(app, people["ada"]) == ["community.mentioned"]  # she watches it, too, and is told once
    assert told(app, people["kim"]) == []
    page = browser(app).get(f"/community/topics/{number}").text
    assert '<a href="/members/linus-bergqvist" rel="noopener nofollow">@Linus Bergqvist</a>' in page
    assert "@nobody" in page
    assert "Kim Novak mentioned you in Reports" in browser(app, "linus@example.com").get("/inbox").text
    browser(app, "kim@example.com").post(
        f"/threads/posts/{said}/edit", data={"body": "Ask @linus-bergqvist, please."}
    )
    work()
    assert told(app, people["linus"]) == ["community.mentioned"]


def test_a_mention_is_read_once_its_thread_was_looked_at(app: Flask, people: dict[str, int]) -> None:
    number = topic(app, people["ada"])
    post(app, number, people["kim"], "@linus-bergqvist knows")
    client = browser(app, "linus@example.com")
    assert "mentioned you in Reports" in client.get("/").text
    assert f'hx-post="/threads/topic/{number}/reading"' in client.get(f"/community/topics/{number}").text
    assert client.post(f"/threads/topic/{number}/reading").status_code == 204
    assert "mentioned you in Reports" not in client.get("/").text


def test_a_pseudonym_hides_the_writer_everywhere(
    app: Flask, people: dict[str, int], work: Callable[[], int]
) -> None:
    change(app, people["kim"], pseudonym="Night Owl")
    number = topic(app, people["ada"])
    post(app, number, people["kim"], "Hello @linus-bergqvist")
    post(app, number, people["linus"], "Hello @kim-novak")
    work()
    client = browser(app, "ada@example.com")
    thread = client.get(f"/community/topics/{number}").text
    pages = thread + client.get("/community").text + browser(app, "linus@example.com").get("/inbox").text
    assert "Night Owl" in thread
    assert "<strong>@Night Owl</strong>" in thread
    for name in ("Kim Novak", "Kim", "/members/kim-novak"):
        assert name not in pages


def test_somebody_erased_is_a_former_member(app: Flask, people: dict[str, int]) -> None:
    number = topic(app, people["ada"])
    said = post(app, number, people["kim"], "Hello")
    post(app, number, people["ada"], "@kim-novak, really?", reply_to_id=said)
    change(app, people["kim"], erased_at=now(), email=None)
    page = browser(app).get(f"/community/topics/{number}").text
    assert page.count("Former member") >= 3  # the writer, the quote, the mention
    assert "Kim Novak" not in page
    assert "kim-novak" not in page


def test_the_letters_after_an_at_find_people(app: Flask, people: dict[str, int]) -> None:
    number = topic(app, people["ada"])
    client = browser(app)

    def found(letters: str, about: str = f"topic:{number}") -> list[str]:
        page = client.get("/community/people", query_string={"q": letters, "about": about}).text
        return [part.split('"')[0] for part in page.split('data-mention="')[1:]]

    assert found("li") == ["linus-bergqvist"]
    assert found("Berg") == ["linus-bergqvist"]
    assert found("grace-w") == ["grace-whitlock"]
    assert found("ada") == []  # oneself
    assert found("") == found("%") == found("_") == found("li", "nothing:1") == found("li", "topic:999") == []
    change(app, people["linus"], pseudonym="Night Owl")
    assert found("li") == []
    change(app, people["linus"], pseudonym=None, disabled_at=now())
    assert found("li") == []


def test_a_change_keeps_what_was_said_for_moderators(app: Flask, people: dict[str, int]) -> None:
    number = topic(app, people["ada"])
    said = post(app, number, people["kim"], "first words")
    client = browser(app, "kim@example.com")
    assert "first words" in client.get(f"/threads/posts/{said}/edit").text
    answer = client.post(f"/threads/posts/{said}/edit", data={"body": "second words"})
    assert answer.location == f"/community/topics/{number}#post-{said}"
    page = browser(app).get(f"/community/topics/{number}").text
    assert "second words" in page
    assert "changed" in page
    assert "first words" not in page
    with app.app_context():
        assert [version.body for version in db.session.scalars(select(PostVersion))] == ["first words"]
    client.post(f"/threads/posts/{said}/edit", data={"body": "second words"})
    with app.app_context():
        assert len(list(db.session.scalars(select(PostVersion)))) == 1


@pytest.mark.parametrize(
    ("who", "minutes", "status"), [("kim", 0, 303), ("kim", 16, 403), ("linus", 0, 403), ("grace", 0, 403)]
)
def test_only_its_writer_changes_a_post_and_only_soon(
    app: Flask, people: dict[str, int], who: str, minutes: int, status: int
) -> None:
    number = topic(app, people["ada"])
    said = post(app, number, people["kim"], "words", at=now() - dt.timedelta(minutes=minutes))
    client = browser(app, f"{who}@example.com")
    assert client.post(f"/threads/posts/{said}/edit", data={"body": "other"}).status_code == status
    assert body_of(app, said) == ("other" if status == 303 else "words")
    assert client.get(f"/threads/posts/{said}/edit").status_code == (200 if status == 303 else 403)


def test_a_bad_change_comes_back_as_it_was_typed(app: Flask, people: dict[str, int]) -> None:
    said = post(app, topic(app, people["ada"]), people["kim"], "words")
    for body, says in ((" ", "Write something"), ("x" * 4001, "4,001 characters")):
        answer = browser(app, "kim@example.com").post(f"/threads/posts/{said}/edit", data={"body": body})
        assert answer.status_code == 422
        assert says in answer.text
    assert body_of(app, said) == "words"


def test_what_is_taken_back_is_gone_with_all_it_was(app: Flask, people: dict[str, int]) -> None:
    number = topic(app, people["ada"])
    said = post(app, number, people["kim"], "first @linus-bergqvist")
    client = browser(app, "kim@example.com")
    client.post(f"/threads/posts/{said}/edit", data={"body": "second @linus-bergqvist"})
    assert count_of(app, f"topic:{number}") == 2
    client.post(f"/threads/posts/{said}/removal")
    assert body_of(app, said) == ""
    assert count_of(app, f"topic:{number}") == 1
    with app.app_context():
        assert list(db.session.scalars(select(PostVersion))) == []
        assert list(db.session.scalars(select(Mention))) == []
    assert client.post(f"/threads/posts/{said}/removal").status_code == 409


def test_in_an_open_thread_words_can_be_taken_back_at_any_time(app: Flask, people: dict[str, int]) -> None:
    number = topic(app, people["ada"])
    said = post(app, number, people["kim"], "old", at=now() - dt.timedelta(days=90))
    assert browser(app, "kim@example.com").post(f"/threads/posts/{said}/removal").status_code == 303
    assert body_of(app, said) == ""


def test_the_thirteenth_post_in_ten_minutes_waits_and_staff_do_not(
    app: Flask, people: dict[str, int]
) -> None:
    number = topic(app, people["ada"])
    for count in range(12):
        post(app, number, people["kim"], f"number {count}")
    client = browser(app, "kim@example.com")
    answer = client.post(f"/threads/topic/{number}", data={"body": "one more"})
    assert answer.status_code == 429
    assert "one more" in answer.text
    assert "Take a breath" in answer.text
    with app.app_context(), edges.unit():
        actions.say(f"topic:{number}", people["kim"], "later", now() + dt.timedelta(minutes=11))
    for count in range(14):
        post(app, number, people["grace"], f"answer {count}")


def test_nobody_earns_a_point_by_writing(app: Flask, people: dict[str, int], work: Callable[[], int]) -> None:
    number = topic(app, people["ada"])
    said = [post(app, number, people["kim"], f"number {count}") for count in range(10)]
    for one in said:
        browser(app).post(f"/threads/posts/{one}/reactions", data={"on": "thanks"})
    work()
    with app.app_context():
        assert list(db.session.scalars(select(Entry))) == []


def test_who_watches_is_told_and_who_stopped_is_not(
    app: Flask, people: dict[str, int], work: Callable[[], int]
) -> None:
    number = topic(app, people["ada"])
    kim, linus = browser(app, "kim@example.com"), browser(app, "linus@example.com")
    assert linus.post(f"/threads/topic/{number}/watch", data={"on": "1"}).status_code == 303
    post(app, number, people["kim"], "one")
    work()
    assert told(app, people["linus"]) == told(app, people["ada"]) == ["community.replied"]
    assert told(app, people["kim"]) == []
    linus.post(f"/threads/topic/{number}/watch", data={"off": "1"})
    browser(app).post(f"/threads/topic/{number}/watch", data={"off": "1"})
    post(app, number, people["kim"], "two")
    post(app, number, people["ada"], "she said no, and writes: that is no yes")
    work()
    assert told(app, people["linus"]) == told(app, people["ada"]) == ["community.replied"]
    assert told(app, people["kim"]) == ["community.replied"]
    assert "You hear of new posts" in kim.get(f"/community/topics/{number}").text
