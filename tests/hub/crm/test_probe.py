"""The synthetic referral: through the whole chain, and nothing of it stays but one line."""

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.crm.probe import actions, health
from hub.crm.probe.models import Probe
from hub.home import status
from hub.notices.models import Notice
from tests.hub.home.world import programme
from tests.hub.members.people import browser, person

TABLES = ("members", "referrals", "stage_events", "entries", "wallets", "changes", "facts", "messages", "notices",
          "deliveries", "delivery_states", "connections", "mails", "accounts")  # fmt: skip


def counts() -> dict[str, int]:
    return {name: db.session.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in TABLES}  # noqa: S608


def probe(app: Flask) -> Probe:
    with app.app_context(), edges.unit():
        made = actions.look(now=now())
        assert made is not None
        db.session.expunge(made)
        return made


def test_it_goes_through_and_leaves_nothing_behind(each_database: Flask) -> None:
    programme(each_database)
    with each_database.app_context(), edges.reading():
        before = counts()
    made = probe(each_database)
    assert (made.is_ok, made.says) == (True, "")
    with each_database.app_context(), edges.reading():
        assert counts() == before
        assert db.session.scalar(select(func.count(Probe.id))) == 1
        (hop,) = health.hops()
        assert hop.state == "ok"


def test_a_broken_chain_is_seen_and_the_team_is_told_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme(app)
    grace = person(app, "grace@example.com", "Grace", roles=("manager",))
    person(app)
    monkeypatch.setattr("hub.crm.probe.actions.apply", lambda _batch, **_when: None)
    for _ in range(2):
        made = probe(app)
        assert not made.is_ok
        assert "0 were booked" in made.says
    with app.app_context(), edges.reading():
        told = list(db.session.scalars(select(Notice.member_id).where(Notice.kind == "probe.failed")))
        assert told == [grace]
        (hop,) = health.hops()
        assert hop.state == "broken"
        assert status.lines(now())[-1].state == "down"
    assert "isn’t working" in browser(app).get("/status").text


def test_without_a_programme_there_is_nothing_to_try(app: Flask) -> None:
    with app.app_context(), edges.unit():
        assert actions.look(now=now()) is None


def test_members_read_how_the_hub_does(app: Flask) -> None:
    person(app)
    page = browser(app).get("/status")
    assert page.status_code == 200
    assert "Everything works" in page.text
