"""A referral that rests in another one: what it earned stays, and what waited is paid once, to who is credited now."""

import datetime as dt

import pytest
import time_machine

from hub.core import edges, registry
from hub.core.clock import now
from hub.referrals import hands
from hub.referrals.extras import Extras
from hub.referrals.fairness import actions, queries
from hub.referrals.intake import Refusal
from tests.hub.referrals.fairness.test_reviews import CHECKS, do, doubtful, review, staff
from tests.hub.referrals.scene import OURS, Scene
from tests.hub.referrals.test_disputes import decide, doubt


def test_points_that_wait_some_days_go_on_with_a_credit_that_moves(each_scene: Scene) -> None:
    scene = each_scene
    scene.publish(extras=Extras(hold_days=3))
    number = scene.refer("ada")
    scene.reach(number, "accepted", minutes=0.01)
    doubt(scene)
    assert decide(scene, "yes").status_code == 303
    old, new = scene.look(number), scene.all()[-1]
    assert (old.hold, old.waiting, old.due_at) == (None, 0, None)
    assert (new.hold, new.waiting) == ("days", 500)
    with time_machine.travel(now() + dt.timedelta(days=4), tick=False):
        with scene.app.app_context(), edges.unit():
            assert actions.pay_waited(now=now()) == 1
        assert scene.entries(number) == {}
        assert scene.entries(new.id) == {"submitted": 100, "accepted": 400}
        assert scene.prove((*CHECKS, *OURS)) == []


def test_a_review_of_a_credit_that_moved_pays_nobody_and_the_new_one_is_weighed_itself(
    each_scene: Scene,
) -> None:
    scene = each_scene
    staff(scene, "greta")
    number = doubtful(scene)
    scene.reach(number, "accepted", minutes=0.01)
    doubt(scene, contact_email="kim@mailinator.com")
    decide(scene, "yes")
    new, asked = scene.all()[-1], review(scene, number)
    assert (scene.look(number).hold, new.hold, new.waiting) == (None, "review", 500)
    for verb in (actions.release, actions.refuse):
        with pytest.raises(Refusal, match="rests in another"):
            do(scene, verb, asked.id, "greta", words="No.")
    assert 'value="release"' not in scene.browser("greta").get(f"/manage/fairness/{asked.id}").text
    with pytest.raises(Refusal, match="Set the stage there"):
        do(scene, hands.set_stage, number, "greta", rung_key="won", note="")
    with scene.app.app_context(), edges.reading():
        assert [row.referral.id for row in queries.queue("open")] == [new.id]
        assert queries.counts()["open"] == 1
        hop = next(hop for hop in registry.hops["fairness"]() if hop.name == "fairness.reviews")
        assert hop.waiting == 1
    do(scene, actions.release, review(scene, new.id).id, "greta")
    assert (scene.entries(number), sum(scene.entries(new.id).values())) == ({}, 500)
    assert scene.prove((*CHECKS, *OURS)) == []
