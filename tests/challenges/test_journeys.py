"""Journeys: in their order, for their audience, and nobody on one is asked for anything else."""

import pytest
from flask import Flask

from challenges.asks import actions as asking
from challenges.asks import rested
from challenges.asks.models import Ask
from challenges.journeys import actions, queries
from challenges.models import Challenge
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.segments.fields import Unclear
from tests.challenges.world import challenge, submit
from tests.hub.members.people import browser, person


@pytest.fixture
def way(app: Flask) -> list[int]:
    steps = [challenge(app, "question", title=f"Step {name}") for name in ("alpha", "beta", "gamma")]
    grace = person(app, "grace@example.com", "Grace", roles=("manager",))
    with app.app_context(), edges.unit():
        made = actions.save(
            None,
            name="First month",
            says="",
            segment=None,
            challenge_ids=steps,
            waits=True,
            by_id=grace,
            now=now(),
        )
        actions.turn(made, "open", by_id=grace, now=now())
    return steps


def test_a_member_sees_how_far_they_are_and_what_is_next(app: Flask, way: list[int]) -> None:
    ada = person(app)
    submit(app, way[0], ada)
    with app.app_context():
        (found,) = queries.ways(ada, now())
        assert (found.done, found.next.challenge_id if found.next else None) == (1, way[1])
    page = browser(app).get("/challenges").text
    assert "First month" in page
    assert "1 of 3" in page
    assert "Step 2 of 3 of “First month”" in browser(app).get("/").text


def test_nobody_on_the_way_is_asked_for_anything_else(app: Flask, way: list[int]) -> None:
    ada, other = person(app), challenge(app, "question", title="A big favour")
    submit(app, way[0], ada)  # whoever has done nothing at all isn't asked anyway
    verdicts = {}
    with app.app_context(), edges.unit():
        for number in (other, way[1]):
            asking.make_rule(
                db.session.get_one(Challenge, number),
                trigger="hand",
                words="Please.",
                by_id=1,
                member_ids=[ada],
                now=now(),
            )
        db.session.flush()
        for ask in db.session.scalars(db.select(Ask)):
            verdicts[ask.challenge_id] = rested.judge(ask, now()).why
    assert verdicts == {other: "on_a_journey", way[1]: ""}
    for number in way[1:]:
        submit(app, number, ada)
    with app.app_context(), edges.unit():
        assert not queries.is_waited_for(ada, other, now())


@pytest.mark.parametrize("count", [0, 1])
def test_a_way_has_two_steps_at_least(app: Flask, way: list[int], count: int) -> None:
    with app.app_context(), edges.unit(), pytest.raises(Unclear):
        actions.save(
            None,
            name="Short",
            says="",
            segment=None,
            challenge_ids=way[:count],
            waits=True,
            by_id=1,
            now=now(),
        )


def test_the_desk_orders_by_the_numbers_that_were_typed(app: Flask, way: list[int]) -> None:
    desk = browser(app, "grace@example.com")
    typed = {"name": "Another", f"place-{way[2]}": "1", f"place-{way[0]}": "2"}
    made = desk.post("/manage/journeys/new", data=typed)
    assert made.status_code == 303
    number = int(made.location.rpartition("/")[2])
    with app.app_context():
        assert queries.steps_of(number) == {way[2]: 1, way[0]: 2}
    wrong = desk.post("/manage/journeys/new", data={"name": "Kept words", f"place-{way[0]}": "1"})
    assert wrong.status_code == 422
    assert "Kept words" in wrong.text
    assert desk.post(f"/manage/journeys/{number}/state").status_code == 303
