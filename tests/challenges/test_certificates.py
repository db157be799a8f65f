"""Certificates: one for each passed attempt, good for as long as they say, checked by anybody, gates included."""

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from challenges import queries as challenges
from challenges.certificates import actions, queries
from challenges.certificates.models import Certificate
from challenges.models import Challenge, Submission
from challenges.problems import problems
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.outbox.jobs import drain_all
from hub.segments.fields import Unclear
from tests.challenges.world import challenge, submit
from tests.hub.members.people import browser, person

YEAR = dt.timedelta(days=366)


def certifying(app: Flask, months: int = 12, **wishes: Any) -> int:
    number = challenge(app, "question", title="Know the product", repeat="times", repeat_times=5, **wishes)
    with app.app_context(), edges.unit():
        actions.certify(db.session.get_one(Challenge, number), months, by_id=None, now=now())
    return number


def certified(app: Flask, member_id: int) -> list[Certificate]:
    with app.app_context():
        drain_all()
        query = select(Certificate).where(Certificate.member_id == member_id).order_by(Certificate.id)
        return list(db.session.scalars(query))


def test_passing_gives_one_certificate_however_often_the_job_runs(each_database: Flask) -> None:
    ada, number = person(each_database), certifying(each_database)
    submit(each_database, number, ada)
    (one,) = certified(each_database, ada)
    with each_database.app_context(), edges.unit():
        actions.issue(one.submission_id, now=now())
        assert db.session.scalar(select(func.count(Certificate.id))) == 1
    assert one.expires_at is not None
    assert dt.timedelta(days=364) < one.expires_at - one.issued_at < YEAR


def test_a_challenge_that_does_not_certify_gives_none(app: Flask) -> None:
    ada = person(app)
    submit(app, challenge(app, "question"), ada)
    assert certified(app, ada) == []


@pytest.mark.parametrize(
    ("at", "months", "then"),
    [("2026-01-31", 1, "2026-02-28"), ("2027-11-30", 3, "2028-02-29"), ("2026-05-15", 12, "2027-05-15")],
)
def test_months_end_on_the_same_day_or_the_last_one(at: str, months: int, then: str) -> None:
    begun = dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC)
    assert actions.add_months(begun, months).date().isoformat() == then


def test_anybody_checks_it_and_only_the_holder_prints_it(app: Flask) -> None:
    ada, number = person(app), certifying(app)
    person(app, "kim@example.com", "Kim Novak")
    submit(app, number, ada)
    (one,) = certified(app, ada)
    stranger = browser(app, None).get(f"/certificates/{one.code.lower()}")
    assert stranger.status_code == 200
    assert "Ada Marlowe" in stranger.text
    assert "Know the product" in stranger.text
    assert "ada@example.com" not in stranger.text
    assert browser(app, None).get("/certificates/AAAAA-AAAAA").status_code == 404
    paper = browser(app).get(f"/certificates/{one.code}/paper")
    assert paper.mimetype == "application/pdf"
    assert paper.data.startswith(b"%PDF-")
    assert browser(app, "kim@example.com").get(f"/certificates/{one.code}/paper").status_code == 404
    assert one.code in browser(app).get("/certificates").text


def test_what_was_taken_back_or_has_ended_says_so(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, number = person(app), certifying(app)
    submit(app, number, ada)
    (one,) = certified(app, ada)
    monkeypatch.setattr("challenges.certificates.views.now", lambda: now() + YEAR)
    assert "it ended on" in browser(app, None).get(f"/certificates/{one.code}").text
    with app.app_context(), edges.unit():
        db.session.get_one(Submission, one.submission_id).state = "refused"
    assert "it was taken back" in browser(app, None).get(f"/certificates/{one.code}").text


def test_an_ended_certificate_shuts_the_gate_that_it_opened(each_database: Flask) -> None:
    ada, number = person(each_database), certifying(each_database, unlocks="aluv")
    with each_database.app_context():
        assert [one.id for one in challenges.gates("aluv", ada, now())] == [number]
    submit(each_database, number, ada)
    certified(each_database, ada)
    with each_database.app_context():
        assert challenges.gates("aluv", ada, now()) == []
        assert [one.id for one in challenges.gates("aluv", ada, now() + YEAR)] == [number]


def test_a_certificate_that_ends_needs_a_way_to_renew_it(app: Flask) -> None:
    number = challenge(app, "question")
    with app.app_context(), edges.unit():
        found = db.session.get_one(Challenge, number)
        with pytest.raises(Unclear):
            actions.certify(found, 12, by_id=None, now=now())
        actions.certify(found, 0, by_id=None, now=now())
        assert queries.months(number) == 0
    other = certifying(app)
    with app.app_context(), edges.unit():
        again = challenges.by_id(other)
        assert again is not None
        again.repeat = "once"
        db.session.flush()
        assert "renewed" in " ".join(one.says for one in problems(again))


def test_a_manager_says_so_in_the_builder(app: Flask) -> None:
    number = challenge(app, "question")
    person(app, "grace@example.com", "Grace", roles=("manager",))
    desk = browser(app, "grace@example.com")
    wrong = desk.post(f"/manage/challenges/{number}/certificate", data={"certifies": "1", "months": "12"})
    assert wrong.status_code == 422
    assert "renewed" in wrong.text
    kept = desk.post(f"/manage/challenges/{number}/certificate", data={"certifies": "1", "months": "0"})
    assert kept.status_code == 303
    with app.app_context():
        assert queries.months(number) == 0
