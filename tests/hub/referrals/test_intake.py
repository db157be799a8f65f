"""Taking a referral in: once, kindly refused, owned by somebody."""

import datetime as dt
import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from hub.activity.queries import about
from hub.core.clock import now
from hub.core.db import db
from hub.notices.models import Notice
from hub.referrals.extras import Extras
from hub.referrals.intake import Refusal
from hub.referrals.models import Referral
from tests.hub.referrals.scene import SAMPLE, Scene


def test_a_referral_has_a_code_an_owner_and_a_hundred_points(each_scene: Scene) -> None:
    found = each_scene.look(each_scene.refer())
    assert (found.owner_id, found.owner_rule) == (each_scene.ids["kate"], "company")
    assert found.code.startswith("RF-")
    assert len(found.code) == 9
    assert (found.rung, found.state, found.company_id) == ("submitted", "open", each_scene.ids["engines"])
    assert each_scene.entries(found.id) == {"submitted": 100}
    assert each_scene.prove() == []


def test_the_owner_is_told(scene: Scene) -> None:
    referral_id = scene.refer()
    with scene.app.app_context():
        told = db.session.execute(select(Notice.member_id, Notice.kind, Notice.subject)).all()
    assert list(map(tuple, told)) == [(scene.ids["kate"], "referral.submitted", f"referral:{referral_id}")]


def test_without_a_rep_the_programmes_default_owner_takes_it(scene: Scene) -> None:
    scene.publish(default_owner="mary@example.com")
    found = scene.look(scene.refer("grace"))
    assert (found.owner_id, found.owner_rule) == (scene.ids["mary"], "programme")


def test_without_either_nobody_owns_it_and_it_is_taken_all_the_same(scene: Scene) -> None:
    found = scene.look(scene.refer("grace"))
    assert (found.owner_id, found.owner_rule) == (None, "none")


@pytest.mark.parametrize(
    "again", ["kim@example.org", " KIM@Example.org ", "kim+work@example.org", "Kim+x+y@EXAMPLE.ORG"]
)
def test_somebody_introduced_before_is_refused_kindly(scene: Scene, again: str) -> None:
    scene.refer()
    with pytest.raises(Refusal, match="introduced this person already") as refused:
        scene.refer("bea", again)
    assert refused.value.field == "contact_email"
    assert len(scene.all()) == 1


def test_gmail_without_dots_is_the_same_person(scene: Scene) -> None:
    scene.refer(email="kim.lee@gmail.com")
    with pytest.raises(Refusal, match="already"):
        scene.refer("bea", "kimlee+news@googlemail.com")


def test_a_telephone_number_is_enough_to_be_recognised(scene: Scene) -> None:
    scene.refer(email="", contact={"phone": "+49 (30) 123-4567"})
    with pytest.raises(Refusal, match="already") as refused:
        scene.refer("bea", "", contact={"phone": "0049 30 1234567"})
    assert refused.value.field == "contact_phone"


def test_somebody_without_address_and_number_is_compared_with_nobody(scene: Scene) -> None:
    assert scene.refer(email="") != scene.refer("bea", "")


@pytest.mark.parametrize(
    "own", ["ada@example.com", "ADA@example.com", "ada+me@example.com", " ada@example.com"]
)
def test_nobody_introduces_themselves(scene: Scene, own: str) -> None:
    with pytest.raises(Refusal, match="your own e-mail"):
        scene.refer("ada", own)
    assert scene.all() == []


def test_a_lost_person_may_be_introduced_by_somebody_else(scene: Scene) -> None:
    scene.reach(scene.refer(), "accepted", "lost")
    assert scene.refer("bea") > 0


def test_a_reopened_referral_takes_its_person_again(each_scene: Scene) -> None:
    referral_id = each_scene.refer()
    each_scene.reach(referral_id, "lost", "accepted")
    with pytest.raises(Refusal, match="already"):
        each_scene.refer("bea")


def test_a_reopened_referral_leaves_its_person_to_whoever_came_meanwhile(each_scene: Scene) -> None:
    first = each_scene.refer()
    each_scene.reach(first, "lost")
    second = each_scene.refer("bea")
    each_scene.reach(first, "meeting")
    assert (each_scene.look(first).lead_key, each_scene.look(second).lead_key) == (None, "kim@example.org")
    assert each_scene.look(first).state == "open"
    assert each_scene.prove() == []


def test_the_daily_cap_counts_today_only(scene: Scene) -> None:
    scene.publish(daily_cap=2)
    yesterday = now() - dt.timedelta(days=1, hours=1)
    scene.refer(email="a@example.org", at=yesterday)
    scene.refer(email="b@example.org")
    scene.refer(email="c@example.org")
    with pytest.raises(Refusal, match="2 people today") as refused:
        scene.refer(email="d@example.org")
    assert refused.value.field == "form"
    assert scene.refer("bea", "d@example.org") > 0


def test_the_monthly_cap_counts_this_month_only_and_turns_no_stranger_away(scene: Scene) -> None:
    scene.publish(extras=Extras(monthly_cap=2))
    for at, email in ((20, "a"), (16, "b"), (9, "c")):  # the last of October, then November
        when = dt.datetime(2026, 11, 17, 12, tzinfo=dt.UTC) - dt.timedelta(days=at)
        scene.refer(email=f"{email}@example.org", at=when)
    later = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
    with pytest.raises(Refusal, match=r"2 people this month.*send it next month") as refused:
        scene.refer(email="d@example.org", at=later)
    assert refused.value.field == "form"
    assert scene.refer("bea", "d@example.org", at=later) > 0
    assert scene.refer(email="e@example.org", at=later, since=later + dt.timedelta(days=1)) > 0
    assert scene.refer(email="f@example.org", at=later + dt.timedelta(days=1)) > 0


def test_a_programme_for_partners_refuses_a_customer(scene: Scene) -> None:
    scene.publish(replace(SAMPLE, audience=("partner",)))
    with pytest.raises(Refusal, match="for partners"):
        scene.refer()


def test_the_same_form_sent_twice_is_one_referral(each_scene: Scene) -> None:
    assert each_scene.refer(once="a1") == each_scene.refer(once="a1")
    assert len(each_scene.all()) == 1


def test_somebody_elses_form_of_the_same_name_is_another(scene: Scene) -> None:
    assert scene.refer(once="a1") != scene.refer("bea", "other@example.org", once="a1")


def test_nul_and_spaces_are_left_out(each_scene: Scene) -> None:
    found = each_scene.look(
        each_scene.refer(name="  Kim\0 Lee ", contact={"why": "\0", "company": "  Globex "})
    )
    assert (found.contact_name, found.why, found.contact_company) == ("Kim Lee", None, "Globex")


def test_a_deal_of_another_referral_is_refused_by_its_code(each_scene: Scene) -> None:
    first = each_scene.look(each_scene.refer(deal_id="D-1"))
    with pytest.raises(Refusal, match=f"Deal D-1 belongs to referral {first.code} already") as refused:
        each_scene.refer("bea", "other@example.org", deal_id="D-1")
    assert refused.value.field == "deal_id"
    assert len(each_scene.all()) == 1


def test_the_fact_names_nobody(scene: Scene) -> None:
    referral_id = scene.refer(deal_id="D-1")
    with scene.app.app_context():
        facts = {fact.kind: fact.data for fact in about(f"referral:{referral_id}")}
    assert facts["referral.submitted"] == {
        "mode": "form", "owner_id": scene.ids["kate"], "owner_rule": "company", "compared_by": "email"
    }  # fmt: skip
    assert facts["referral.deal_linked"] == {"deal_id": "D-1"}


def _race(scene: Scene, attempts: list[tuple[str, str]]) -> list[str]:
    """All at once, each in a thread; what each was told, "in" for who won."""
    ready, told = threading.Barrier(len(attempts)), [""] * len(attempts)

    def run(place: int, who: str, email: str) -> None:
        ready.wait()
        try:
            scene.refer(who, email)
            told[place] = "in"
        except Refusal as refusal:
            told[place] = refusal.field

    threads = [threading.Thread(target=run, args=(i, *attempt)) for i, attempt in enumerate(attempts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_of_two_who_introduce_the_same_person_at_once_one_wins_and_the_other_is_told(
    each_scene: Scene,
) -> None:
    told = _race(each_scene, [("ada", "kim@example.org"), ("bea", "kim@example.org")] * 3)
    assert sorted(told) == ["contact_email"] * 5 + ["in"]
    assert len(each_scene.all()) == 1
    assert each_scene.prove() == []


def test_the_cap_holds_when_many_forms_are_sent_at_once(each_scene: Scene) -> None:
    each_scene.publish(daily_cap=2)
    told = _race(each_scene, [("ada", f"p{number}@example.org") for number in range(6)])
    assert sorted(told) == ["form"] * 4 + ["in"] * 2
    with each_scene.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Referral)) == 2
