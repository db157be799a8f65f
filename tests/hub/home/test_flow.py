"""The flow of introductions: each in the week it was made, in the hub's zone; merged ones count once."""

import datetime as dt
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import update

from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.home import flow
from hub.referrals.models import Referral
from tests.hub.home.world import programme, refer
from tests.hub.members.people import browser, person

ZONE = ZoneInfo("Europe/Berlin")
AT = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)  # a Monday


def made(app: Flask, number: int, at: dt.datetime, **values: object) -> None:
    with app.app_context(), edges.unit():
        db.session.execute(update(Referral).where(Referral.id == number).values(created_at=at, **values))


def test_weeks_begin_on_mondays_in_the_hubs_zone(each_database: Flask) -> None:
    programme(each_database)
    ada = person(each_database)
    late_sunday = dt.datetime(2026, 11, 29, 22, 59, tzinfo=dt.UTC)  # 23:59 in Berlin
    made(each_database, refer(each_database, ada, "Ann One", rung="accepted"), late_sunday)
    made(each_database, refer(each_database, ada, "Bea Two"), late_sunday + dt.timedelta(minutes=1))
    made(each_database, refer(each_database, ada, "Cy Three", rung="won"), late_sunday - dt.timedelta(days=1))
    lost = refer(each_database, ada, "Di Four")
    made(each_database, lost, AT, advocate_id=None, breakage="nobody")
    merged = refer(each_database, ada, "Ed Five")
    made(each_database, merged, AT, merged_into_id=lost)
    with each_database.app_context(), edges.reading():
        found = flow.weeks(AT, ZONE)
    assert [(one.made, one.qualified, one.won, one.uncredited) for one in found[:3]] == [
        (2, 0, 0, 1), (2, 2, 1, 0), (0, 0, 0, 0)
    ]  # fmt: skip
    assert (flow.total(found).quality, flow.total(found).breakage) == (50, 25)


def test_a_manager_reads_it(app: Flask) -> None:
    person(app, "grace@example.com", "Grace", roles=("manager",))
    page = browser(app, "grace@example.com").get("/manage/flow")
    assert page.status_code == 200
    assert "How introductions come in" in page.text
    assert len(flow.starts(now(), ZONE)) == flow.WEEKS
