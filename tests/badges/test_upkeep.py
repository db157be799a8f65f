"""Badges that lapse unless kept up: warned two weeks before, never without; the award itself stays."""

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from badges import actions, checks, queries, upkeep
from badges.models import Award, AwardTurn, Badge
from badges.upkeep import WARNING, Kept, due
from hub import ledger, segments
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.notices.models import Notice
from hub.segments.fields import Unclear
from tests.hub.members.people import browser, person

DAY = dt.timedelta(days=1)
START = now() - 300 * DAY


@pytest.mark.parametrize(
    ("turn", "days", "enough", "soon", "then"),
    [
        (None, 75, True, False, None),  # not yet: two weeks before the end of the first window
        (None, 76, True, False, "warned"),
        (None, 76, True, True, None),
        ("warned", 80, True, True, "kept"),
        ("warned", 89, False, False, None),  # the two weeks aren't over
        ("warned", 90, False, False, "lapsed"),
        ("warned", 90, True, False, None),
        ("lapsed", 200, False, False, None),
        ("lapsed", 200, True, True, "renewed"),
        ("renewed", 270, True, False, None),
        ("renewed", 276, True, False, "warned"),
        ("kept", 100, True, False, "warned"),
    ],
)
def test_each_turn_follows_from_what_was_done(
    turn: str | None, days: int, enough: bool, soon: bool, then: str | None
) -> None:
    last = {"warned": START + 76 * DAY, "renewed": START + 200 * DAY}.get(turn or "")
    since = START + 200 * DAY if turn == "renewed" else START
    one = Kept(award_id=1, member_id=1, since=since, number=1, turn=turn, at=last)
    assert due(one, enough=enough, enough_soon=soon, window=90 * DAY, now=START + days * DAY) == then


def pay(member_id: int, points: int, at: dt.datetime, key: str) -> None:
    account = ledger.account_for(member_id=member_id)
    ledger.award(account, points, reason="manual", key=key, subject="t:1", happened_at=at, now=at)


def kept_up(app: Flask) -> tuple[int, int]:
    ada = person(app)
    with app.app_context(), edges.unit():
        badge = Badge(slug="fit", name="Fit", shape="hex", sign="star", hue=1, rule="points", data={"points": 100},
                      created_at=START)  # fmt: skip
        db.session.add(badge)
        db.session.flush()
        upkeep.ask(badge, keep=50, days=90, by_id=None, now=START)
        actions.publish(badge, now=START, by_id=None)
        pay(ada, 100, START, "first")
        actions.award([badge], [ada], now=START)
        return badge.id, ada


def look(app: Flask, badge_id: int, days: int) -> list[str]:
    with app.app_context():
        with edges.unit():
            upkeep.look(badge_id, after=0, limit=10, now=START + days * DAY)
        return list(db.session.scalars(select(AwardTurn.turn).order_by(AwardTurn.number)))


def test_a_badge_is_warned_of_lapses_and_is_won_back(each_database: Flask) -> None:
    app = each_database
    badge_id, ada = kept_up(app)
    assert look(app, badge_id, 75) == []
    assert look(app, badge_id, 76) == ["warned"]
    assert look(app, badge_id, 77) == ["warned"], "once"
    assert look(app, badge_id, 91) == ["warned", "lapsed"]
    holds = {"match": "all", "rules": [{"kind": "badge", "badges": ["fit"]}]}
    with app.app_context():
        assert not segments.holds(holds, ada), "a lapsed badge opens no door"
        assert queries.holding([badge_id], [ada]), "the award stays as history"
    with app.app_context(), edges.unit():
        pay(ada, 60, START + 100 * DAY, "again")
    assert look(app, badge_id, 101) == ["warned", "lapsed", "renewed"]
    with app.app_context():
        assert segments.holds(holds, ada)
        told = list(
            db.session.scalars(select(Notice.kind).where(Notice.member_id == ada).order_by(Notice.id))
        )
        assert told[-3:] == ["badge.lapsing", "badge.lapsed", "badge.renewed"]
        assert list(checks.fair()) == []


def test_whoever_does_enough_after_the_warning_keeps_it(app: Flask) -> None:
    badge_id, ada = kept_up(app)
    look(app, badge_id, 76)
    with app.app_context(), edges.unit():
        pay(ada, 50, START + 80 * DAY, "kept")
    assert look(app, badge_id, 81) == ["warned", "kept"]
    assert look(app, badge_id, 91) == ["warned", "kept"]


def test_turns_are_not_edited_and_prove_tells_an_unfair_one(each_database: Flask) -> None:
    app = each_database
    badge_id, _ = kept_up(app)
    look(app, badge_id, 76)
    with app.app_context(), edges.unit():
        award = db.session.scalars(select(Award)).one()
        db.session.add(
            AwardTurn(award_id=award.id, number=2, turn="lapsed", at=START + 76 * DAY + WARNING / 2)
        )
        db.session.flush()
        assert len(list(checks.fair())) == 1
    with app.app_context(), pytest.raises(DBAPIError), edges.unit():
        db.session.execute(db.update(AwardTurn).values(turn="kept"))


def test_a_published_badge_is_not_made_harder_but_may_be_made_lasting(app: Flask) -> None:
    badge_id, _ = kept_up(app)
    with app.app_context(), edges.unit():
        badge = db.session.get_one(Badge, badge_id)
        with pytest.raises(Unclear):
            upkeep.ask(badge, keep=500, days=30, by_id=None, now=now())
        upkeep.ask(badge, keep=None, days=90, by_id=None, now=now())
        assert upkeep.asked(badge_id) is None


def test_the_page_and_the_composer_say_it(app: Flask) -> None:
    badge_id, _ = kept_up(app)
    look(app, badge_id, 76)
    assert "It lapses soon" in browser(app).get("/badges/fit").text
    look(app, badge_id, 91)
    assert "lapsed" in browser(app).get("/badges/fit").text
    person(app, "grace@example.com", "Grace", roles=("manager",))
    with app.app_context(), edges.unit():
        draft = Badge(slug="draft", name="Draft", shape="hex", sign="star", hue=1, rule="points",
                      data={"points": 1}, created_at=now())  # fmt: skip
        db.session.add(draft)
    desk = browser(app, "grace@example.com")
    assert (
        desk.post("/manage/badges/draft/upkeep", data={"lapses": "1", "keep": "0", "days": "90"}).status_code
        == 422
    )
    assert (
        desk.post("/manage/badges/draft/upkeep", data={"lapses": "1", "keep": "2", "days": "90"}).status_code
        == 303
    )
    with app.app_context():
        kept = upkeep.asked(db.session.scalars(select(Badge.id).where(Badge.slug == "draft")).one())
        assert kept is not None
        assert (kept.keep, kept.days) == (2, 90)
