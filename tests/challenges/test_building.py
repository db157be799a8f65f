"""The builder, by its pages: a quiz is made, published, taken and paid."""

import datetime as dt
import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from challenges import queries
from challenges.actions import building
from challenges.models import Challenge, Submission
from challenges.problems import problems
from challenges.starters import TEMPLATES
from hub.core import edges, uploads
from hub.core.clock import now
from hub.core.db import db
from hub.ledger.queries import wallet_of
from hub.segments.models import Segment
from tests.challenges.examples import picture
from tests.challenges.world import answer, challenge, submit
from tests.hub.home.world import programme
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

    assert grace.post(f"/manage/challenges/{number}", data=rules(points="7")).status_code == 303
    wrong = grace.post(f"/manage/challenges/{number}/publication", data=rules(body="", minutes="4"))
    assert (wrong.status_code, made(app, "Whom we help").body) == (422, rules()["body"]), "all or nothing"
    assert grace.post(f"/manage/challenges/{number}/publication", data=rules()).status_code == 303

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


def open_one(app: Flask, grace: FlaskClient, **changes: str) -> int:
    number, _step = build(grace, app)
    assert grace.post(f"/manage/challenges/{number}", data=rules(**changes)).status_code == 303
    assert grace.post(f"/manage/challenges/{number}/publication").status_code == 303
    return number


@pytest.fixture
def grace(app: Flask) -> FlaskClient:
    person(app, "grace@example.com", "Grace Hopper", roles=("manager",))
    return browser(app, "grace@example.com")


def test_everything_that_is_missing_is_told_at_once_with_its_field(app: Flask, grace: FlaskClient) -> None:
    grace.post("/manage/challenges/new", data={"title": "Whom we help", "kind": "quiz"})
    refused = grace.post("/manage/challenges/1/publication")
    assert refused.status_code == 422
    for words in ("Say what it is about", "Ask at least one question", 'href="#body"', "#questions"):
        assert words in refused.text
    assert made(app).state == "draft"


def test_an_open_challenge_stays_complete(app: Flask, grace: FlaskClient) -> None:
    number = open_one(app, grace)
    refused = grace.post(f"/manage/challenges/{number}", data=rules(body=""))
    assert refused.status_code == 422
    assert "Nothing was saved" in refused.text
    step = (
        grace.get(f"/manage/challenges/{number}")
        .text.split(f"/manage/challenges/{number}/steps/")[1]
        .split('"')[0]
    )
    removed = grace.post(f"/manage/challenges/{number}/steps/{step}/removal")
    assert removed.status_code == 303
    emptied = grace.post(
        f"/manage/challenges/{number}/steps/{step}", data={"mark": "100", "tries": "0", "points": "0"}
    )
    assert emptied.status_code == 422
    with app.app_context():
        found = queries.by_id(number)
        assert found is not None
        assert (found.body, len(found.steps), len(found.steps[0].data["questions"])) == (
            "Learn whom to **introduce**.",
            1,
            1,
        )


def test_what_is_wrong_comes_back_as_it_was_typed(app: Flask, grace: FlaskClient) -> None:
    number, _ = build(grace, app)
    for field, value, says in [
        ("title", "", "Every challenge has a title."), ("zone", "Mars/Base", "This zone isn’t known"),
        ("points", "9999999", "From 0 to 1,000,000"), ("minutes", "0", "From 1 to 600"), ("segment_id", "99", ""),
    ]:  # fmt: skip
        refused = grace.post(
            f"/manage/challenges/{number}", data=rules(**{field: value, "body": "Kept words"})
        )
        assert refused.status_code == 422, field
        assert says in refused.text
        assert "Kept words" in refused.text
    backwards = rules(opens_at="2026-12-02T10:00", closes_at="2026-12-01T10:00")
    assert "after it opens" in grace.post(f"/manage/challenges/{number}", data=backwards).text


def test_times_are_of_the_challenges_zone(app: Flask, grace: FlaskClient) -> None:
    number = open_one(app, grace, opens_at="2026-12-01T09:00", zone="America/New_York")
    assert made(app).opens_at == dt.datetime(2026, 12, 1, 14, 0, tzinfo=dt.UTC)
    assert 'value="2026-12-01T09:00"' in grace.get(f"/manage/challenges/{number}").text


def test_rows_of_a_quiz_are_added_without_a_script(app: Flask, grace: FlaskClient) -> None:
    _number, step = build(grace, app)
    more = grace.post(step, data={"mark": "100", "row": "questions", **QUESTION}).text
    assert 'name="questions-1-text"' in more
    assert "Twenty people and two tools" in more
    answers = grace.post(step, data={"mark": "100", "row": "questions-0-choices", **QUESTION}).text
    assert 'name="questions-0-choices-4-text"' in answers


def test_steps_are_added_moved_and_removed(app: Flask, grace: FlaskClient) -> None:
    number, _ = build(grace, app)
    grace.post(f"/manage/challenges/{number}/steps", data={"kind": "question"})
    assert grace.post(f"/manage/challenges/{number}/steps", data={"kind": "magic"}).status_code == 400
    with app.app_context():
        steps = [(step.id, step.kind) for step in by_number(number).steps]
    assert [kind for _, kind in steps] == ["quiz", "question"]
    grace.post(f"/manage/challenges/{number}/steps/{steps[1][0]}/move", data={"to": "up"})
    assert made(app).kind == "question"
    grace.post(f"/manage/challenges/{number}/steps/{steps[1][0]}/removal")
    with app.app_context():
        assert [step.kind for step in by_number(number).steps] == ["quiz"]
    assert made(app).kind == "quiz"


def by_number(number: int) -> Challenge:
    found = queries.by_id(number)
    assert found is not None
    return found


def test_a_copy_is_a_draft_with_the_same_steps_and_no_submissions(app: Flask, grace: FlaskClient) -> None:
    number = open_one(app, grace, cap_total="5")
    answer(app, number, person(app))
    grace.post(f"/manage/challenges/{number}/copy")
    copy = made(app, "Whom we help (copy)")
    assert (copy.state, copy.taken, copy.points, copy.cap_total, copy.opens_at) == ("draft", 0, 120, 5, None)
    with app.app_context():
        assert by_number(copy.id).steps[0].data == by_number(number).steps[0].data


def test_archived_it_is_off_the_list_and_may_come_back(app: Flask, grace: FlaskClient) -> None:
    number = open_one(app, grace)
    grace.post(f"/manage/challenges/{number}/archive")
    person(app)
    assert "Whom we help" not in browser(app).get("/challenges").text
    assert "Whom we help" in grace.get("/manage/challenges?archived=1").text
    assert grace.post(f"/manage/challenges/{number}/publication").status_code == 303
    assert "Whom we help" in browser(app).get("/challenges").text


def test_a_preview_shows_it_as_somebody_else_and_sends_nothing(app: Flask, grace: FlaskClient) -> None:
    number, _ = build(grace, app)
    grace.post(f"/manage/challenges/{number}", data=rules(done="1"))
    ada = person(app)
    page = grace.get(f"/manage/challenges/{number}/preview?as={ada}&q=ada").text
    assert "As Ada Marlowe will see it" in page
    assert "One more challenge opens this." in page
    grace.post(f"/manage/challenges/{number}", data=rules())
    shown = grace.get(f"/manage/challenges/{number}/preview?as={ada}").text
    assert "Which team gains the most?" in shown
    assert 'type="submit" disabled' in shown
    with app.app_context():
        assert db.session.query(Submission).count() == 0


def test_templates_are_drafts_and_the_onboarding_set_asks_for_little_first(
    app: Flask, grace: FlaskClient
) -> None:
    programme(app)
    for name in TEMPLATES:
        assert grace.post(f"/manage/challenges/templates/{name}").status_code == 303, name
    assert grace.post("/manage/challenges/templates/onboarding").status_code == 303
    assert grace.post("/manage/challenges/templates/none").status_code == 404
    with app.app_context():
        found = db.session.query(Challenge).order_by(Challenge.position).all()[-5:]
        assert [one.kind for one in found] == ["profile", "read", "survey", "quiz", "referral"]
        assert found[-1].prerequisites == {"done": 2}
        assert {one.state for one in found} == {"draft"}
        assert problems(by_number(found[-1].id)) == []
        assert problems(by_number(found[0].id)) == []


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("title", "Give us 5 stars"), ("body", "Write a five-star review, please."),
        ("body", "Leave a positive review"),
        ("body", "A great Google review helps. ★★★★★"), ("title", "Only if you love us"),
    ],
)  # fmt: skip
def test_a_public_review_never_asks_for_stars_or_praise(app: Flask, field: str, words: str) -> None:
    number = challenge(app, "review", publish=False)
    with app.app_context(), edges.unit():
        found = by_number(number)
        setattr(found, field, words)
        db.session.flush()
        assert [problem.field for problem in problems(by_number(number))] == [field]
        with pytest.raises(building.Incomplete):
            building.publish(found, by_id=None, now=now())
        edges.rollback()


@pytest.mark.parametrize(
    "words", ["Write a review in your own words", "What works, what doesn’t", "Start here"]
)
def test_a_review_may_be_asked_for_in_plain_words(app: Flask, words: str) -> None:
    number = challenge(app, "review", publish=False, body=words)
    with app.app_context():
        assert problems(by_number(number)) == []


def test_a_survey_never_decides_who_is_asked_for_a_review(app: Flask) -> None:
    survey = challenge(app, "survey", title="NPS")
    both = challenge(app, "survey", "review", publish=False, title="Both")
    after = challenge(app, "review", publish=False, title="After", prerequisites={"challenges": [survey]})
    plain = challenge(app, "review", publish=False, title="Plain", prerequisites={"done": 1})
    bare = challenge(app, "review", publish=False, title="Bare")
    with app.app_context(), edges.unit():
        scored = Segment(slug="fans", name="Fans", created_at=now(), changed_at=now(),
                         rules={"match": "all", "rules": [{"kind": "nps_score", "least": 9}]})  # fmt: skip
        db.session.add(scored)
        db.session.flush()
        by_number(bare).segment_id = scored.id
        step = by_number(plain).steps[0]
        step.data = {**step.data, "disclosure": ""}
    with app.app_context():
        told = {name: [one.field for one in problems(by_number(number))] for name, number in
                (("both", both), ("after", after), ("plain", plain), ("bare", bare))}  # fmt: skip
    assert told == {"both": ["steps"], "after": ["after"], "plain": ["disclosure"], "bare": ["segment_id"]}


def test_the_disclosure_a_member_agreed_to_is_kept_with_their_submission(app: Flask) -> None:
    number = challenge(app, "review")
    made_ = submit(app, number, person(app))
    with app.app_context(), edges.unit():
        step = by_number(number).steps[0]
        step.data = {**step.data, "disclosure": "Something else."}
    with app.app_context():
        found = queries.submission(made_)
        assert found is not None
        assert found.answers[0].data["disclosure"] == "I get points."


def test_a_picture_is_the_challenges_face_and_a_wrong_one_is_refused(app: Flask, grace: FlaskClient) -> None:
    number = open_one(app, grace)
    form = {**rules(), "picture": (io.BytesIO(picture()), "p.png")}
    assert grace.post(f"/manage/challenges/{number}", data=form).status_code == 303
    person(app)
    client = browser(app)
    page = client.get("/challenges/whom-we-help").text
    image = page.split('class="challenge__picture" src="')[1].split('"')[0]
    assert client.get(image).status_code == 200
    wrong = {**rules(), "picture": (io.BytesIO(b"<svg/>"), "p.svg")}
    refused = grace.post(f"/manage/challenges/{number}", data=wrong)
    assert (refused.status_code, "isn’t a picture" in refused.text) == (422, True)


def test_a_picture_is_drawn_before_anybody_waits_for_the_transaction(
    app: Flask, grace: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = open_one(app, grace)
    drawn: list[bool] = []

    def draw(raw: bytes, redraw: Any = uploads.redraw) -> Any:
        drawn.append(db.session().in_transaction())
        return redraw(raw)

    monkeypatch.setattr(uploads, "redraw", draw)
    form = {**rules(), "picture": (io.BytesIO(picture()), "p.png")}
    assert grace.post(f"/manage/challenges/{number}", data=form).status_code == 303
    assert drawn == [False]
