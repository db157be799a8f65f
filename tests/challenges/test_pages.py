"""The pages of members: what is shown to whom, what opens what, what it costs."""

import datetime as dt
import re
from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from sqlalchemy import select, update

from challenges import actions, queries
from challenges.models import Challenge, ChallengeStep, Submission
from challenges.seed import answer as plant_answers
from challenges.seed import plant
from hub import segments
from hub.activity.models import Fact
from hub.core import edges, registry
from hub.core.clock import now
from hub.core.db import db
from hub.members.models import Member
from hub.outbox.jobs import drain_all
from hub.segments.models import Segment
from hub.sharing import contents, terms
from tests.challenges.examples import EXAMPLES
from tests.challenges.world import DAY, act, answer, balance, challenge, prepare, state, submit
from tests.hub.home.world import programme, refer
from tests.hub.members.people import browser, person
from tests.statements import statements

NASTY = "<script>alert(1)</script><img src=x onerror=alert(2)>"
NO = "Please show the whole screen."


@pytest.fixture
def ada(app: Flask) -> int:
    return person(app)


@pytest.fixture
def grace(app: Flask) -> int:
    return person(app, "grace@example.com", "Grace Hopper", roles=("manager",))


def step_of(app: Flask, challenge_id: int, place: int = 0) -> int:
    with app.app_context():
        found = queries.by_id(challenge_id)
        assert found is not None
        return found.steps[place].id


def segment(app: Flask, kind: str = "partner") -> int:
    rules = segments.read({"match": "all", "rules": [{"kind": "type", "types": [kind]}]})
    with app.app_context(), edges.unit():
        made = Segment(slug=kind, name=f"{kind.title()}s", rules=rules, created_at=now(), changed_at=now())
        db.session.add(made)
        db.session.flush()
        return made.id


def test_effort_and_worth_are_told_before_one_begins(app: Flask, ada: int) -> None:
    challenge(app, "quiz", points=1200, minutes=7, body="Learn **a lot**.")
    client = browser(app)
    for text in (client.get("/challenges").text, client.get("/challenges/do-it").text):
        assert "1,200" in text
        assert "7 min" in text
    assert "Learn a lot." in client.get("/challenges").text


def test_two_clicks_from_the_card_to_the_points(app: Flask, ada: int) -> None:
    number = challenge(app, "share", points=50)
    client = browser(app)
    page = client.get("/challenges/do-it").text
    assert "I get points." in page
    done = client.post("/challenges/do-it/submissions", data={"step": step_of(app, number)})
    assert done.status_code == 303
    assert balance(app, ada) == 50


@pytest.mark.parametrize("is_content", [True, False], ids=["content", "an address of its own"])
def test_what_a_step_discloses_is_what_is_sent_and_what_is_kept(
    app: Flask, ada: int, grace: int, is_content: bool
) -> None:
    number = challenge(app, "share", points=50)
    first = step_of(app, number)
    with app.app_context(), edges.unit():
        if is_content:
            draft = contents.Draft(
                kind="article", title="Beds", url="https://example.org/b", words={"": "Read"}
            )
            content = contents.create(draft, by_id=grace, now=now())
            contents.move(content, "published", by_id=grace, now=now())
            step = db.session.get_one(ChallengeStep, first)
            step.data = {**step.data, "content": str(content.id)}
    client = browser(app)
    page = client.get("/challenges/do-it").text
    assert page.count(' data-copy="') == 2, "LinkedIn and Facebook take no words"
    ways = re.findall(r'formaction="([^"]+)"', page)
    assert len(ways) == 6
    for way in ways:
        sent = unquote(unescape(client.post(way).text))
        assert "I get points." in sent, way
        assert terms.DISCLOSURE not in sent, way
    client.post("/challenges/do-it/submissions", data={"step": first})
    with app.app_context():
        found = queries.current(number, ada)
        assert found is not None
        assert found.answers[0].data["disclosure"] == "I get points."


@pytest.mark.parametrize(
    ("changes", "listed", "says"),
    [
        ({"opens_at": now() + DAY}, True, "This opens"), ({"opens_at": now() + 30 * DAY}, False, "This opens"),
        ({"closes_at": now() - DAY}, False, "has ended"), ({"state": "archived"}, False, "has ended"),
        ({"cap_total": 1, "taken": 1}, True, "Every place is taken"),
        ({"prerequisites": {"done": 2}}, True, "2 more challenges"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_now_says_why(
    app: Flask, ada: int, changes: dict[str, Any], listed: bool, says: str
) -> None:
    number = challenge(app, "quiz")
    with app.app_context(), edges.unit():
        db.session.execute(update(Challenge).values(**changes))
    client = browser(app)
    assert ("Do it" in client.get("/challenges").text) is listed
    page = client.get("/challenges/do-it").text
    assert says in page
    assert 'name="q0"' not in page
    refused = client.post("/challenges/do-it/submissions", data={"step": step_of(app, number), "q0": "0"})
    assert refused.status_code == 409
    assert balance(app, ada) == 0


def test_drafts_and_others_challenges_are_nobodys_business(app: Flask, ada: int) -> None:
    challenge(app, "quiz", publish=False, title="Draft")
    hidden = challenge(app, "quiz", title="Partners only", segment_id=segment(app))
    out = challenge(app, "link", title="Way out", segment_id=segment(app, "employee"))
    client = browser(app)
    assert "Partners only" not in client.get("/challenges").text
    for path in ("draft", "partners-only", "none", "a%00b"):
        assert client.get(f"/challenges/{path}").status_code == 404, path
    sent = client.post(
        "/challenges/partners-only/submissions", data={"step": step_of(app, hidden), "q0": "0"}
    )
    assert sent.status_code == 404
    assert client.get(f"/challenges/way-out/steps/{step_of(app, out)}/out").status_code == 404
    assert client.get(f"/threads/challenge/{hidden}").status_code == 404
    paul = person(app, "paul@example.com", "Paul", type="partner")
    assert "Partners only" in browser(app, "paul@example.com").get("/challenges").text
    answer(app, hidden, paul)
    with app.app_context():
        told = db.session.scalars(select(Fact).where(Fact.kind == "challenge.completed")).one()
    assert told.data["everybody"] is False


def test_small_asks_open_the_larger_one(app: Flask, ada: int) -> None:
    first = challenge(app, "quiz", title="First")
    challenge(app, "survey", title="Large", prerequisites={"done": 1, "challenges": [first]})
    client = browser(app)
    locked = client.get("/challenges/large").text
    assert "First do “First”." in locked
    assert "One more challenge opens this." in locked
    answer(app, first, ada)
    assert "One more" not in client.get("/challenges/large").text
    assert 'name="score"' in client.get("/challenges/large").text


@pytest.mark.parametrize("rule", [{"badge": ["first-steps"]}, {"level": ["1"]}, {"badge": ["gone"]}])
def test_what_must_be_earned_first_is_asked_of_the_rule_of_its_name(
    app: Flask, ada: int, rule: dict[str, Any]
) -> None:
    challenge(app, "quiz", prerequisites=rule)
    page = browser(app).get("/challenges/do-it")
    assert page.status_code == 200
    assert 'name="q0"' not in page.text


def test_training_comes_before_referring_and_opens_the_form(app: Flask, ada: int) -> None:
    programme(app)
    training = challenge(app, "quiz", title="Whom we help", unlocks="aluv")
    client = browser(app)
    before = client.get("/referrals/new")
    assert "Whom we help" in before.text
    assert 'name="contact_name"' not in before.text
    form = {
        "programme": "aluv",
        "contact_name": "Marit",
        "contact_email": "m@example.org",
        "relation": "a friend",
    }
    assert client.post("/referrals/new", data={**form, "mode": "form"}).status_code == 409
    answer(app, training, ada)
    assert 'name="contact_name"' in client.get("/referrals/new").text
    assert client.post("/referrals/new", data={**form, "mode": "warm_email", "once": "a"}).status_code == 303


def test_the_way_out_is_followed_first_and_our_clock_counts(app: Flask, ada: int) -> None:
    number = challenge(app, "read")
    step, client = step_of(app, number), browser(app)
    form = {"step": step, "answer": "0"}
    early = client.post("/challenges/do-it/submissions", data=form)
    assert (early.status_code, "Open it first" in early.text) == (422, True)
    away = client.get(f"/challenges/do-it/steps/{step}/out")
    assert (away.status_code, away.location) == (303, "https://example.org/a")
    soon = client.post("/challenges/do-it/submissions", data=form)
    assert "That was quick" in soon.text
    with client.session_transaction() as kept:
        kept["followed"] = {str(step): (now() - dt.timedelta(seconds=40)).isoformat()}
    client.get(f"/challenges/do-it/steps/{step}/out")  # following it again doesn't start the clock anew
    assert client.post("/challenges/do-it/submissions", data=form).status_code == 303
    assert state(app, 1) == "approved"


def test_what_is_read_here_takes_its_time_and_nobody_sets_the_clock(app: Flask, ada: int) -> None:
    number = challenge(app, "read")
    with app.app_context(), edges.unit():
        db.session.execute(
            update(ChallengeStep).values(
                body="Long.", data={"url": "", "seconds": 30, "question": "", "choices": ""}
            )
        )
    client = browser(app)
    token = client.get("/challenges/do-it").text.split('name="opened" value="')[1].split('"')[0]
    for opened in (token, "forged", ""):
        soon = client.post(
            "/challenges/do-it/submissions", data={"step": step_of(app, number), "opened": opened}
        )
        assert soon.status_code == 422
        assert "That was quick" in soon.text


def test_guessing_codes_is_slowed_down_and_counted_across_requests(app: Flask, ada: int) -> None:
    number = challenge(app, "code")
    step, client = step_of(app, number), browser(app)
    for _ in range(5):
        assert (
            client.post("/challenges/do-it/submissions", data={"step": step, "answer": "wrong"}).status_code
            == 303
        )
    stopped = client.post("/challenges/do-it/submissions", data={"step": step, "answer": "rope-ladder"})
    assert stopped.status_code == 422
    assert "Five guesses" in stopped.text
    later = answer(app, number, ada, {"answer": "Rope Ladder"}, at=now() + dt.timedelta(minutes=16))
    assert later.state == "approved"


def test_a_quiz_stops_when_its_tries_are_used(app: Flask, ada: int) -> None:
    number = challenge(app, "quiz")
    with app.app_context(), edges.unit():
        db.session.execute(update(ChallengeStep).values(data={**EXAMPLES["quiz"].data, "tries": 2}))
    for left in (1, 0):
        came = answer(app, number, ada, {"q0": "1"})
        assert came.outcome.verdict == "open", left
    assert answer(app, number, ada).outcome.verdict == "wrong"
    assert "All tries are used" in browser(app).get("/challenges/do-it").text


def test_what_was_sent_back_shows_why_and_what_was_typed(app: Flask, ada: int, grace: int) -> None:
    number = challenge(app, "question", review="reviewed")
    made = submit(app, number, ada)
    assert "We are reading it" in browser(app).get("/challenges/do-it").text
    act(app, actions.send_back, made, by_id=grace, words=f"{NO} {NASTY}")
    page = browser(app).get("/challenges/do-it").text
    assert NO in page
    assert NASTY not in page
    assert "A calendar, please</textarea>" in page
    assert "Sent back to you" in browser(app).get("/challenges").text


def test_a_refusal_is_told_with_its_reason(app: Flask, ada: int, grace: int) -> None:
    made = submit(app, challenge(app, "question", review="reviewed"), ada)
    act(app, actions.refuse, made, by_id=grace, words=NO)
    client = browser(app)
    assert NO in client.get("/challenges/do-it").text
    assert "wasn’t accepted" in client.get("/inbox").text


def test_a_member_may_take_back_their_own_and_nobody_elses(app: Flask, ada: int) -> None:
    made = submit(app, challenge(app, "question", review="reviewed"), ada)
    person(app, "kim@example.com", "Kim")
    assert (
        browser(app, "kim@example.com").post(f"/challenges/submissions/{made}/withdrawal").status_code == 404
    )
    client = browser(app)
    assert client.post(f"/challenges/submissions/{made}/withdrawal").status_code == 303
    assert client.post(f"/challenges/submissions/{made}/withdrawal").status_code == 409
    assert 'name="answer"' in client.get("/challenges/do-it").text
    answer(app, 1, ada)
    assert state(app, made) == "pending"


def test_a_low_score_is_a_fact_and_opens_no_ask(app: Flask, ada: int) -> None:
    number = challenge(app, "survey", repeat="times", repeat_times=2)
    for score in ("9", "3"):
        answer(app, number, ada, {"score": score, "reason": "Slow"})
    with app.app_context():
        low = list(db.session.scalars(select(Fact).where(Fact.kind == "survey.low_score")))
    assert [(fact.data["score"], fact.by_id) for fact in low] == [(3, ada)]
    assert "Slow" not in str([fact.data for fact in low])
    assert balance(app, ada) == 200  # both are worth the same


def test_feedback_is_answered_in_a_thread_of_its_own(app: Flask, ada: int, grace: int) -> None:
    made = submit(app, challenge(app, "feedback", review="reviewed"), ada)
    desk, client = browser(app, "grace@example.com"), browser(app)
    assert desk.post(f"/threads/submission/{made}", data={"body": "December, we think."}).status_code == 303
    assert "December, we think." in client.get("/challenges/do-it").text
    person(app, "kim@example.com", "Kim")
    assert browser(app, "kim@example.com").get(f"/threads/submission/{made}").status_code == 404


def test_who_was_at_the_hangout_has_done_it(app: Flask, ada: int) -> None:
    challenge(app, "hangout", points=30)
    prepare(app, 1, ada, "attended")
    for _ in range(2):
        with app.app_context():
            drain_all()
    assert balance(app, ada) == 30


def test_what_others_wrote_is_shown_as_text(app: Flask, ada: int, grace: int) -> None:
    number = challenge(app, "question", review="reviewed", title=NASTY, body=NASTY)
    made = answer(app, number, ada, {"answer": f"{NASTY} and more"}).id
    with app.app_context():
        slug = db.session.get_one(Challenge, number).slug
    pages = [browser(app).get(path).text for path in ("/challenges", f"/challenges/{slug}")]
    desk = browser(app, "grace@example.com")
    pages += [
        desk.get(path).text
        for path in (f"/manage/reviews/{made}", "/manage/challenges", f"/manage/challenges/{number}")
    ]
    assert all("<script>alert" not in page and "<img src=x" not in page for page in pages)


@pytest.mark.parametrize("hidden", [{"is_opted_out": True}, {"is_staff": True}, {"erased_at": now()}])
def test_who_does_not_want_to_be_seen_is_not_among_the_faces(
    app: Flask, ada: int, hidden: dict[str, object]
) -> None:
    number = challenge(app, "quiz")
    kim = person(app, "kim@example.com", "Kim Novak")
    answer(app, number, kim)
    assert "Kim did this" in browser(app).get("/challenges").text
    with app.app_context(), edges.unit():
        db.session.execute(update(Member).where(Member.id == kim).values(**hidden))
    assert "Kim" not in browser(app).get("/challenges").text


def test_a_list_costs_the_same_for_ten_challenges_and_for_a_thousand(app: Flask, ada: int) -> None:
    programme(app)
    challenge(app, "referral", title="Refer")
    refer(app, ada)
    wanted = segment(app)
    counts = []
    for size in (10, 1000):
        with app.app_context(), edges.unit():
            known = db.session.query(Challenge).count()
            base = {"body": "Do it.", "kind": "quiz", "state": "open", "created_at": now(), "position": 99}
            rows = [
                {**base, "slug": f"c{n}", "title": f"C {n}", "segment_id": wanted if n % 3 == 0 else None,
                 "prerequisites": {"done": n % 2}}
                for n in range(known, size)
            ]  # fmt: skip
            for row in rows:
                made = Challenge(**row)
                db.session.add(made)
                db.session.flush()
                db.session.add(
                    ChallengeStep(challenge_id=made.id, kind="quiz", position=1, data=EXAMPLES["quiz"].data)
                )
        client = browser(app)
        client.get("/challenges")
        with statements(app) as sent:
            assert client.get("/challenges").status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 20


def test_what_home_offers_costs_the_same_too(app: Flask, ada: int) -> None:
    for n in range(3):
        challenge(app, "quiz", title=f"C {n}")
    with app.app_context():  # what is read once and kept for seconds has been read
        list(registry.things["challenges.open"](db.session.get_one(Member, ada), now()))
    with app.app_context(), statements(app) as few:
        list(registry.things["challenges.open"](db.session.get_one(Member, ada), now()))
    for n in range(3, 20):
        challenge(app, "quiz", title=f"C {n}")
    with app.app_context(), statements(app) as many:
        found = list(registry.things["challenges.open"](db.session.get_one(Member, ada), now()))
    assert len(few) == len(many)
    assert len(found) == 12


def test_a_seat_is_shown_and_can_be_given_to_who_waits(app: Flask, ada: int) -> None:
    number = challenge(app, "beta")
    kim = person(app, "kim@example.com", "Kim")
    answer(app, number, ada)
    answer(app, number, kim)
    mine, theirs = browser(app), browser(app, "kim@example.com")
    assert "You have a seat" in mine.get("/challenges/do-it").text
    assert "You are next." in theirs.get("/challenges/do-it").text
    seat = f"/challenges/do-it/steps/{step_of(app, number)}/seat"
    assert mine.post(seat).status_code == 303
    assert mine.post(seat).status_code == 409
    assert "You have a seat" in theirs.get("/challenges/do-it").text
    assert "You moved up" in theirs.get("/inbox").text
    assert balance(app, ada) == 100
    person(app, "lu@example.com", "Lu")
    assert browser(app, "lu@example.com").post(seat).status_code == 404


def test_home_suggests_nothing_that_needs_having_been_somewhere(app: Flask, ada: int) -> None:
    challenge(app, "code", title="Code")
    challenge(app, "hangout", title="Hangout")
    challenge(app, "quiz", title="Quiz")
    with app.app_context():
        found = list(registry.things["challenges.open"](db.session.get_one(Member, ada), now()))
    assert [thing.title for thing in found] == ["Quiz"]


def test_the_sample_is_planted_once_and_adds_up(app: Flask) -> None:
    for _ in range(2):
        for order, _name, sow in registry.seeds:
            if order < 60:
                with app.app_context(), edges.unit():
                    sow(now=now())
        for sow in (plant, plant_answers):
            with app.app_context(), edges.unit():
                sow(now=now())
    with app.app_context(), edges.reading():
        assert [line for check in registry.checks.values() for line in check()] == []
        states = set(db.session.scalars(select(Submission.state)))
        kinds = set(db.session.scalars(select(ChallengeStep.kind)))
    assert {"approved", "pending", "sent_back", "started"} <= states
    assert kinds == set(EXAMPLES)


def test_facts_hold_no_words(app: Flask, ada: int, grace: int) -> None:
    made = submit(app, challenge(app, "question", review="reviewed"), ada)
    act(app, actions.refuse, made, by_id=grace, words=NO)
    with app.app_context():
        told = [fact.data for fact in db.session.scalars(select(Fact))]
    assert NO not in str(told)
    assert "calendar" not in str(told)
