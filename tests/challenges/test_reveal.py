"""Challenges that show themselves by points, by time since joining, or by their hour: hidden before."""

import datetime as dt

import pytest
from flask import Flask

from challenges.models import Challenge
from hub import ledger
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from tests.challenges.world import challenge
from tests.hub.members.people import browser, person


def asked(app: Flask, number: int, **wishes: object) -> None:
    with app.app_context(), edges.unit():
        db.session.get_one(Challenge, number).prerequisites = wishes


@pytest.mark.parametrize("secret", [False, True])
def test_points_open_it_and_a_secret_one_is_not_seen_before(app: Flask, secret: bool) -> None:
    ada, number = person(app), challenge(app, "question", title="For the far ahead")
    asked(app, number, points=500, **({"secret": True} if secret else {}))
    before = browser(app).get("/challenges").text
    assert ("For the far ahead" in before) is not secret
    assert ("Opens at 500 points." in before) is not secret
    with app.app_context():
        slug = db.session.get_one(Challenge, number).slug
    assert browser(app).get(f"/challenges/{slug}").status_code == (404 if secret else 200)
    with app.app_context(), edges.unit():
        account = ledger.account_for(member_id=ada)
        ledger.award(account, 500, reason="manual", key="t:1", subject="t:1", happened_at=now(), now=now())
    after = browser(app).get(f"/challenges/{slug}").text
    assert "For the far ahead" in after
    assert "Opens at 500 points." not in after


def test_days_since_joining_open_it(app: Flask) -> None:
    person(app)
    number = challenge(app, "question", title="For old friends")
    asked(app, number, days=30)
    assert "Opens 30 days after you joined." in browser(app).get("/challenges").text


def test_a_secret_one_waits_for_its_hour_unseen(app: Flask) -> None:
    person(app)
    number = challenge(app, "question", title="Tomorrow's secret")
    asked(app, number, secret=True)
    with app.app_context(), edges.unit():
        db.session.get_one(Challenge, number).opens_at = now() + dt.timedelta(days=1)
    assert "secret" not in browser(app).get("/challenges").text


def test_the_builder_keeps_it(app: Flask) -> None:
    number = challenge(app, "question", title="Built")
    person(app, "grace@example.com", "Grace", roles=("manager",))
    desk = browser(app, "grace@example.com")
    page = desk.get(f"/manage/challenges/{number}").text
    assert "least_points" in page
    form = {"title": "Built", "body": "For you.",
            "minutes": "2", "points": "10", "pays": "whole", "review": "automatic", "repeat": "once",
            "repeat_times": "1", "sample_percent": "0", "segment_id": "0", "done": "0", "zone": "UTC", "unlocks": "",
            "least_points": "700", "least_days": "3", "is_secret": "y"}  # fmt: skip
    answer = desk.post(f"/manage/challenges/{number}", data=form)
    assert answer.status_code == 303, answer.text
    with app.app_context():
        kept = db.session.get_one(Challenge, number).prerequisites
    assert kept == {"points": 700, "days": 3, "secret": True}
