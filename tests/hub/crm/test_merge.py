"""Deals merged, deleted and restored in the CRM: nothing is paid twice, nothing earned is taken."""

import datetime as dt
import json
from dataclasses import replace

import pytest
import time_machine

from hub.core import edges, registry
from hub.core.clock import now
from hub.core.db import db
from hub.referrals import programmes
from hub.referrals.extras import Extras
from hub.referrals.fairness import actions as fairness
from hub.referrals.models import Referral
from tests.hub.crm.adapters.senders import payload
from tests.hub.crm.scene import SAMPLE, Scene, event, upto


def hubspot(scene: Scene, kind: str, deal: int, *, at: int, **more: object) -> None:
    """One subscription event of HubSpot about a deal."""
    item = {
        "eventId": at, "portalId": 44120011, "occurredAt": 1795166000000 + at, "objectId": deal,
        "subscriptionType": kind, **more,
    }  # fmt: skip
    assert scene.post("hubspot", json.dumps([item]).encode()).status_code == 202


def moves(scene: Scene, deal: int, stage: str, *, at: int) -> None:
    hubspot(scene, "deal.propertyChange", deal, at=at, propertyName="dealstage", propertyValue=stage)


@pytest.mark.parametrize("drained", ["in between", "at the end"])
def test_hubspots_merged_deals_go_on_as_one(each_scene: Scene, drained: str) -> None:
    each_scene.connect("hubspot")
    one, two = each_scene.refer("One", deal="17001"), each_scene.refer("Two", deal="17002")
    steps = (
        lambda: moves(each_scene, 17002, "appointmentscheduled", at=1),
        lambda: moves(each_scene, 17009, "closedwon", at=9),  # heard of before the merge that explains it
        lambda: each_scene.post("hubspot", payload("hubspot/deal-merge.composed.json")),
        lambda: moves(each_scene, 17009, "presentationscheduled", at=5),
    )
    for step in steps:
        step()
        if drained == "in between":
            each_scene.drain()
    each_scene.drain()
    assert set(each_scene.states()) <= {"done", "skipped"}
    assert each_scene.ledger(one) == upto("won")
    assert each_scene.ledger(two) in (upto("meeting"), upto("submitted"))
    assert each_scene.paid(two) == (2000 if drained == "in between" else 100)
    assert each_scene.referral(two).merged_into_id == one


@pytest.mark.parametrize("order", [("gone", "into"), ("into", "gone"), ("into",), ("gone",)])
def test_pipedrives_merge_is_a_change_and_a_deletion_in_any_order(
    each_scene: Scene, order: tuple[str, ...]
) -> None:
    each_scene.connect("pipedrive")
    one, two = each_scene.refer("One", deal="21"), each_scene.refer("Two", deal="22")
    for name in order:
        assert each_scene.post("pipedrive", GONE if name == "gone" else INTO).status_code == 202
        each_scene.drain()
    won = {**json.loads(INTO)["data"], "status": "won"}
    later = {"entity": "deal", "action": "change", "id": "m9", "timestamp": "2026-11-20T11:00:00Z"}
    each_scene.post("pipedrive", json.dumps({"data": won, "previous": None, "meta": later}).encode())
    each_scene.drain()
    assert each_scene.ledger(one) == upto("won")
    assert each_scene.ledger(two) == upto("submitted")
    assert each_scene.referral(two).merged_into_id == one


GONE = b"""{"data": null, "previous": {"id": 21, "status": "open"}, "meta": {"id": "m1", "entity": "deal",
  "action": "delete", "entity_id": "21", "merged_to_id": "22", "timestamp": "2026-11-20T10:00:00Z"}}"""
INTO = b"""{"data": {"id": 22, "pipeline_id": 1, "stage_id": 3, "status": "open"}, "previous": null,
  "meta": {"id": "m2", "entity": "deal", "action": "change", "entity_id": "22", "merged_from_id": ["21"],
  "timestamp": "2026-11-20T10:00:01Z"}}"""


def test_a_merge_of_strangers_changes_nothing(each_scene: Scene) -> None:
    each_scene.connect("hubspot")
    kim = each_scene.refer(deal="1")
    each_scene.post("hubspot", payload("hubspot/deal-merge.composed.json"))
    each_scene.drain()
    assert each_scene.states() == ["skipped"]
    assert each_scene.ledger(kim) == upto("submitted")


def test_a_merge_twice_is_a_merge_once(each_scene: Scene) -> None:
    each_scene.connect("hubspot")
    one, two = each_scene.refer("One", deal="17001"), each_scene.refer("Two", deal="17002")
    for at in (50, 60):
        hubspot(each_scene, "deal.merge", 17001, at=at, mergedObjectIds=[17002], newObjectId=17009)
        each_scene.drain()
    moves(each_scene, 17002, "closedwon", at=70)  # the old number is heard again
    each_scene.drain()
    assert (each_scene.ledger(one), each_scene.ledger(two)) == (upto("won"), upto("submitted"))
    with each_scene.app.app_context(), edges.reading():
        assert db.session.query(Referral).filter(Referral.merged_into_id.is_not(None)).count() == 1


def test_a_deleted_deal_keeps_what_it_earned_and_a_restored_one_pays_nothing_twice(each_scene: Scene) -> None:
    each_scene.connect("hubspot")
    kim = each_scene.refer(deal="17003")
    moves(each_scene, 17003, "presentationscheduled", at=1)
    hubspot(each_scene, "deal.deletion", 17003, at=2)
    each_scene.drain()
    assert each_scene.ledger(kim) == upto("opportunity")
    hubspot(each_scene, "deal.restore", 17003, at=3)
    moves(each_scene, 17003, "presentationscheduled", at=4)
    moves(each_scene, 17003, "closedwon", at=5)
    each_scene.drain()
    assert each_scene.ledger(kim) == upto("won")
    assert each_scene.states() == ["done", "skipped", "skipped", "done", "done"]


def test_the_deletion_of_a_deal_we_do_not_know_waits_without_harm(each_scene: Scene) -> None:
    each_scene.connect("hubspot")
    each_scene.post("hubspot", payload("hubspot/deal-deletion.composed.json"))
    each_scene.drain()
    assert each_scene.states() == ["waiting"]
    kim = each_scene.refer(deal="17003")
    each_scene.drain()
    assert each_scene.states() == ["skipped"]
    assert each_scene.ledger(kim) == upto("submitted")


def test_what_a_merged_referral_held_is_paid_once_to_the_one_that_goes_on(each_scene: Scene) -> None:
    scene = each_scene
    with scene.app.app_context(), edges.unit():
        held = replace(SAMPLE.policies, extras=Extras(hold_days=365))
        programmes.publish(replace(SAMPLE, policies=held), by_id=None, now=now())
    scene.connect("hubspot", "generic")
    one, two = scene.refer("One", deal="17001"), scene.refer("Two", deal="17002", code="RF-TWO222")
    scene.own(two, "17099")
    moves(scene, 17002, "appointmentscheduled", at=1)
    scene.drain()
    assert (scene.referral(one).waiting, scene.referral(two).waiting) == (100, 2000)
    hubspot(scene, "deal.merge", 17001, at=2, mergedObjectIds=[17002], newObjectId=17009)
    scene.drain()
    assert (scene.referral(one).waiting, scene.referral(two).waiting) == (2000, 0)
    assert (scene.referral(two).hold, scene.referral(two).due_at) == (None, None)
    moves(scene, 17099, "presentationscheduled", at=3)  # a deal of the merged one alone, then its code
    scene.tell(event("Closed Won", referral_code="RF-TWO222"))
    scene.drain()
    with time_machine.travel(now() + dt.timedelta(days=400), tick=False):
        with scene.app.app_context(), edges.unit():
            assert fairness.pay_waited(now=now()) == 1
        assert (scene.ledger(one), scene.ledger(two)) == (upto("won"), {})
        with scene.app.app_context(), edges.reading():
            assert list(registry.checks["referrals are paid what their ladder says"]()) == []


def test_a_doubt_goes_along_when_two_referrals_of_one_advocate_are_merged(scene: Scene) -> None:
    scene.connect("hubspot")
    one, two = scene.refer("One", deal="17001"), scene.refer("Two", email="two@mailinator.com", deal="17002")
    moves(scene, 17002, "appointmentscheduled", at=1)
    scene.drain()
    hubspot(scene, "deal.merge", 17001, at=2, mergedObjectIds=[17002], newObjectId=17009)
    scene.drain()
    assert (scene.referral(one).hold, scene.referral(one).waiting) == ("review", 1900)
    assert (scene.referral(two).hold, scene.paid(one), scene.paid(two)) == (None, 100, 0)
