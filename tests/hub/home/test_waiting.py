"""No referral waits longer than the clock allows without somebody hearing of it: its owner, then the managers."""

import datetime as dt

from flask import Flask
from sqlalchemy import select

from hub import community
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.home.waiting import actions, queries
from hub.members.models import Company
from hub.notices.models import Notice
from tests.hub.home.world import programme, refer
from tests.hub.members.people import browser, person

DAY = dt.timedelta(days=1)


def told(app: Flask, after: dt.timedelta) -> list[tuple[str, int]]:
    with app.app_context(), edges.unit():
        for _ in range(2):  # an hour later it is the same silence
            actions.nudge(after=0, limit=10, now=now() + after)
        query = select(Notice.kind, Notice.member_id).where(
            Notice.kind.in_(("referral.quiet", "referral.overdue"))
        )
        return [(kind, member_id) for kind, member_id in db.session.execute(query.order_by(Notice.id))]


def cast(app: Flask) -> tuple[int, int, int]:
    programme(app)
    grace = person(app, "grace@example.com", "Grace", roles=("manager",))
    rep, ada = person(app, "rep@example.com", "Rep", roles=("rep",)), person(app, company="Aldgate Systems")
    with app.app_context(), edges.unit():
        db.session.scalars(select(Company)).one().owner_id = rep
    return grace, rep, ada


def test_the_owner_is_reminded_once_and_then_the_managers(each_database: Flask) -> None:
    grace, rep, ada = cast(each_database)
    refer(each_database, ada)
    assert told(each_database, DAY) == []
    assert told(each_database, 3 * DAY) == [("referral.quiet", rep)]
    assert told(each_database, 4 * DAY) == [("referral.quiet", rep)]
    assert told(each_database, 6 * DAY) == [("referral.quiet", rep), ("referral.overdue", grace)]


def test_what_moved_on_has_more_time_and_a_word_of_the_team_is_news(each_database: Flask) -> None:
    _, rep, ada = cast(each_database)
    number = refer(each_database, ada, rung="meeting")
    assert told(each_database, 13 * DAY) == []
    with each_database.app_context(), edges.unit():
        community.say(f"referral:{number}", rep, "They are on holiday until May.", now() + 13 * DAY)
    assert told(each_database, 20 * DAY) == []
    assert told(each_database, 28 * DAY) == [("referral.quiet", rep)]


def test_what_is_over_waits_for_nothing(app: Flask) -> None:
    _, _, ada = cast(app)
    refer(app, ada, rung="won")
    refer(app, ada, "Otto Rand", rung="lost")
    assert told(app, 100 * DAY) == []


def test_what_nobody_owns_goes_to_the_managers_at_once(app: Flask) -> None:
    programme(app)
    grace, ada = person(app, "grace@example.com", "Grace", roles=("manager",)), person(app)
    refer(app, ada)
    assert told(app, 3 * DAY) == [("referral.overdue", grace)]


def test_a_manager_sets_the_clock(app: Flask) -> None:
    cast(app)
    desk = browser(app, "grace@example.com")
    assert "Everybody has heard" in desk.get("/manage/waiting").text
    days = {"first_days": "5", "news_days": "30", "more_days": "1"}
    assert desk.post("/manage/waiting", data={**days, "news_days": "0"}).status_code == 422
    assert desk.post("/manage/waiting", data=days).status_code == 303
    with app.app_context():
        kept = queries.clock()
        assert (kept.first_days, kept.news_days, kept.more_days) == (5, 30, 1)
