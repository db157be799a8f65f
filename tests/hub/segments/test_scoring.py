"""The advocate score: each part by its rule, written down when things change, and never shown to members."""

import datetime as dt

import pytest
from flask import Flask

from challenges.asks import caring
from hub.activity.models import Fact
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.members import customer_health
from hub.members.models import Member
from hub.outbox.jobs import drain_all
from hub.referrals import Advance, advance_many
from hub.segments import jobs, scoring
from tests.hub.home.world import programme, refer
from tests.hub.members.people import browser, person

LONG_AGO = dt.timedelta(days=400)


def score(app: Flask, member_id: int, after: dt.timedelta = dt.timedelta()) -> dict[str, int]:
    with app.app_context(), edges.unit():
        scoring.refresh([member_id], now=now() + after)
        found = scoring.of([member_id])[member_id]
        assert found.score == sum(found.parts.values())
        return dict(found.parts)


@pytest.mark.parametrize(("days", "points"), [(0, 20), (6, 20), (20, 15), (80, 8), (100, 0)])
def test_who_was_seen_lately_counts_more(each_database: Flask, days: int, points: int) -> None:
    ada = person(each_database)
    with each_database.app_context(), edges.unit():
        row = {"kind": "community.said", "subject": "thread:1", "by_id": ada, "data": {}}
        db.session.add(Fact(**row, happened_at=now() + LONG_AGO - dt.timedelta(days=days)))
    assert score(each_database, ada, LONG_AGO)["recency"] == points


def test_satisfaction_is_health_until_they_say_it_and_nothing_while_we_owe_them(each_database: Flask) -> None:
    ada = person(each_database, company="Aldgate Systems")
    assert score(each_database, ada)["satisfaction"] == 10
    with each_database.app_context(), edges.unit():
        customer_health.say(95, now=now(), by_id=None, member_id=ada)
    assert score(each_database, ada)["satisfaction"] == 19
    with each_database.app_context(), edges.unit():
        member = db.session.get_one(Member, ada)
        caring.recover(member, subject="test:1", source="survey", now=now(), score=2)
    assert score(each_database, ada)["satisfaction"] == 0


def test_quality_counts_before_quantity(each_database: Flask) -> None:
    programme(each_database)
    ada = person(each_database)
    first = refer(each_database, ada)
    assert score(each_database, ada)["referrals"] == 0, "an introduction alone proves nothing"
    advance(each_database, first, "accepted")
    assert score(each_database, ada)["referrals"] == 5 + 15
    refer(each_database, ada, "Otto Rand")
    assert score(each_database, ada)["referrals"] == 5 + 7, "half of them qualified"
    advance(each_database, first, "won")
    assert score(each_database, ada)["referrals"] == 15 + 7


def test_a_score_is_written_down_when_points_change_and_once_a_day(app: Flask) -> None:
    programme(app)
    ada = person(app)
    refer(app, ada)
    with app.app_context():
        drain_all()
        assert ada in scoring.of([ada])
    kim = person(app, "kim@example.com", "Kim")
    with app.app_context():
        with edges.unit():
            jobs.score_all()
        drain_all()
        assert set(scoring.of([ada, kim])) == {ada, kim}


def test_the_desk_orders_by_score_page_after_page_and_members_never_see_it(app: Flask) -> None:
    people = [person(app, f"m{n}@example.com", f"Member {n}") for n in range(5)]
    person(app, "grace@example.com", "Grace", roles=("manager",))
    with app.app_context(), edges.unit():
        customer_health.say(100, now=now(), by_id=None, member_id=people[3])
        scoring.refresh(people, now=now())
    desk = browser(app, "grace@example.com")
    page = desk.get("/manage/members?by=score").text
    assert page.index("Member 3") < page.index("Member 4") < page.index("Member 0")
    assert "Advocate score" in desk.get(f"/manage/members/{people[0]}").text
    mine = browser(app, "m3@example.com")
    assert "dvocate score" not in mine.get("/").text + mine.get("/settings").text


def advance(app: Flask, number: int, rung: str) -> None:
    with app.app_context(), edges.unit():
        step = Advance(referral_id=number, rung_key=rung, happened_at=now(), source="crm")
        advance_many([step], now=now())
