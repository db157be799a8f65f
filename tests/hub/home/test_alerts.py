"""Alerts: the team hears once of each member who comes to fit, never of who fitted before; points are paid once."""

import pytest
from flask import Flask
from sqlalchemy import select

from hub import ledger
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.home.alerts import actions, queries
from hub.home.alerts.models import Alert
from hub.ledger.models import Entry
from hub.notices.models import Notice
from hub.outbox.jobs import drain_all
from hub.segments import actions as segment_actions
from hub.segments.fields import Unclear
from hub.segments.models import Segment
from tests.hub.members.people import browser, person

RICH = {"match": "all", "rules": [{"kind": "points", "measure": "lifetime", "least": 500, "most": None}]}


def pay(app: Flask, member_id: int, points: int, key: str) -> None:
    with app.app_context():
        with edges.unit():
            account = ledger.account_for(member_id=member_id)
            ledger.award(
                account, points, reason="manual", key=key, subject="t:1", happened_at=now(), now=now()
            )
        drain_all()


def alert(app: Flask, grace: int, **wishes: object) -> int:
    with app.app_context(), edges.unit():
        segment = segment_actions.create("Rich", RICH, purpose="", now=now())
        given = {"tells": "person", "person_id": grace, "points": 0, **wishes}
        return actions.make("has 500 points", segment=segment, by_id=grace, now=now(), **given).id  # type: ignore[arg-type]


def told(app: Flask, member_id: int) -> list[str]:
    with app.app_context():
        query = select(Notice.subject).where(Notice.member_id == member_id, Notice.kind == "alert.raised")
        return list(db.session.scalars(query))


def test_a_colleague_hears_once_of_whoever_reaches_it_from_now_on(each_database: Flask) -> None:
    app = each_database
    grace = person(app, "grace@example.com", "Grace", roles=("manager",))
    early, late = person(app), person(app, "kim@example.com", "Kim")
    pay(app, early, 500, "early")
    alert(app, grace)
    pay(app, late, 499, "almost")
    assert told(app, grace) == []
    pay(app, late, 1, "there")
    pay(app, late, 1, "more")
    pay(app, early, 1, "again")
    assert told(app, grace) == [f"member:{late}"]


def test_points_of_an_alert_are_paid_once(each_database: Flask) -> None:
    app = each_database
    grace = person(app, "grace@example.com", "Grace", roles=("manager",))
    number = alert(app, grace, tells="nobody", person_id=None, points=70)
    ada = person(app)
    pay(app, ada, 600, "one")
    with app.app_context():
        for _ in range(2):
            with edges.unit():
                actions.hear([ada], now=now())
        assert [
            one.points
            for one in db.session.scalars(select(Entry).where(Entry.key == f"alert:{number}:{ada}"))
        ] == [70]


def test_an_alert_that_was_off_does_not_tell_what_it_missed(app: Flask) -> None:
    grace, ada = person(app, "grace@example.com", "Grace", roles=("manager",)), person(app)
    number = alert(app, grace)
    with app.app_context(), edges.unit():
        actions.turn(db.session.get_one(Alert, number), "off", by_id=grace, now=now())
    pay(app, ada, 900, "meanwhile")
    with app.app_context(), edges.unit():
        actions.turn(db.session.get_one(Alert, number), "on", by_id=grace, now=now())
    pay(app, ada, 1, "then")
    assert told(app, grace) == []


def test_the_rep_of_the_company_is_told(app: Flask) -> None:
    grace = person(app, "grace@example.com", "Grace", roles=("manager",))
    rep, ada = person(app, "rep@example.com", "Rep", roles=("rep",)), person(app, company="Aldgate Systems")
    with app.app_context(), edges.unit():
        from hub.members.models import Company

        db.session.scalars(select(Company)).one().owner_id = rep
    alert(app, grace, tells="rep", person_id=None)
    pay(app, ada, 500, "x")
    assert told(app, rep) == [f"member:{ada}"]


@pytest.mark.parametrize(
    ("name", "tells", "points"),
    [("", "rep", 0), ("n", "person", 0), ("n", "nobody", 0), ("n", "them", 0), ("n", "rep", -1)],
)
def test_an_alert_that_would_do_nothing_is_refused(app: Flask, name: str, tells: str, points: int) -> None:
    with app.app_context(), edges.unit():
        segment = segment_actions.create("Rich", RICH, purpose="", now=now())
        with pytest.raises(Unclear):
            actions.make(
                name, segment=segment, tells=tells, person_id=None, points=points, by_id=1, now=now()
            )


def test_the_desk_makes_one_and_switches_it_off(app: Flask) -> None:
    person(app, "grace@example.com", "Grace", roles=("manager",))
    with app.app_context(), edges.unit():
        segment_actions.create("Rich", RICH, purpose="", now=now())
    with app.app_context():
        segment = db.session.scalars(select(Segment)).one().id
    desk = browser(app, "grace@example.com")
    typed = {"name": "has plenty", "segment_id": str(segment), "tells": "rep"}
    assert desk.post("/manage/alerts", data={**typed, "tells": "person"}).status_code == 422
    assert desk.post("/manage/alerts", data=typed).status_code == 303
    assert "has plenty" in desk.get("/manage/alerts").text
    with app.app_context():
        number = queries.listed()[0][0].id
    assert desk.post(f"/manage/alerts/{number}/state").status_code == 303
    with app.app_context():
        assert queries.listening() == []
