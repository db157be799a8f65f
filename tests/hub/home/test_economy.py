"""The same ninety days under other values: scaled as proposed, compared with today, nothing changed."""

import datetime as dt

from flask import Flask

from badges.models import Level
from hub import ledger
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.home import economy
from hub.home.economy import Wish
from hub.referrals.ladder import SAMPLE
from tests.hub.home.world import programme, refer
from tests.hub.members.people import browser, person


def world(app: Flask) -> None:
    programme(app)
    ada, kim = person(app), person(app, "kim@example.com", "Kim")
    refer(app, ada, rung="accepted")  # 100 and 400
    with app.app_context(), edges.unit():
        db.session.add_all(Level(name=f"L{floor}", floor=floor, metal=1) for floor in (0, 500, 5000))
        for number, points, reason, days in (
            (ada, 50, "challenge", 1), (kim, 30, "challenge", 2), (kim, 70, "manual", 3), (kim, 900, "challenge", 200),
        ):  # fmt: skip
            at, key = now() - dt.timedelta(days=days), f"t:{number}:{days}"
            account = ledger.account_for(member_id=number)
            ledger.award(account, points, reason=reason, key=key, subject="t:1", happened_at=at, now=at)


def test_challenges_and_stages_are_scaled_and_the_rest_stays(each_database: Flask) -> None:
    world(each_database)
    wish = Wish(percent=200, totals={"submitted": 100, "accepted": 5100}, price=5000)
    with each_database.app_context(), edges.reading():
        found = economy.compare(SAMPLE, wish, now())
    assert (found.today.points, found.today.earners) == (650, 2)
    assert found.proposed.points == 100 + 5000 + 2 * 80 + 70
    assert (found.today.affording, found.proposed.affording) == (0, 1)
    assert (list(found.today.levels), list(found.proposed.levels)) == ([0, 2, 0], [0, 1, 1])
    assert found.today.top_share == round(100 * 550 / 650)


def test_todays_values_change_nothing(app: Flask) -> None:
    world(app)
    with app.app_context(), edges.reading():
        found = economy.compare(SAMPLE, Wish(), now())
    assert found.today == found.proposed


def test_a_manager_asks_by_the_address_and_typing_nonsense_is_told(app: Flask) -> None:
    world(app)
    person(app, "grace@example.com", "Grace", roles=("manager",))
    desk = browser(app, "grace@example.com")
    page = desk.get("/manage/economy?percent=200&price=100")
    assert page.status_code == 200
    assert "Could afford 100" in page.text
    wrong = desk.get("/manage/economy?percent=lots")
    assert wrong.status_code == 422
    assert "lots" in wrong.text
