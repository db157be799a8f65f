"""Every kind of step keeps one contract."""

import re
from typing import Any

import pytest
from flask import Flask, render_template
from sqlalchemy import select

from challenges import page, queries
from challenges.kinds import KINDS
from challenges.models import ChallengeStep, StepAnswer
from challenges.problems import problems
from hub.core.clock import now
from hub.core.db import db
from hub.core.settings import ROOT
from hub.core.web import own_path
from hub.members.models import Member
from tests.challenges.examples import EXAMPLES, Example
from tests.challenges.world import answer, challenge, given, prepare, state, submit
from tests.hub.home.world import programme
from tests.hub.members.people import browser, person

DONE_HERE = [name for name in sorted(EXAMPLES) if EXAMPLES[name].ends != "elsewhere"]
NASTY = "<script>alert(1)</script>\0 '\"; --"


@pytest.fixture
def ada(app: Flask) -> int:
    programme(app)
    return person(app)


def test_every_kind_is_on_the_list() -> None:
    assert sorted(EXAMPLES) == sorted(KINDS)


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_a_kind_says_what_it_is(app: Flask, kind: str) -> None:
    found = KINDS[kind]
    assert found.name == kind
    assert all((found.title, found.says, found.action))
    assert f'id="{found.icon}"' in icons()
    assert found.hue is None or 0 <= found.hue < 12
    assert found.minutes > 0
    app.jinja_env.get_template(found.fragment)


def icons() -> str:
    return (ROOT / "static/img/icons.svg").read_text()


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_an_empty_step_is_incomplete_and_a_filled_in_one_is_not(app: Flask, ada: int, kind: str) -> None:
    number = challenge(app, kind)
    with app.app_context():
        found = queries.by_id(number)
        assert found is not None
        assert problems(found) == []
        told = list(KINDS[kind].problems(ChallengeStep(kind=kind, data={}, body="")))
    fields = dir(KINDS[kind].form)
    assert all(field in fields and says for field, says in told)
    if kind != "hangout":  # any hangout will do
        assert told


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_what_the_builder_reads_is_what_it_shows(app: Flask, kind: str) -> None:
    with app.test_request_context():
        form = KINDS[kind].form(formdata=None, data=EXAMPLES[kind].data)
        assert {name: value for name, value in form.read().items() if name != "questions"} == {
            name: value for name, value in EXAMPLES[kind].data.items() if name != "questions"
        }


@pytest.mark.parametrize("kind", DONE_HERE)
def test_a_right_answer_ends_as_it_should_and_leaves_evidence(app: Flask, ada: int, kind: str) -> None:
    number, example = challenge(app, kind), EXAMPLES[kind]
    prepare(app, number, ada, example.before)
    made = answer(app, number, ada)
    assert made.outcome.verdict == example.ends
    assert made.state == "approved"
    with app.app_context():
        kept = db.session.scalars(select(StepAnswer)).one()
        assert kept.verdict == example.ends
        pieces = list(KINDS[kind].evidence(kept.data))
    assert pieces
    assert all(piece.label for piece in pieces)


@pytest.mark.parametrize("kind", [name for name in DONE_HERE if EXAMPLES[name].wrong is not None])
def test_a_wrong_answer_keeps_nothing_and_says_where(app: Flask, ada: int, kind: str) -> None:
    number = challenge(app, kind)
    unopened = EXAMPLES[kind].before == "opened" and not EXAMPLES[kind].wrong
    made = answer(app, number, ada, EXAMPLES[kind].wrong, opened=False if unopened else None)
    assert made.outcome.verdict == "wrong"
    assert made.outcome.errors
    assert all(says.endswith((".", "…")) for says in made.outcome.errors.values())
    assert made.state == "started"
    with app.app_context():
        assert db.session.scalar(select(StepAnswer).where(StepAnswer.verdict != "open")) is None


@pytest.mark.parametrize("kind", DONE_HERE)
@pytest.mark.parametrize(
    "junk",
    [{}, {"answer": NASTY, "score": NASTY, "link": NASTY, "q0": NASTY, "post": NASTY, "file": b"GIF89a"}],
)
def test_no_answer_is_too_odd_to_be_checked(app: Flask, ada: int, kind: str, junk: dict[str, Any]) -> None:
    made = answer(app, challenge(app, kind), ada, junk)
    assert made.outcome.verdict in ("done", "review", "open", "wrong")


@pytest.mark.parametrize("kind", DONE_HERE)
def test_its_fragment_labels_every_field(app: Flask, ada: int, kind: str) -> None:
    challenge(app, kind)
    text = browser(app).get("/challenges/do-it").text
    body = text[text.index('class="steplist"') : text.index("</ol>", text.index('class="steplist"'))]
    fields = re.findall(r"<(?:input|textarea|select)[^>]*>", body)
    for field in [one for one in fields if 'type="hidden"' not in one]:
        number = re.search(r'id="([^"]+)"', field)
        assert (number is not None and f'for="{number[1]}"' in body) or "<label" in body.split(field)[0][
            -200:
        ]
    assert "style=" not in body


@pytest.mark.parametrize("kind", DONE_HERE)
def test_a_reviewer_sees_the_evidence_and_nobody_can_slip_markup_in(app: Flask, ada: int, kind: str) -> None:
    number = challenge(app, kind, review="reviewed")
    made = submit(app, number, ada)
    assert state(app, made) == "pending"
    with app.app_context():
        kept = db.session.scalars(select(StepAnswer)).one()
        pieces = list(KINDS[kind].evidence({**kept.data, "words": NASTY, "link": NASTY}))
        with app.test_request_context():
            drawn = render_template("challenges/_evidence.html", pieces=pieces, pictures={})
    assert "<script>" not in drawn


def test_a_kind_done_elsewhere_leads_to_a_page_of_ours_and_takes_no_answers(app: Flask, ada: int) -> None:
    number = challenge(app, "referral")
    with app.app_context():
        found = queries.by_id(number)
        assert found is not None
        assert own_path(KINDS["referral"].url(found))
    client = browser(app)
    assert client.post("/challenges/do-it/submissions", data={"step": found.steps[0].id}).status_code == 404


def test_a_new_kind_needs_nothing_but_its_file_and_its_line() -> None:
    # The shape is a class with defaults: what a kind leaves out still answers.
    class Bare(KINDS["question"].__class__.__mro__[2]):  # type: ignore[misc]
        name = "bare"

    assert list(Bare().problems(ChallengeStep())) == []
    assert Bare().look([], 1) == {}
    assert isinstance(EXAMPLES["quiz"], Example)
    assert given({"a": "b"}).words("a") == "b"


def test_who_was_shown_a_step_when_cannot_be_forged(app: Flask, ada: int) -> None:
    with app.app_context():
        step, member = ChallengeStep(id=7), db.session.get_one(Member, ada)
        token = page.seal(step, member, now())
        assert page.unseal(token, step, member) is not None
        assert page.unseal(token + "x", step, member) is None
        assert page.unseal(token, ChallengeStep(id=8), member) is None
        assert page.unseal("", step, member) is None
