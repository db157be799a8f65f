"""The satisfaction question, and time in queues: asked of whom it is for, told without names."""

import datetime as dt

from flask import Flask
from sqlalchemy import update

from hub.community import moderation
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.home import pulse
from hub.home.queues import Queue, queues
from hub.members.models import Member
from tests.hub.community.board import first_post, topic
from tests.hub.members.people import browser, person


def settle(app: Flask) -> None:
    """Everybody has been here for a month."""
    with app.app_context(), edges.unit():
        db.session.execute(update(Member).values(joined_at=now() - dt.timedelta(days=30)))


def test_two_clicks_and_words_are_told_without_a_name(each_database: Flask) -> None:
    app = each_database
    person(app, title="Head")
    person(app, "kat@example.com", "Katherine Rep", roles=("rep",))
    person(app, "grace@example.com", "Grace Whitlock", roles=("manager",))
    ada, kat, grace = (browser(app, f"{who}@example.com") for who in ("ada", "kat", "grace"))
    assert "How do you like it here?" not in ada.get("/").text, "who joined yesterday isn't asked"
    settle(app)
    assert "How do you like it here?" in ada.get("/").text
    assert "How do you like it here?" in kat.get("/").text
    assert "How do you like it here?" not in grace.get("/").text
    for wrong in ("0", "6", "", "x"):
        assert ada.post("/pulse", data={"score": wrong}).status_code == 400
    assert grace.post("/pulse", data={"score": "5"}).status_code == 400
    assert ada.post("/pulse/words", data={"words": "first"}).status_code == 409
    assert ada.post("/pulse", data={"score": "1"}).status_code == 303
    assert ada.post("/pulse", data={"score": "5"}).status_code == 303, "the last word holds"
    assert ada.post("/pulse/words", data={"words": "<b>More hangouts</b>"}).status_code == 303
    assert kat.post("/pulse", data={"score": "2"}).status_code == 303
    assert "How do you like it here?" not in ada.get("/").text

    quarter = pulse.quarter_of(now(), dt.UTC)  # type: ignore[arg-type]
    seen = grace.get(f"/manage/pulse?quarter={quarter}&side=advocate").text
    assert "100 %" in seen
    assert "&lt;b&gt;More hangouts&lt;/b&gt;" in seen
    assert "Ada" not in seen.partition("<main")[2]
    assert "Not really" in grace.get(f"/manage/pulse?quarter={quarter}&side=rep&score=2").text
    assert "Nobody said so" in grace.get(f"/manage/pulse?quarter={quarter}&side=rep&score=5").text
    desk = grace.get("/manage").text
    assert "% of advocates satisfied" in desk
    assert f'href="/manage/pulse?quarter={quarter}&amp;side=rep"' in desk
    assert ada.get("/manage/pulse").status_code == 403


def test_a_queue_says_what_waits_and_how_long_the_others_did(each_database: Flask) -> None:
    app = each_database
    ada = person(app)
    person(app, "grace@example.com", "Grace Whitlock", roles=("manager",))
    kim = person(app, "kim@example.com", "Kim Novak")
    posts = [first_post(app, topic(app, ada, f"Topic {number}")) for number in range(2)]
    with app.app_context(), edges.unit():
        for post_id in posts:
            moderation.report(
                post_id, db.session.get_one(Member, kim), "unkind", "", now() - dt.timedelta(hours=3)
            )
        grace = db.session.query(Member).filter_by(email="grace@example.com").one()
        assert moderation.keep(posts[0], grace, now())
    with app.app_context(), edges.reading():
        found = {queue.title: queue for queue in queues(now())}
    reported = found["Reported posts"]
    assert (reported.waiting, len(reported.waits)) == (1, 1)
    assert reported.typical is not None
    assert dt.timedelta(hours=2, minutes=59) < reported.typical < dt.timedelta(hours=3, minutes=1)
    assert found["Answers to review"].typical is None
    page = browser(app, "grace@example.com").get("/manage/queues").text
    assert "3 h" in page
    assert 'href="/manage/community"' in page


def test_nine_of_ten_is_counted_from_the_shortest() -> None:
    waits = [dt.timedelta(hours=hours) for hours in (30, 1, 2, 3, 4, 5, 6, 7, 8, 9)]
    queue = Queue(title="x", url="/", waiting=0, oldest_at=None, waits=waits)
    assert (queue.typical, queue.most) == (dt.timedelta(hours=6), dt.timedelta(hours=9))
