"""Moving up, down and out: what is paid, what is told, what is taken back."""

import datetime as dt
from dataclasses import replace
from itertools import permutations

import pytest
from sqlalchemy import select

from hub import ledger
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.members.models import Member
from hub.notices.models import Notice
from hub.notices.queries import lines
from hub.referrals import advance_many
from hub.referrals.advance import Advance
from hub.referrals.ladder import UnknownRungError
from tests.hub.referrals.scene import SAMPLE, Scene

WHOLE = {"submitted": 100, "accepted": 400, "meeting": 1500, "opportunity": 5000, "won": 25000}


def _told(scene: Scene, who: str) -> list[tuple[str, str]]:
    with scene.app.app_context(), scene.app.test_request_context():
        query = select(Notice).where(Notice.member_id == scene.ids[who]).order_by(Notice.id)
        return [(line.kind.name, line.text) for line in lines(list(db.session.scalars(query)))]


def _balance(scene: Scene, who: str) -> int:
    with scene.app.app_context():
        return ledger.wallet(ledger.account_for(member_id=scene.ids[who])).balance


def test_a_won_referral_is_worth_exactly_thirty_two_thousand(each_scene: Scene) -> None:
    referral_id = each_scene.refer()
    each_scene.reach(referral_id, "accepted", "meeting", "opportunity", "won")
    assert each_scene.entries(referral_id) == WHOLE
    assert _balance(each_scene, "ada") == 32_000
    assert each_scene.prove() == []


@pytest.mark.parametrize("order", list(permutations(["accepted", "meeting", "won"])), ids="-".join)
def test_any_order_ends_in_the_same_entries(scene: Scene, order: tuple[str, ...]) -> None:
    referral_id = scene.refer()
    at = now()
    happened = {"accepted": at - dt.timedelta(minutes=3), "meeting": at - dt.timedelta(minutes=2), "won": at}
    for rung in order:
        _reach_at(scene, referral_id, rung, happened)
    assert scene.entries(referral_id) == WHOLE
    assert scene.look(referral_id).state == "won"
    assert scene.prove() == []


def _reach_at(scene: Scene, referral_id: int, rung: str, happened: dict[str, dt.datetime]) -> None:
    with scene.app.app_context(), edges.unit():
        step = Advance(referral_id=referral_id, rung_key=rung, happened_at=happened[rung], source="crm")
        advance_many([step, step], now=now())


def test_a_step_back_takes_nothing(scene: Scene) -> None:
    referral_id = scene.refer()
    scene.reach(referral_id, "accepted", "meeting", "accepted")
    found = scene.look(referral_id)
    assert (found.rung, found.highest_rung) == ("accepted", "meeting")
    assert sum(scene.entries(referral_id).values()) == 2_000
    assert scene.prove() == []


def test_a_lost_referral_keeps_what_it_earned(scene: Scene) -> None:
    referral_id = scene.refer()
    scene.reach(referral_id, "meeting", "lost")
    assert sum(scene.entries(referral_id).values()) == 2_000
    assert (scene.look(referral_id).state, scene.look(referral_id).lead_key) == ("lost", None)


def test_an_unknown_stage_is_refused_and_nothing_written(scene: Scene) -> None:
    referral_id = scene.refer()
    with pytest.raises(UnknownRungError):
        scene.reach(referral_id, "nonsense")
    assert scene.entries(referral_id) == {"submitted": 100}


def test_a_held_submission_pays_with_the_next_stage(scene: Scene) -> None:
    scene.publish(hold_submission=True)
    referral_id = scene.refer()
    assert scene.entries(referral_id) == {}
    assert scene.prove() == []
    scene.reach(referral_id, "accepted")
    assert scene.entries(referral_id) == {"submitted": 100, "accepted": 400}
    assert scene.prove() == []


def test_a_held_submission_that_is_lost_pays_nothing(scene: Scene) -> None:
    scene.publish(hold_submission=True)
    referral_id = scene.refer()
    scene.reach(referral_id, "lost")
    assert scene.entries(referral_id) == {}
    assert scene.prove() == []


@pytest.mark.parametrize(("policy", "left"), [("never", 32_000), ("unspent", 7_000), ("always", 7_000)])
def test_a_win_that_falls_through_is_taken_back_by_the_policy(scene: Scene, policy: str, left: int) -> None:
    scene.publish(clawback=policy)
    referral_id = scene.refer()
    scene.reach(referral_id, "won", "lost")
    assert _balance(scene, "ada") == left
    assert scene.prove() == []
    scene.reach(referral_id, "won")
    assert _balance(scene, "ada") == 32_000
    assert scene.prove() == []


def test_only_what_is_unspent_is_taken_back(each_scene: Scene) -> None:
    referral_id = each_scene.refer()
    each_scene.reach(referral_id, "won")
    with each_scene.app.app_context(), edges.unit():
        account = ledger.account_for(member_id=each_scene.ids["ada"])
        held = ledger.hold(account, 20_000, key="redemption:1", subject="redemption:1", now=now())
        ledger.settle(held.id, reason="redemption", now=now())
    each_scene.reach(referral_id, "lost")
    assert _balance(each_scene, "ada") == 0
    assert each_scene.entries(referral_id)["won:clawback:1"] == -12_000
    assert each_scene.prove() == []


def test_a_split_pays_the_member_and_the_company(each_scene: Scene) -> None:
    each_scene.publish(payee="split", member_percent=60)
    referral_id = each_scene.refer()
    each_scene.reach(referral_id, "won")
    booked = each_scene.entries(referral_id)
    assert (booked["won:member"], booked["won:company"]) == (15_000, 10_000)
    assert sum(booked.values()) == 32_000
    assert each_scene.prove() == []


def test_a_company_is_paid_instead_of_its_member(scene: Scene) -> None:
    scene.publish(payee="company")
    referral_id = scene.refer()
    scene.reach(referral_id, "accepted")
    assert scene.entries(referral_id) == {"submitted:company": 100, "accepted:company": 400}
    assert _balance(scene, "ada") == 0
    assert scene.prove() == []


def test_the_advocate_is_told_of_each_stage_in_its_own_words(scene: Scene) -> None:
    ladder = replace(SAMPLE.ladder, rungs=tuple(
        replace(rung, label="First talk") if rung.key == "meeting" else rung for rung in SAMPLE.ladder.rungs
    ))  # fmt: skip
    scene.publish(replace(SAMPLE, ladder=ladder))
    referral_id = scene.refer()
    scene.reach(referral_id, "meeting", "accepted", "won", "lost")
    assert [text for _, text in _told(scene, "ada")] == [
        "Kim Lee reached First talk.", "Kim Lee is now at Accepted.", "Kim Lee is won. 30,000 points are yours!",
        "Kim Lee ended without a deal. You keep what it has earned.",
    ]  # fmt: skip


def test_the_owner_hears_of_the_reward(scene: Scene) -> None:
    scene.reach(scene.refer(), "won")
    kinds = [kind for kind, _ in _told(scene, "kate")]
    assert kinds == ["referral.submitted", "referral.rewarded"]
    assert "Ada Example was thanked with 31,900 points" in _told(scene, "kate")[1][1]


def test_the_same_news_twice_is_told_once(scene: Scene) -> None:
    referral_id = scene.refer()
    at = {"meeting": now()}
    _reach_at(scene, referral_id, "meeting", at)
    _reach_at(scene, referral_id, "meeting", at)
    assert len(_told(scene, "ada")) == 1


def test_points_wait_for_a_stub(scene: Scene) -> None:
    with scene.app.app_context(), edges.unit():
        found = db.session.get_one(Member, scene.ids["ada"])
        found.is_stub = True
    referral_id = scene.refer()
    assert scene.entries(referral_id) == {"submitted": 100}
