"""The flight recorder reads well for each who opens it, and prove finds what was planted."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, text, update

from hub import ledger
from hub.core import edges, registry
from hub.core.clock import now
from hub.core.db import db
from hub.ledger.actions import Award
from hub.members.models import Member
from hub.referrals import hands, programmes
from hub.referrals.ladder import Rung
from hub.referrals.models import Clawback, Referral, StageEvent
from hub.referrals.timeline import moved, paid
from tests.hub.referrals.scene import SAMPLE, Scene
from tests.hub.referrals.test_programmes import RICHER

LOW, MID, WON, LOST = (SAMPLE.ladder.rung(key) for key in ("accepted", "meeting", "won", "lost"))


@pytest.mark.parametrize(("before", "rung", "top", "says"), [
    (LOW, MID, 2, "It moved up from Accepted to Meeting."),
    (MID, LOW, 3, "It went back from Meeting to Accepted. Nothing is taken away for that."),
    (MID, MID, 3, "Still at Meeting, and confirmed."),
    (MID, LOST, 3, "It ended without a deal. What the other stages earned stays."),
    (WON, LOST, 5, "The deal fell through after it was won."),
    (LOST, MID, 3, "It came back to life, at Meeting."),
    (MID, WON, 3, "Won: Kim is a customer."),
    (LOST, WON, 5, "Won again: Kim is a customer."),
    (None, MID, 0, "It began at Meeting."),
])  # fmt: skip
def test_each_step_in_words(before: Rung | None, rung: Rung, top: int, says: str) -> None:
    assert moved("Kim", before, rung, top) == says


@pytest.mark.parametrize(("given", "says"), [
    (("referral_stage", 1500, "Meeting", ""), "1,500 points for Meeting."),
    (("referral_stage", 600, "Meeting", "wallet of Engines"), "600 points for Meeting, into the wallet of Engines."),
    (("referral_clawback", -25000, "Won", ""), "Taken back: the deal is no longer won. The other stages stay paid."),
    (("referral_restored", 25000, "Won", ""), "Returned in full: the deal is won again."),
    (("correction", -50, "", ""), "50 points taken off by hand."),
])  # fmt: skip
def test_each_entry_in_words(given: tuple[str, int, str, str], says: str) -> None:
    assert paid(*given) == says


def test_a_story_from_the_introduction_to_the_win(scene: Scene) -> None:
    referral_id = scene.refer(mode="phone")
    scene.reach(referral_id, "accepted", "opportunity", "won", note="All good.")
    assert scene.story(referral_id) == [
        "You introduced Kim Lee with a telephone call.",
        "Nobody had introduced them before: compared by e-mail address.",
        "Kate Example, who looks after Engines, takes it from here.",
        "It moved up from Submitted to Accepted.",
        "It moved up from Accepted to Opportunity.",
        "Meeting was skipped, its 1,500 points are paid all the same.",
        "Won: Kim Lee is a customer.",
    ]


def test_points_stand_beside_the_stage_that_brought_them(scene: Scene) -> None:
    referral_id = scene.refer()
    scene.reach(referral_id, "accepted", "opportunity")
    with scene.app.app_context():
        moments = [m for m in registry.moments(f"referral:{referral_id}") if "advocate" in m.audience]
    assert [m.points for m in moments if m.points] == [100, 400, 5_000, 1_500]
    assert sum(m.points or 0 for m in moments) == 7_000


def test_every_reader_adds_up_to_the_same_points(scene: Scene) -> None:
    referral_id = scene.refer()
    scene.reach(referral_id, "meeting", "won", "lost", "won")
    with scene.app.app_context():
        moments = registry.moments(f"referral:{referral_id}")
    for reader in ("advocate", "rep", "manager"):
        assert sum(m.points or 0 for m in moments if reader in m.audience) == 32_000, reader


def test_a_win_lost_and_won_again_explains_each_point(scene: Scene) -> None:
    referral_id = scene.refer()
    scene.reach(referral_id, "won", "lost", "won")
    story = scene.story(referral_id)
    for sentence in (
        "The deal fell through after it was won.",
        "Taken back: the deal is no longer won. The other stages stay paid.",
        "Won again: Kim Lee is a customer.", "Returned in full: the deal is won again.",
    ):  # fmt: skip
        assert sentence in story


def test_the_advocate_reads_no_amounts_deals_or_numbers(scene: Scene) -> None:
    referral_id = scene.refer(deal_id="D-77")
    scene.reach(referral_id, "meeting", amount_hundredths=6_000_000, currency="USD", delivery_id=12)
    advocate, rep, manager = (
        " ".join(scene.story(referral_id, who)) for who in ("advocate", "rep", "manager")
    )
    for secret in ("D-77", "USD", "delivery", "entry", "was told", "RF-"):
        assert secret not in advocate
    assert "linked the CRM deal D-77" in rep
    assert "Worth USD 60,000. Recorded in the CRM." in rep
    assert "delivery" not in rep
    for detail in ("delivery 12", "key referral:", "was told where it stands", "rule: company"):
        assert detail in manager


def test_words_that_came_with_a_stage_are_a_quote_of_the_owner(scene: Scene) -> None:
    referral_id = scene.refer()
    scene.reach(referral_id, "meeting", note="They laughed.")
    with scene.app.app_context():
        quotes = {(m.quote, m.who) for m in registry.moments(f"referral:{referral_id}") if m.quote}
    assert quotes == {("They laughed.", "Kate Example")}


def test_a_stage_heard_late_says_so_to_the_manager(scene: Scene) -> None:
    referral_id = scene.refer(at=now() - dt.timedelta(days=9))
    scene.reach(referral_id, "meeting", happened_at=now() - dt.timedelta(days=5))
    assert ", heard " in " ".join(scene.story(referral_id, "manager"))
    assert ", heard " not in " ".join(scene.story(referral_id, "rep"))


def test_handed_over_and_set_by_hand(scene: Scene) -> None:
    referral_id = scene.refer()
    with scene.app.app_context(), edges.unit():
        hands.hand_over(referral_id, scene.ids["mary"], by_id=scene.ids["grace"], now=now())
        hands.set_stage(
            referral_id, "meeting", "She met them at the fair.", by_id=scene.ids["grace"], now=now()
        )
    story = " ".join(scene.story(referral_id, "rep"))
    assert "Mary Example looks after it now, instead of Kate Example." in story
    assert "Recorded by a manager, by hand by Grace Example." in story


def test_nobody_owns_it_yet(scene: Scene) -> None:
    referral_id = scene.refer("grace")
    assert "We are finding somebody in sales to look after it." in scene.story(referral_id)
    assert any(line.startswith("No rule found an owner") for line in scene.story(referral_id, "manager"))


def test_a_claimed_stub_finds_the_day_they_joined(scene: Scene) -> None:
    referral_id = scene.refer()
    with scene.app.app_context(), edges.unit():
        found = db.session.get_one(Member, scene.ids["ada"])
        found.stub_key, found.joined_at = "verbal:x", now()
    assert "You joined, and your points were waiting." in scene.story(referral_id)


def test_coming_along_to_a_richer_ladder_is_told(scene: Scene) -> None:
    referral_id = scene.refer()
    scene.reach(referral_id, "meeting")
    version = scene.publish(replace(SAMPLE, ladder=RICHER))
    with scene.app.app_context(), edges.unit():
        programmes.apply_to_open(version.programme_id, version.id, by_id=scene.ids["grace"], now=now())
    story = scene.story(referral_id)
    assert "The programme’s ladder changed, and this referral came along: it never pays less for it." in story
    assert story[-1] == "Demo was skipped, its 1,000 points are paid all the same."


def test_a_stage_that_the_ladder_no_longer_has_is_still_a_sentence(scene: Scene) -> None:
    referral_id = scene.refer()
    with scene.app.app_context(), edges.unit():
        step = {
            "referral_id": referral_id,
            "to_rung": "old-stage",
            "happened_at": now(),
            "heard_at": now(),
            "source": "crm",
        }
        db.session.execute(insert(StageEvent), [step])
    assert any("Old stage" in line for line in scene.story(referral_id))


def test_other_subjects_are_not_ours(scene: Scene) -> None:
    with scene.app.app_context():
        assert registry.moments("member:1") == []
        assert registry.moments("referral:999") == []
        assert registry.moments("referral:x") == []


def _plant(scene: Scene, *statements: Any) -> list[str]:
    with scene.app.app_context(), edges.unit():
        for statement in statements:
            db.session.execute(statement)
    return scene.prove()


def _account(scene: Scene, who: str = "ada") -> int:
    with scene.app.app_context():
        return ledger.account_for(member_id=scene.ids[who])


def _book(scene: Scene, referral_id: int, end: str, points: int, who: str = "ada") -> list[str]:
    with scene.app.app_context(), edges.unit():
        wish = Award(
            account_id=ledger.account_for(member_id=scene.ids[who]), points=points, reason="referral_stage",
            key=f"referral:{referral_id}:stage:{end}", subject=f"referral:{referral_id}", happened_at=now(),
        )  # fmt: skip
        ledger.award_many([wish], now=now())
    return scene.prove()


def test_prove_finds_a_wrong_standing(scene: Scene) -> None:
    referral_id = scene.refer()
    wrong = {"rung": "meeting", "state": "won", "highest_rung": "won"}
    found = _plant(scene, update(Referral).where(Referral.id == referral_id).values(**wrong))
    assert [line.split(": ")[1] for line in found] == [
        "rung says meeting, its events come to submitted", "state says won, its events come to open",
        "highest rung says won, its events come to submitted",
    ]  # fmt: skip


def test_prove_finds_points_that_were_never_booked(scene: Scene) -> None:
    referral_id = scene.refer()
    at = now()
    step = {
        "referral_id": referral_id,
        "to_rung": "accepted",
        "happened_at": at,
        "heard_at": at,
        "source": "crm",
    }
    stands = (
        update(Referral).where(Referral.id == referral_id).values(rung="accepted", highest_rung="accepted")
    )
    assert _plant(scene, insert(StageEvent).values(**step), stands) == [
        f"referral {referral_id}: 400 points for accepted were never booked"
    ]


def test_prove_finds_points_for_a_stage_never_reached(scene: Scene) -> None:
    referral_id = scene.refer()
    (line,) = _book(scene, referral_id, "won", 25_000)
    assert "25,000 points were booked for won, which it never reached" in line


def test_prove_finds_a_wrong_amount_and_a_wrong_wallet(scene: Scene) -> None:
    scene.publish(hold_submission=True)
    referral_id = scene.refer()
    scene.publish()
    scene.reach(referral_id, "submitted", happened_at=now())
    lines = _book(scene, referral_id, "submitted", 99, who="bea")
    assert any("paid 99 to the member, and the ladder says 100 to the member" in line for line in lines)
    assert any("isn't its payee's" in line for line in lines)


def test_prove_finds_a_claw_back_that_was_forgotten(scene: Scene) -> None:
    referral_id = scene.refer()
    scene.reach(referral_id, "won")
    at = now()
    step = {"referral_id": referral_id, "to_rung": "lost", "happened_at": at, "heard_at": at, "source": "crm"}
    stands = (
        update(Referral).where(Referral.id == referral_id).values(rung="lost", state="lost", lead_key=None)
    )
    (line,) = _plant(scene, insert(StageEvent).values(**step), stands)
    assert "is no longer won, and no claw-back was decided" in line


def test_prove_finds_a_claw_back_without_its_entry(scene: Scene) -> None:
    referral_id = scene.refer()
    scene.reach(referral_id, "won")
    row = {"referral_id": referral_id, "account_id": _account(scene), "number": 1, "kind": "taken", "points": 25_000,
           "short_by": 0, "created_at": now()}  # fmt: skip
    found = _plant(scene, insert(Clawback).values(**row))
    assert any("says -25,000 points, the books say 0" in line for line in found)
    assert any("was not given back what was taken" in line for line in found)


def test_prove_finds_a_referral_without_its_submission(scene: Scene) -> None:
    referral_id = scene.refer()
    with scene.app.app_context(), edges.unit():
        db.session.execute(text("DROP TRIGGER stage_events_no_delete"))
        db.session.execute(text("DELETE FROM stage_events"))
    found = scene.prove()
    assert f"referral {referral_id}: has no stage event, not even its submission" in found


def test_prove_walks_through_every_batch(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.referrals.proof.BATCH", 2)
    made = [scene.refer(email=f"p{number}@example.org") for number in range(5)]
    assert scene.prove() == []
    found = _plant(scene, update(Referral).values(rung="won"))
    assert len(found) == len(made)
