"""Asking in person: once, rarely, never while something has to be made good, and never a score before a review."""

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from challenges import actions, jobs, queries
from challenges.asks import actions as asking
from challenges.asks import caring
from challenges.asks import queries as asks
from challenges.asks.models import Ask, Recovery
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.members.models import Company, Member
from hub.notices.models import Notice
from hub.outbox.jobs import drain_all
from hub.segments.fields import Unclear
from hub.segments.models import Segment
from tests.challenges.test_money import together
from tests.challenges.world import answer, challenge, submit
from tests.hub.members.people import browser, person

WORDS = "You told us how quickly the wards got used to it. Who else would gain?"


@pytest.fixture
def hub(each_database: Flask) -> Flask:
    return each_database


def staff(app: Flask) -> int:
    return person(app, "grace@example.com", "Grace Whitlock", roles=("manager",))


def rule(
    app: Flask, challenge_id: int, by_id: int, *member_ids: int, trigger: str = "hand", **more: Any
) -> int:
    """A rule by the room's verb; gives its number."""
    with app.app_context(), edges.unit():
        found = queries.by_id(challenge_id)
        assert found is not None
        made = asking.make_rule(
            found, trigger=trigger, words=WORDS, by_id=by_id, member_ids=member_ids, now=now(), **more
        )
        return made.id


def pass_days(app: Flask, days: float = 0) -> None:
    """Everything due by then is moved, as the worker would."""
    with app.app_context():
        while jobs.move_asks(now() + dt.timedelta(days=days, seconds=1)):
            pass


def states(app: Flask, rule_id: int) -> list[tuple[str, str]]:
    """State and reason of a rule's asks, by member."""
    with app.app_context():
        rows = db.session.execute(
            select(Ask.state, Ask.why).where(Ask.rule_id == rule_id).order_by(Ask.member_id)
        )
        return [(state, why) for state, why in rows]


def told(app: Flask, member_id: int) -> list[str]:
    """The asks and reminders in somebody's inbox."""
    with app.app_context():
        kinds = ("challenge.asked", "challenge.reminded")
        mine = select(Notice.kind).where(Notice.member_id == member_id, Notice.kind.in_(kinds))
        return list(db.session.scalars(mine.order_by(Notice.id)))


def drain(app: Flask) -> None:
    with app.app_context():
        drain_all()


def test_an_ask_goes_once_reminds_and_ends(hub: Flask) -> None:
    ada, grace = person(hub), staff(hub)
    submit(hub, challenge(hub, "quiz", title="Small"), ada)
    wanted = challenge(hub, "question", title="Story")
    first = rule(hub, wanted, grace, ada)
    drain(hub)
    again = rule(
        hub, wanted, grace, ada
    )  # the same person for the same thing: it waits for the first one's end
    drain(hub)
    with hub.app_context(), edges.unit():
        found = asks.rule(first)
        assert found is not None
        assert asking.put_in_line(found, [ada], now=now()) == 0
    assert states(hub, first) == [("open", "")]
    assert states(hub, again) == [("waiting", "asked_already")]
    assert told(hub, ada) == ["challenge.asked"]
    pass_days(hub, 6)
    assert told(hub, ada) == ["challenge.asked", "challenge.reminded"]
    pass_days(hub, 12)
    assert states(hub, first) == [("expired", "no_answer")]
    assert told(hub, ada).count("challenge.reminded") == 1


def test_two_movers_at_once_tell_once(hub: Flask) -> None:
    ada, grace = person(hub), staff(hub)
    submit(hub, challenge(hub, "quiz", title="Small"), ada)
    number = rule(hub, challenge(hub, "question", title="Story"), grace, ada)
    with hub.app_context():
        ask = db.session.scalars(select(Ask.id).where(Ask.rule_id == number)).one()
    together(hub, *(lambda: asking.move(ask, ada, now=now() + dt.timedelta(seconds=1)) for _ in range(4)))
    assert told(hub, ada) == ["challenge.asked"]


def test_nobody_is_asked_too_often_too_early_or_for_what_is_done(hub: Flask) -> None:
    ada, linus, grace = person(hub), person(hub, "linus@example.com", "Linus"), staff(hub)
    small = challenge(hub, "quiz", title="Small")
    submit(hub, small, ada)
    made = [rule(hub, challenge(hub, "question", title=f"Story {n}"), grace, ada, linus) for n in range(3)]
    late = rule(hub, small, grace, ada)
    pass_days(hub)
    assert [states(hub, number) for number in made] == [
        [("open", ""), ("waiting", "new_here")], [("open", ""), ("waiting", "new_here")],
        [("waiting", "asked_enough"), ("waiting", "new_here")],
    ]  # fmt: skip
    assert states(hub, late) == [("skipped", "did_it")]
    answer(hub, small, linus)
    drain(hub)
    pass_days(hub, 7)
    assert states(hub, made[0])[1] == ("open", "")
    pass_days(hub, 31)  # rested: the third one goes
    assert states(hub, made[2])[0] == ("open", "")
    assert told(hub, ada).count("challenge.asked") == 3


def test_a_low_answer_is_made_good_on_and_never_an_ask(hub: Flask) -> None:
    ada, kim, grace = person(hub), person(hub, "kim@example.com", "Kim"), staff(hub)
    rep = person(hub, "katherine@example.com", "Katherine", roles=("rep",))
    with hub.app_context(), edges.unit():
        firm = Company(name="Halcyon", owner_id=rep, created_at=now())
        db.session.add(firm)
        db.session.flush()
        db.session.get_one(Member, kim).company_id = firm.id
    survey, story = challenge(hub, "survey", title="Survey"), challenge(hub, "question", title="Story")
    good = rule(hub, story, grace, trigger="survey", data={"score": 0})
    answer(hub, survey, ada, {"score": "9", "reason": "Quick"})
    answer(hub, survey, kim, {"score": "3", "reason": "Slow on Mondays"})
    drain(hub)
    drain(hub)
    with hub.app_context():
        task = db.session.scalars(select(Recovery)).one()
        assert (task.member_id, task.owner_id, task.score, task.words) == (kim, rep, 3, "Slow on Mondays")
        assert db.session.scalar(select(func.count()).where(Ask.member_id == kim)) == 0
        assert db.session.scalars(select(Notice.member_id).where(Notice.kind == "recovery.opened")).all() == [
            rep
        ]
        number = task.id
    assert states(hub, good) == [("open", "")]
    by_hand = rule(hub, story, grace, kim)
    pass_days(hub)
    assert states(hub, by_hand) == [("waiting", "recovering")]
    with hub.app_context(), edges.unit():
        found = asks.recovery(number)
        assert found is not None
        assert caring.recovered(found, outcome="Called, and mended.", by_id=rep, now=now())
        assert not caring.recovered(found, outcome="Twice.", by_id=grace, now=now())
    pass_days(hub, 8)
    assert states(hub, by_hand) == [("open", "")]


def test_what_happens_asks_and_what_is_done_ends_it(hub: Flask) -> None:
    ada, grace = person(hub), staff(hub)
    linus = person(hub, "linus@example.com", "Linus", type="partner")
    with hub.app_context(), edges.unit():
        partners = Segment(
            slug="partners", name="Partners", created_at=now(), changed_at=now(),
            rules={"match": "all", "rules": [{"kind": "type", "types": ["partner"]}]},
        )  # fmt: skip
        db.session.add(partners)
        db.session.flush()
        segment_id = partners.id

    def partner_segment() -> Any:
        with hub.app_context():
            return db.session.get_one(Segment, segment_id)

    small, story = (
        challenge(hub, "quiz", title="Small"),
        challenge(hub, "question", title="Story", review="reviewed"),
    )
    after = rule(hub, story, grace, trigger="completed", data={"kind": "quiz"})
    stage = rule(hub, story, grace, trigger="segment", segment=partner_segment())
    held = rule(hub, story, grace, trigger="review", wait_days=2)
    answer(hub, small, ada)
    with hub.app_context(), edges.unit():
        caring.hold_review(
            db.session.get_one(Member, linus), kind="results", went="well", words="", by_id=grace, now=now()
        )
    drain(hub)
    assert states(hub, after) == [("open", "")]
    assert states(hub, stage) == [("waiting", "new_here")]
    assert states(hub, held) == [("waiting", "")]
    made = submit(hub, story, ada)
    with hub.app_context(), edges.unit():
        actions.approve(made, by_id=grace, now=now())
    drain(hub)
    assert states(hub, after) == [("done", "")]
    with hub.app_context(), edges.unit():
        caring.set_aside(story, linus, reason="role", now=now())
        over = asks.rule(stage)
        assert over is not None
        asking.end_rule(over, by_id=grace, now=now())
    assert states(hub, stage) == [("skipped", "not_for_them")]
    assert states(hub, held) == [("skipped", "not_for_them")]


def test_a_score_is_never_the_way_to_a_public_review(app: Flask) -> None:
    grace = staff(app)
    review = challenge(app, "review", review="reviewed")
    for trigger in ("survey", "review"):
        with pytest.raises(Unclear, match="public review"):
            rule(app, review, grace, trigger=trigger)
    with pytest.raises(Unclear, match="Name somebody"):
        rule(app, review, grace)
    assert rule(app, review, grace, trigger="completed", data={"kind": "quiz"})
    desk = browser(app, "grace@example.com")
    form = {
        "challenge_id": str(review),
        "trigger": "survey",
        "words": WORDS,
        "segment_id": "0",
        "kind": "",
        "score": "9",
    }
    wrong = desk.post("/manage/asks/new", data=form)
    assert (wrong.status_code, "Who was happy may not decide" in wrong.text) == (422, True)
    missing = desk.post("/manage/asks/new", data={**form, "trigger": "hand", "members": "nobody@example.com"})
    assert (missing.status_code, "Nobody here is called nobody@example.com" in missing.text) == (422, True)


def test_a_manager_asks_and_a_member_answers_on_the_pages(app: Flask) -> None:
    ada, _grace = person(app), staff(app)
    submit(app, challenge(app, "quiz", title="Small"), ada)
    story = challenge(app, "question", title="Tell your story")
    desk, mine = browser(app, "grace@example.com"), browser(app)
    assert f'value="{story}"' in desk.get(f"/manage/asks/new?challenge={story}&to=ada").text
    form = {"challenge_id": str(story), "trigger": "hand", "members": "Ada@example.com", "words": WORDS,
            "segment_id": "0", "kind": ""}  # fmt: skip
    made = desk.post("/manage/asks/new", data=form)
    assert made.status_code == 303
    drain(app)
    for path in ("/", "/challenges", "/challenges/do-it-2", "/challenges/tell-your-story"):
        page = mine.get(path)
        if page.status_code == 200:
            assert "Grace Whitlock asks you" in page.text, path
    assert "Grace Whitlock asks you" in mine.get("/inbox").text
    assert "Ada" in desk.get(made.location).text
    no = mine.post("/challenges/tell-your-story/aside", data={"reason": "role", "words": "I only read."})
    assert no.status_code == 303
    listed = mine.get("/challenges").text
    assert "Not for you" in listed
    assert "asks you" not in listed
    assert "Tell your story" not in mine.get("/").text
    assert "Not for them" in desk.get(made.location).text
    assert "it isn’t part of my job" in desk.get(f"/manage/challenges/{story}").text
    assert mine.post("/challenges/tell-your-story/aside/removal").status_code == 303
    assert "Not for you" not in mine.get("/challenges").text
    assert mine.post("/challenges/tell-your-story/aside/removal").status_code == 404
    assert desk.post(f"{made.location}/end").status_code == 303
    saved = desk.post("/manage/asks/cadence", data={"most": "1", "per_days": "14", "reminders": "0", "remind_days": "3",
                                                    "least_done": "0"})  # fmt: skip
    assert saved.status_code == 303
    assert desk.post("/manage/asks/cadence", data={"most": "0"}).status_code == 422


def test_a_rep_makes_good_on_whom_they_look_after(app: Flask) -> None:
    ada, _grace = person(app), staff(app)
    rep = person(app, "katherine@example.com", "Katherine", roles=("rep",))
    desk, sales = browser(app, "grace@example.com"), browser(app, "katherine@example.com")
    noted = {
        "member": "ada@example.com",
        "kind": "results",
        "went": "badly",
        "words": "The export lost a week.",
    }
    assert sales.post("/manage/recoveries/reviews", data={**noted, "member": "nobody"}).status_code == 422
    assert sales.post("/manage/recoveries/reviews", data=noted).status_code == 303
    drain(app)
    assert "The export lost a week." in desk.get("/manage/recoveries").text
    assert "The export lost a week." not in sales.get("/manage/recoveries").text, (
        "nobody gave Ada to Katherine"
    )
    with app.app_context(), edges.unit():
        task = db.session.scalars(select(Recovery)).one()
        number = task.id
        assert task.member_id == ada
    assert sales.post(f"/manage/recoveries/{number}", data={"outcome": "Called."}).status_code == 404
    assert desk.post(f"/manage/recoveries/{number}", data={"outcome": ""}).status_code == 422
    assert (
        desk.post(f"/manage/recoveries/{number}", data={"outcome": "Called, and restored it."}).status_code
        == 303
    )
    assert "Called, and restored it." in desk.get("/manage/recoveries?done=1").text
    assert rep
