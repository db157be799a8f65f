"""Points that wait for people: recorded meanwhile, released by two above a limit, refused with words, appealed,
answered."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from hub.core import edges, registry
from hub.core.clock import now
from hub.core.db import db
from hub.notices.models import Notice
from hub.referrals import hands
from hub.referrals.extras import Extras
from hub.referrals.fairness import actions, holding, limits, queries
from hub.referrals.fairness.limits import Scale
from hub.referrals.fairness.models import Review
from hub.referrals.intake import Refusal
from tests.hub.referrals.scene import Scene

WHOLE = {"submitted": 100, "accepted": 400, "meeting": 1_500, "opportunity": 5_000, "won": 25_000}
CHECKS = (
    "referrals stand where their stage events put them", "referrals are paid what their ladder says",
    "claw-backs are what won and lost again comes to",
    "what is paid beside a ladder is what promotions and sizes come to",
    "wallets are what entries and holds come to",
)  # fmt: skip


def doubtful(scene: Scene, **more: Any) -> int:
    """An introduction that is looked at: its address is thrown away after use."""
    return scene.refer(email="kim@mailinator.com", **more)


def staff(scene: Scene, *names: str) -> None:
    with scene.app.app_context(), edges.unit():
        for name in names:
            scene._add(name, roles=("manager",), type="employee")


def review(scene: Scene, number: int, cause: str = "score") -> Review:
    with scene.app.app_context(), edges.reading():
        found = next(r for r in queries.about(number) if r.cause == cause)
        db.session.expunge_all()
        return found


def do(scene: Scene, verb: Any, number: int, who: str, **words: str) -> Any:
    with scene.app.app_context(), edges.unit():
        return verb(number, by_id=scene.ids[who], now=now(), **words)


def test_a_doubtful_introduction_climbs_and_its_points_wait(each_scene: Scene) -> None:
    scene = each_scene
    number = doubtful(scene)
    scene.reach(number, "accepted", "meeting")
    seen = scene.look(number)
    assert (seen.rung, seen.state, seen.hold, seen.waiting) == ("meeting", "open", "review", 2_000)
    assert scene.entries(number) == {}
    assert scene.prove(CHECKS) == []
    story = " ".join(scene.story(number))
    assert "Somebody looks at it before its points arrive" in story
    assert "thrown away after use" in story
    assert "score" not in story
    assert "score of 60 for a throw-away address" in " ".join(scene.story(number, "manager"))
    assert "until a manager has looked" in " ".join(scene.story(number, "rep"))


def test_one_person_releases_up_to_the_limit_and_a_second_one_the_rest(each_scene: Scene) -> None:
    scene = each_scene
    staff(scene, "greta")
    number = doubtful(scene)
    scene.reach(number, "won", minutes=0)
    asked = review(scene, number)
    assert do(scene, actions.release, asked.id, "grace") == 2_000
    assert scene.entries(number) == {key: WHOLE[key] for key in ("submitted", "accepted", "meeting")}
    assert (scene.look(number).waiting, review(scene, number).state) == (30_000, "open")
    with pytest.raises(Refusal, match="second person"):
        do(scene, actions.release, asked.id, "grace")
    assert do(scene, actions.release, asked.id, "greta") == 30_000
    assert scene.entries(number) == WHOLE
    assert (scene.look(number).hold, scene.look(number).waiting) == (None, 0)
    with pytest.raises(Refusal, match="moment before"):
        do(scene, actions.release, asked.id, "mary")
    assert scene.prove(CHECKS) == []


def test_what_was_released_small_comes_back_when_it_grows(scene: Scene) -> None:
    staff(scene, "greta")
    number = doubtful(scene)
    asked = review(scene, number)
    assert do(scene, actions.release, asked.id, "grace") == 100
    assert scene.look(number).hold is None
    scene.reach(number, "accepted", "meeting")
    assert scene.look(number).waiting == 0, "still below what one person releases"
    scene.reach(number, "won", minutes=0)
    assert (scene.look(number).waiting, review(scene, number).state) == (30_000, "open")
    assert any("second person" in text for text in scene.story(number))
    do(scene, actions.release, asked.id, "greta")
    assert scene.entries(number) == WHOLE


def test_a_refusal_needs_words_keeps_what_was_paid_and_can_be_appealed_to_somebody_else(scene: Scene) -> None:
    staff(scene, "greta", "gus")
    number = doubtful(scene)
    asked = review(scene, number)
    with pytest.raises(Refusal, match="Say why"):
        do(scene, actions.refuse, asked.id, "grace", words=" ")
    do(scene, actions.refuse, asked.id, "grace", words="Nobody answers at this address.")
    scene.reach(number, "accepted", minutes=0)
    assert (scene.look(number).hold, scene.look(number).waiting, scene.entries(number)) == (
        "refused",
        500,
        {},
    )
    do(scene, actions.appeal, number, "ada", words="She uses it for conferences.")
    with pytest.raises(Refusal, match="said your side already"):
        do(scene, actions.appeal, number, "ada", words="Really.")
    for verb in (actions.release, actions.stand_by):
        with pytest.raises(Refusal, match="You refused it"):
            do(scene, verb, asked.id, "grace", words="No.")
    assert do(scene, actions.release, asked.id, "greta", words="You are right.") == 500
    found = review(scene, number)
    assert (found.state, found.answer, found.answered_by_id) == (
        "released",
        "You are right.",
        scene.ids["greta"],
    )
    assert scene.prove(CHECKS) == []


def test_an_answer_that_stands_is_read_and_final(scene: Scene) -> None:
    staff(scene, "greta")
    number = doubtful(scene)
    asked = review(scene, number)
    do(scene, actions.refuse, asked.id, "grace", words="Nobody answers there.")
    do(scene, actions.appeal, number, "ada", words="Try again.")
    with pytest.raises(Refusal, match="Answer in words"):
        do(scene, actions.stand_by, asked.id, "greta", words="")
    do(scene, actions.stand_by, asked.id, "greta", words="We did, three times.")
    with pytest.raises(Refusal, match="moment before"):
        do(scene, actions.release, asked.id, "greta")
    page = scene.browser("ada").get(f"/referrals/{number}").text
    assert "We did, three times." in page
    assert "Nobody answers there." in page
    with scene.app.app_context(), edges.reading():
        told = [
            n.kind for n in db.session.query(Notice).filter_by(member_id=scene.ids["ada"]).order_by(Notice.id)
        ]
    assert told == ["referral.in_review", "referral.review_refused", "referral.appeal_answered"]


def test_nobody_decides_about_their_own(scene: Scene) -> None:
    staff(scene, "greta")
    with scene.app.app_context(), edges.unit():
        scene._add("gil", roles=("manager",), type="customer")
    own = scene.refer("gil", email="x@mailinator.com")
    cared = doubtful(scene, owner_id=scene.ids["greta"])
    for number, who in ((own, "gil"), (cared, "greta")):
        with pytest.raises(Refusal, match="somebody else decides"):
            do(scene, actions.release, review(scene, number).id, who)
        shown = scene.browser(who).get(f"/manage/fairness/{review(scene, number).id}").text
        assert "somebody else decides" in shown
        assert 'value="release"' not in shown


def test_every_refusal_can_be_appealed_whoever_answered_the_one_before(each_scene: Scene) -> None:
    scene = each_scene
    staff(scene, "greta", "gus")
    number = doubtful(scene)
    asked = review(scene, number).id
    do(scene, actions.refuse, asked, "grace", words="Nobody answers there.")
    do(scene, actions.appeal, number, "ada", words="Try again.")
    do(scene, actions.release, asked, "greta", words="You are right.")
    scene.reach(number, "won", minutes=0)
    assert review(scene, number).state == "open", "more is due than one person releases"
    do(scene, actions.refuse, asked, "greta", words="The deal isn’t hers.")
    again = review(scene, number)
    assert (again.appeal, again.appealed_at, again.answer, again.answered_by_id) == (None, None, None, None)
    assert "Say how you see it" in scene.browser("ada").get(f"/referrals/{number}").text
    do(scene, actions.appeal, number, "ada", words="It is.")
    do(scene, actions.stand_by, asked, "gus", words="We asked her.")
    story = " ".join(scene.story(number, "manager"))
    assert (story.count("appealed (review"), story.count("kept its points back")) == (2, 2)
    assert scene.prove(CHECKS) == []


def test_what_turns_up_anew_is_decided_from_the_start(scene: Scene) -> None:
    staff(scene, "greta")
    number = doubtful(scene)
    asked = review(scene, number).id
    do(scene, actions.refuse, asked, "grace", words="Nobody answers there.")
    do(scene, actions.appeal, number, "ada", words="Try again.")
    do(scene, actions.release, asked, "greta", words="You are right.")
    with scene.app.app_context(), edges.unit():
        found = db.session.get_one(Review, asked)
        holding._look_again(found, 90, [{"signal": "ring", "points": 90, "facts": {}}], now())
    again = review(scene, number)
    assert (again.state, again.appealed_at, again.answered_at, again.refused_by_id, again.words) == (
        "open", None, None, None, None,
    )  # fmt: skip
    assert do(scene, actions.release, asked, "grace") == 0, "whoever refused it before looks like anybody"


def test_nobody_decides_what_they_looked_after_or_moved_by_hand(scene: Scene) -> None:
    staff(scene, "greta", "gus", "gil")
    number = doubtful(scene, owner_id=scene.ids["greta"])
    with scene.app.app_context(), edges.unit():
        hands.hand_over(number, scene.ids["kate"], by_id=scene.ids["greta"], now=now())
        hands.set_stage(number, "accepted", "", by_id=scene.ids["gus"], now=now())
    asked = review(scene, number).id
    for who in ("greta", "gus"):
        for verb in (actions.release, actions.refuse):
            with pytest.raises(Refusal, match="somebody else decides"):
                do(scene, verb, asked, who, words="Mine.")
        assert "somebody else decides" in scene.browser(who).get(f"/manage/fairness/{asked}").text
    assert do(scene, actions.release, asked, "gil") == 500


def test_the_limit_of_one_person_is_the_one_when_the_review_was_opened(each_scene: Scene) -> None:
    scene = each_scene
    number = doubtful(scene)
    scene.reach(number, "won", minutes=0)
    with scene.app.app_context(), edges.unit():
        limits.choose(Scale(second_above=None), by_id=scene.ids["grace"], now=now())
    assert do(scene, actions.release, review(scene, number).id, "grace") == 2_000
    later = scene.refer("bea", "jo@mailinator.com", name="Jo")
    assert (review(scene, number).alone, review(scene, later).alone) == (5_000, 1_000_000)


@pytest.mark.parametrize(
    "values",
    [
        {"second_by_id": "first_by_id"},
        {"ceiling": None, "second_by_id": None},
        {"ceiling": None, "state": "open"},
        {"state": "released", "first_by_id": None},
        {"state": "refused", "refused_by_id": None},
        {"answered_by_id": "first_by_id", "refused_by_id": "first_by_id"},
    ],
)
def test_the_database_itself_keeps_the_rule_of_two(each_scene: Scene, values: dict[str, Any]) -> None:
    scene = each_scene
    number = doubtful(scene)
    do(scene, actions.release, review(scene, number).id, "grace")
    named = {
        name: getattr(Review, value) if value == "first_by_id" else value for name, value in values.items()
    }
    with pytest.raises(IntegrityError), scene.app.app_context(), edges.unit():
        db.session.execute(update(Review).values(**named).execution_options(synchronize_session=False))


@pytest.mark.parametrize("policy", ["never", "unspent", "always"])
def test_lost_after_it_was_won_comes_to_the_same_as_if_nobody_had_looked(scene: Scene, policy: str) -> None:
    staff(scene, "greta")
    scene.publish(clawback=policy)
    number, plain = doubtful(scene), scene.refer(email="jo@example.org", name="Jo")
    for each in (number, plain):
        scene.reach(each, "won", "lost")
    for who in ("grace", "greta"):
        do(scene, actions.release, review(scene, number).id, who)
    held, usual = sum(scene.entries(number).values()), sum(scene.entries(plain).values())
    assert held == usual == (32_000 if policy == "never" else 7_000)
    assert scene.prove(CHECKS) == []


def test_nothing_is_ever_paid_because_nobody_looked(scene: Scene) -> None:
    number = doubtful(scene)
    scene.reach(number, "accepted", minutes=0)
    with time_machine.travel(now() + dt.timedelta(days=400), tick=False):
        with scene.app.app_context(), edges.unit():
            assert actions.pay_waited(now=now()) == 0
        assert scene.entries(number) == {}
        with scene.app.app_context(), edges.reading():
            hop = next(hop for hop in registry.hops["fairness"]() if hop.name == "fairness.reviews")
        assert (hop.state, hop.waiting) == ("broken", 1)
        assert "nothing is paid because nobody looked" in hop.todo


def test_a_programme_may_hold_points_for_days_and_large_stages_for_a_manager(each_scene: Scene) -> None:
    scene = each_scene
    staff(scene, "greta")
    scene.publish(extras=Extras(hold_days=3, approve_above=2_000))
    number = scene.refer(at=now() - dt.timedelta(minutes=1))
    scene.reach(number, "won", minutes=0)
    seen = scene.look(number)
    assert (seen.hold, seen.waiting, scene.entries(number)) == ("approval", 32_000, {})
    assert scene.prove(CHECKS) == []
    with time_machine.travel(now() + dt.timedelta(days=3, minutes=1), tick=False):
        with scene.app.app_context(), edges.unit():
            assert actions.pay_waited(now=now()) == 1
        assert sum(scene.entries(number).values()) == 2_000
        asked = review(scene, number, "approval")
        for who in ("grace", "greta"):
            do(scene, actions.release, asked.id, who)
        assert scene.entries(number) == WHOLE
        assert scene.look(number).due_at is None
        assert scene.prove(CHECKS) == []


def test_prove_sees_points_that_wait_without_a_reason_and_those_that_should(scene: Scene) -> None:
    number = doubtful(scene)
    with scene.app.app_context(), edges.unit():
        db.session.execute(
            update(Review).values(ceiling=5_000, state="released", first_by_id=scene.ids["grace"])
        )
    assert scene.prove() == [
        f"referral {number}: 100 points for submitted were never booked",
        f"referral {number}: says that 100 points wait, and 0 do",
    ]


def test_the_scale_is_tried_on_the_last_introductions_before_it_is_kept(scene: Scene) -> None:
    for count in range(3):
        scene.refer(email=f"info@c{count}.example", name=f"C {count}")
    client = scene.browser("grace")
    page = client.get("/manage/fairness/settings").text
    form = _fields(page)
    tried = client.post("/manage/fairness/settings", data={**form, "threshold": "10", "do": "try"}).text
    assert "3 would be looked at; by today’s scale 0" in tried
    assert client.get("/manage/fairness").text.count('class="card doubt"') == 0
    wrong = client.post("/manage/fairness/settings", data={**form, "threshold": "999", "weight_ring": "x"})
    assert wrong.status_code == 422
    assert "From 1 to 200." in wrong.text
    kept = client.post(
        "/manage/fairness/settings", data={**form, "threshold": "10", "second_above": "", "do": "save"}
    )
    assert kept.status_code == 303
    with scene.app.app_context(), edges.reading():
        assert limits.scale() == Scale(threshold=10, second_above=None)
    number = scene.refer(email="office@d.example", name="D")
    scene.reach(number, "won", minutes=0)
    assert do(scene, actions.release, review(scene, number).id, "grace") == 32_000, (
        "one person is enough here"
    )


def _fields(page: str) -> dict[str, str]:
    found = re.findall(r"<input[^>]*>", page)
    named = {m[1]: t for t in found if (m := re.search(r'name="([^"]+)"', t))}
    return {
        n: (m[1] if (m := re.search(r'value="([^"]*)"', t)) else "")
        for n, t in named.items()
        if n != "csrf_token"
    }


def test_the_queue_and_the_appeal_are_for_those_they_are_for(scene: Scene) -> None:
    number = doubtful(scene)
    asked = review(scene, number)
    assert scene.browser("kate").get("/manage/fairness").status_code == 403
    assert scene.browser("bea").post(f"/referrals/{number}/appeal", data={"words": "x"}).status_code == 404
    empty = scene.browser("ada").post(f"/referrals/{number}/appeal", data={"words": ""})
    assert empty.status_code == 422
    assert "Say in a few words" in empty.text
    grace = scene.browser("grace")
    assert "Kim Lee" in grace.get("/manage/fairness").text
    refused = grace.post(f"/manage/fairness/{asked.id}", data={"do": "refuse", "words": ""})
    assert refused.status_code == 422
    assert grace.post(f"/manage/fairness/{asked.id}", data={"do": "pay"}).status_code == 400
    assert grace.get("/manage/fairness/999").status_code == 404
