"""The review queue: who reviews what, evidence, answers alike, many at once, undo, second looks; by keyboard, too."""

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from challenges import actions, queries
from challenges.actions import building
from challenges.fingerprint import distance, fingerprint, likeness, nearest
from challenges.models import Decision, SavedReason, Submission
from challenges.review_queries import agreement
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.notices.models import Notice
from tests.challenges.examples import picture
from tests.challenges.world import DAY, act, answer, balance, challenge, state, submit
from tests.hub.members.people import PASSWORD, browser, person
from tests.site import Site
from tests.statements import statements

NO = "Please show the whole screen."
LONG = "A calendar that shows two teams next to each other. We print both and hold them against the window."


@pytest.fixture
def ada(app: Flask) -> int:
    return person(app)


@pytest.fixture
def grace(app: Flask) -> int:
    return person(app, "grace@example.com", "Grace Hopper", roles=("manager",))


@pytest.fixture
def linus(app: Flask) -> int:
    """Asked to review one challenge, without being a manager."""
    return person(app, "linus@example.com", "Linus", roles=("rep",))


def ask(app: Flask, challenge_id: int, member_id: int) -> None:
    with app.app_context(), edges.unit():
        found = queries.by_id(challenge_id)
        assert found is not None
        building.change(found, {}, approver_ids=[member_id], by_id=None, now=now())


def test_the_queue_is_for_managers_and_those_who_were_asked(
    app: Flask, ada: int, grace: int, linus: int
) -> None:
    first = challenge(app, "question", review="reviewed", title="Alpha")
    second = challenge(app, "question", review="reviewed", title="Omega")
    one, two = submit(app, first, ada), submit(app, second, ada)
    asked = browser(app, "linus@example.com")
    assert asked.get("/manage/reviews").status_code == 403
    assert 'href="/manage/reviews"' not in asked.get("/challenges").text
    ask(app, first, linus)
    assert 'href="/manage/reviews"' in asked.get("/challenges").text
    queue = asked.get("/manage/reviews").text
    assert ("Alpha" in queue, "Omega" in queue) == (True, False)
    assert asked.get(f"/manage/reviews/{two}").status_code == 404
    assert asked.post(f"/manage/reviews/{two}/decision", data={"verdict": "approve"}).status_code == 404
    assert (
        asked.post("/manage/reviews/many", data={"verdict": "approve", "id": [str(two)]}).status_code == 303
    )
    assert state(app, two) == "pending"
    assert asked.post(f"/manage/reviews/{one}/decision", data={"verdict": "approve"}).status_code == 303
    assert state(app, one) == "approved"
    assert browser(app).get("/manage/reviews").status_code == 403
    assert 'href="/manage/reviews"' not in browser(app).get("/challenges").text


def test_those_asked_are_called_once_a_day(app: Flask, ada: int, grace: int, linus: int) -> None:
    number = challenge(app, "question", review="reviewed", repeat="times", repeat_times=3)
    ask(app, number, linus)
    for _ in range(3):
        answer(app, number, ada)
    with app.app_context():
        told = list(db.session.scalars(select(Notice.member_id).where(Notice.kind == "review.waiting")))
    assert told == [linus]
    assert "waits for you" in browser(app, "linus@example.com").get("/inbox").text


def test_evidence_stands_beside_what_was_asked(app: Flask, ada: int, grace: int) -> None:
    number = challenge(app, "question", "upload", review="reviewed")
    made = submit(app, number, ada)
    desk = browser(app, "grace@example.com")
    page = desk.get(f"/manage/reviews/{made}").text
    for words in ("What next?", "A calendar, please", "Your desk", "/uploads/", "Nobody has decided yet"):
        assert words in page
    image = page.split('<img class="evidence__picture" src="')[1].split('"')[0]
    assert desk.get(image).status_code == 200


def test_a_decision_goes_on_to_the_next_and_can_be_undone(app: Flask, ada: int, grace: int) -> None:
    number = challenge(app, "question", review="reviewed", points=60)
    kim = person(app, "kim@example.com", "Kim")
    one, two = submit(app, number, ada), submit(app, number, kim)
    desk = browser(app, "grace@example.com")
    done = desk.post(f"/manage/reviews/{one}/decision", data={"verdict": "approve", "words": "Lovely."})
    assert done.location == f"/manage/reviews/{two}"
    assert "Undo" in desk.get(done.location).text
    assert "Lovely." in browser(app).get("/challenges/do-it").text
    again = desk.post(f"/manage/reviews/{one}/decision", data={"verdict": "approve"})
    assert (again.status_code, "a moment ago" in again.text) == (409, True)
    with app.app_context():
        decision = db.session.scalars(select(Decision.id)).one()
    back = desk.post(f"/manage/reviews/decisions/{decision}/undo")
    assert back.location == f"/manage/reviews/{one}"
    assert balance(app, ada) == 0
    assert "Taken back by Grace Hopper" in desk.get(back.location).text
    assert "too fast" in browser(app).get("/inbox").text


def test_a_no_needs_words_and_a_saved_reason_has_some(app: Flask, ada: int, grace: int) -> None:
    number = challenge(app, "question", review="reviewed", repeat="times", repeat_times=3)
    desk = browser(app, "grace@example.com")
    one = submit(app, number, ada)
    bare = desk.post(f"/manage/reviews/{one}/decision", data={"verdict": "refuse"})
    assert (bare.status_code, "Say why" in bare.text) == (409, True)
    form = {"verdict": "send_back", "words": NO, "title": "Whole screen"}
    assert desk.post(f"/manage/reviews/{one}/decision", data=form).status_code == 303
    with app.app_context():
        saved = db.session.scalars(select(SavedReason)).one()
        assert (saved.title, saved.words, saved.verdict) == ("Whole screen", NO, "sent_back")
        code = saved.code
    answer(app, number, ada)
    assert (
        desk.post(f"/manage/reviews/{one}/decision", data={"verdict": "refuse", "reason": code}).status_code
        == 303
    )
    with app.app_context():
        last = db.session.scalars(select(Decision).order_by(Decision.id.desc())).first()
        assert last is not None
        assert last.code == code
    assert NO in browser(app).get("/challenges/do-it").text


def test_many_are_decided_at_once_and_what_is_gone_stays(app: Flask, ada: int, grace: int) -> None:
    number = challenge(app, "question", review="reviewed", points=10)
    people = [ada, *(person(app, f"p{n}@example.com", f"P {n}") for n in range(4))]
    made = [submit(app, number, one) for one in people]
    act(app, actions.withdraw, made[0], ada)
    desk = browser(app, "grace@example.com")
    ids = [str(one) for one in made] + ["nonsense", "9" * 30]
    assert desk.post("/manage/reviews/many", data={"verdict": "approve", "id": ids}).status_code == 303
    assert [balance(app, one) for one in people] == [0, 10, 10, 10, 10]
    told = desk.get("/manage/reviews").text
    assert "4 decided" in told
    assert "1 left as they were" in told


def test_answers_alike_are_pointed_out_and_others_are_not(app: Flask, ada: int, grace: int) -> None:
    number = challenge(app, "feedback", review="reviewed")
    kim, lu = person(app, "kim@example.com", "Kim"), person(app, "lu@example.com", "Lu")
    answer(app, number, ada, {"answer": LONG})
    copied = answer(app, number, kim, {"answer": LONG.replace("against", "to").upper()}).id
    other = answer(
        app, number, lu, {"answer": "Let me plan by lorry, not by person; half of us share one."}
    ).id
    desk = browser(app, "grace@example.com")
    page = desk.get(f"/manage/reviews/{copied}").text
    assert "nearly the same" in page
    assert "Ada Marlowe" in page
    assert "nearly the same" not in desk.get(f"/manage/reviews/{other}").text


def test_the_same_file_is_known_again(app: Flask, ada: int, grace: int) -> None:
    number = challenge(app, "upload", review="reviewed")
    answer(app, number, ada, {"file": picture(colour="red")})
    kim, lu = person(app, "kim@example.com", "Kim"), person(app, "lu@example.com", "Lu")
    same = answer(app, number, kim, {"file": picture(colour="red")}).id
    other = answer(app, number, lu, {"file": picture(colour="blue")}).id
    desk = browser(app, "grace@example.com")
    assert "100 % alike" in desk.get(f"/manage/reviews/{same}").text
    assert "alike" not in desk.get(f"/manage/reviews/{other}").text


def test_second_looks_have_a_queue_and_a_rate(app: Flask, ada: int, grace: int) -> None:
    number = challenge(app, "quiz", review="sampled", sample_percent=100, points=40)
    kim = person(app, "kim@example.com", "Kim")
    one, two = submit(app, number, ada), submit(app, number, kim)
    desk = browser(app, "grace@example.com")
    assert "Ada Marlowe" in desk.get("/manage/reviews?view=second").text
    assert "A second look" in desk.get(f"/manage/reviews/{one}").text
    assert desk.post(f"/manage/reviews/{one}/second-look", data={"verdict": "approve"}).status_code == 303
    form = {"verdict": "refuse", "words": NO}
    assert desk.post(f"/manage/reviews/{two}/second-look", data=form).status_code == 303
    assert (balance(app, ada), balance(app, kim)) == (40, 0)
    assert "50 % agreed, of 2" in desk.get("/manage/reviews?view=second").text
    with app.app_context():
        (rate,) = agreement(now() - DAY)
    assert (rate.name, rate.percent) == ("By itself", 50)
    assert NO in browser(app, "kim@example.com").get("/challenges/do-it").text


def test_every_submission_of_a_challenge_can_be_seen(app: Flask, ada: int, grace: int) -> None:
    number, other = challenge(app, "quiz"), challenge(app, "survey", title="Other")
    submit(app, number, ada)
    submit(app, other, ada)
    desk = browser(app, "grace@example.com")
    rows = desk.get(f"/manage/reviews?view=all&challenge={number}&state=approved").text
    assert rows.count("data-row") == 1
    assert "data-row" not in desk.get(f"/manage/reviews?view=all&challenge={number}&state=refused").text
    assert desk.get("/manage/reviews?view=odd&challenge=x&state=odd&after=" + "9" * 40).status_code == 200


def test_the_queue_and_a_submission_cost_the_same_with_ten_and_with_a_hundred(
    app: Flask, ada: int, grace: int
) -> None:
    number = challenge(app, "feedback", review="reviewed")
    desk, first, counts = browser(app, "grace@example.com"), 0, []
    for size in (10, 100):
        with app.app_context():
            known = db.session.query(Submission).count()
        for n in range(known, size):
            who = person(app, f"p{n}@example.com", f"P {n}")
            made = answer(app, number, who, {"answer": f"{LONG} {n}"})
            first = first or made.id
        for path in ("/manage/reviews", f"/manage/reviews/{first}", "/manage/challenges"):
            desk.get(path)
            with statements(app) as sent:
                assert desk.get(path).status_code == 200
            counts.append(len(sent))
    assert counts[:3] == counts[3:]
    assert max(counts) <= 26


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        (LONG, LONG.upper() + "!!", True), (LONG, LONG.replace("window", "light"), True),
        (LONG, "Let me plan by lorry, not by person.", False), (LONG, "", False),
    ],
)  # fmt: skip
def test_texts_are_near_by_what_they_share(one: str, other: str, near: bool) -> None:
    left, right = fingerprint(one), fingerprint(other)
    assert left is not None
    found = bool(nearest(left, [(1, right)])) if right is not None else False
    assert (found and likeness(one, other) >= 0.6) is near
    assert distance(left, left) == 0
    assert -(2**63) <= left < 2**63


@pytest.mark.parametrize("words", ["", "yes", "fine thanks you", "!!! ???"])
def test_a_text_too_short_to_compare_has_no_fingerprint(words: str) -> None:
    assert fingerprint(words) is None


@pytest.mark.browser
def test_a_reviewer_needs_no_mouse(site: Site, page: Page) -> None:
    app = site.app
    person(app, "grace@example.com", "Grace Hopper", roles=("manager",))
    number = challenge(app, "question", review="reviewed", points=60)
    people = [person(app, f"p{n}@example.com", f"Pat {n}") for n in range(3)]
    made = [submit(app, number, one) for one in people]
    page.goto(f"{site.url}/sign-in")
    page.fill("input[name=email]", "grace@example.com")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/")
    page.goto(f"{site.url}/manage/reviews")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/manage/reviews/{made[0]}")
    page.keyboard.press("j")
    page.wait_for_url(f"**/manage/reviews/{made[1]}")
    page.keyboard.press("k")
    page.wait_for_url(f"**/manage/reviews/{made[0]}")
    page.keyboard.press("a")
    page.wait_for_url(f"**/manage/reviews/{made[1]}")
    page.keyboard.press("s")  # a no without words: the cursor goes where they belong
    page.keyboard.type(NO)
    page.keyboard.press("Tab")
    page.locator("button[value=send_back]").press("Enter")
    page.wait_for_url(f"**/manage/reviews/{made[2]}")
    assert [state(app, one) for one in made] == ["approved", "sent_back", "pending"]
