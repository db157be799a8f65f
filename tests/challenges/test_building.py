"""The builder, by its pages: a quiz is made, published, taken and paid."""

from flask import Flask
from flask.testing import FlaskClient

from challenges.models import Challenge
from hub.core.db import db
from hub.ledger.queries import wallet_of
from tests.hub.members.people import browser, person

QUESTION = {
    "questions-0-text": "Which team gains the most?",
    "questions-0-choices-0-text": "Twenty people and two tools", "questions-0-choices-0-right": "y",
    "questions-0-choices-0-why": "They feel it each day.",
    "questions-0-choices-1-text": "Nobody in particular", "questions-0-choices-1-why": "Everybody is nobody.",
}  # fmt: skip


def made(app: Flask, title: str = "Whom we help") -> Challenge:
    with app.app_context():
        found = db.session.query(Challenge).where(Challenge.title == title).one()
        db.session.expunge_all()
        return found


def build(grace: FlaskClient, app: Flask, title: str = "Whom we help") -> tuple[int, str]:
    """A quiz by the builder's own forms; gives its number and its step's page."""
    first = grace.post("/manage/challenges/new", data={"title": title, "kind": "quiz"})
    assert first.status_code == 303, first.text
    step = first.location
    saved = grace.post(step, data={"mark": "100", "tries": "0", "points": "0", **QUESTION})
    assert saved.status_code == 303, saved.text
    return made(app, title).id, step


def rules(**changes: str) -> dict[str, str]:
    return {
        "title": "Whom we help", "body": "Learn whom to **introduce**.", "minutes": "4", "points": "120",
        "pays": "whole", "review": "automatic", "sample_percent": "0", "segment_id": "0", "done": "0", "repeat": "once",
        "repeat_times": "1", "zone": "Europe/Berlin", "unlocks": "", **changes,
    }  # fmt: skip


def test_a_quiz_is_built_published_taken_and_paid(app: Flask) -> None:
    ada = person(app)
    person(app, "grace@example.com", "Grace Hopper", roles=("manager",))
    grace, reader = browser(app, "grace@example.com"), browser(app)
    number, _step = build(grace, app)

    early = grace.post(f"/manage/challenges/{number}/publication")
    assert early.status_code == 422
    assert "Say what it is about" in early.text
    assert reader.get("/challenges/whom-we-help").status_code == 404

    assert grace.post(f"/manage/challenges/{number}", data=rules()).status_code == 303
    assert grace.post(f"/manage/challenges/{number}/publication").status_code == 303

    listed = reader.get("/challenges").text
    assert "Whom we help" in listed
    assert "120" in listed
    page = reader.get("/challenges/whom-we-help").text
    assert "Which team gains the most?" in page
    assert "<strong>introduce</strong>" in page
    step = page.split('name="step" value="')[1].split('"')[0]
    wrong = reader.post("/challenges/whom-we-help/submissions", data={"step": step, "q0": "1"})
    assert wrong.status_code == 303
    lesson = reader.get("/challenges/whom-we-help").text
    assert "Everybody is nobody." in lesson
    nothing = reader.post("/challenges/whom-we-help/submissions", data={"step": step})
    assert nothing.status_code == 422
    assert "Choose an answer." in nothing.text
    right = reader.post("/challenges/whom-we-help/submissions", data={"step": step, "q0": "0"})
    assert right.status_code == 303
    done = reader.get("/challenges/whom-we-help").text
    assert "Done. Thank you." in done
    assert "120" in done
    again = reader.post("/challenges/whom-we-help/submissions", data={"step": step, "q0": "0"})
    assert again.status_code == 409
    with app.app_context():
        assert wallet_of(ada).balance == 120
