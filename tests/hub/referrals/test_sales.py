"""What reps see and write down."""

import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select

from hub import members
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.members.models import Member
from hub.referrals.verbal import parse
from tests.hub.referrals.scene import Scene


def _text(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def _log(
    scene: Scene,
    advocate: str,
    contact: str = "Kim Lee, Globex, kim@example.org",
    who: str = "kate",
    **more: str,
) -> Any:
    data = {
        "advocate": advocate,
        "contact": contact,
        "note": "At the fair.",
        "programme": "aluv",
        "once": "t1",
        **more,
    }
    return scene.browser(who).post("/sales/verbal", data=data)


@pytest.mark.parametrize(("written", "read"), [
    ("Kim Lee, Globex, kim@globex.example, +49 30 1234", ("Kim Lee", "kim@globex.example", "+49 30 1234", "Globex")),
    ("kim@globex.example", ("Kim", "kim@globex.example", None, None)),
    ("Kim Lee <Kim@Globex.example>", ("Kim Lee", "kim@globex.example", None, None)),
    ("Kim Lee at Globex 030 1234567", ("Kim Lee", None, "030 1234567", "Globex")),
    ("+49 (30) 123-4567; Kim Lee; Globex", ("Kim Lee", None, "+49 (30) 123-4567", "Globex")),
    ("Kim Lee", ("Kim Lee", None, None, None)),
    ("  ", ("", None, None, None)),
    ("Kim Lee, Globex, Inc.", ("Kim Lee", None, None, "Globex, Inc.")),
])  # fmt: skip
def test_one_field_is_read_in_any_order(written: str, read: tuple[str | None, ...]) -> None:
    found = parse(written)
    assert (found.name, found.email, found.phone, found.company) == read


@pytest.mark.parametrize("advocate", ["ada@example.com", "ADA@example.com", "Ada Example", "ada  example"])
def test_a_registered_advocate_is_found_by_mail_or_name(each_scene: Scene, advocate: str) -> None:
    answer = _log(each_scene, advocate)
    assert answer.status_code == 303
    (found,) = each_scene.all()
    assert answer.headers["Location"] == f"/sales/referrals/{found.id}"
    assert (found.advocate_id, found.mode, found.owner_id) == (
        each_scene.ids["ada"],
        "verbal",
        each_scene.ids["kate"],
    )
    assert (found.contact_name, found.contact_company, found.contact_email) == (
        "Kim Lee",
        "Globex",
        "kim@example.org",
    )
    assert each_scene.entries(found.id) == {"submitted": 100}
    assert each_scene.prove() == []


def test_the_company_of_the_advocate_decides_who_owns_it(scene: Scene) -> None:
    _log(scene, "Bea Example")
    assert scene.all()[0].owner_id == scene.ids["mary"]


def test_the_story_says_who_wrote_it_down(scene: Scene) -> None:
    _log(scene, "Ada Example")
    story = scene.story(scene.all()[0].id)
    assert story[0] == "You told Kate Example about Kim Lee, who wrote it down here."


def test_somebody_unknown_becomes_a_stub_with_points_waiting(each_scene: Scene) -> None:
    assert _log(each_scene, "Jane Doe, Acme").status_code == 303
    (found,) = each_scene.all()
    jane = each_scene.look(found.id).advocate
    assert jane is not None
    assert (jane.name, jane.is_stub, jane.email) == ("Jane Doe", True, None)
    assert found.owner_id == each_scene.ids["kate"]
    assert each_scene.entries(found.id) == {"submitted": 100}


def test_the_same_stranger_twice_is_one_stub(scene: Scene) -> None:
    _log(scene, "Jane Doe, Acme")
    _log(scene, "jane doe,  ACME", "Lou, lou@example.org", once="t2")
    advocates = {found.advocate_id for found in scene.all()}
    assert len(scene.all()) == 2
    assert len(advocates) == 1


def test_the_same_form_with_somebody_else_in_it_is_another_conversation(scene: Scene) -> None:
    for contact in ("Kim, kim@example.org", "Kim, kim@example.org", "Lou, lou@example.org"):
        assert _log(scene, "Ada Example", contact, once="t1").status_code == 303
    assert [found.contact_email for found in scene.all()] == ["kim@example.org", "lou@example.org"]


def test_the_stub_claims_and_finds_the_points(scene: Scene) -> None:
    _log(scene, "Jane Doe, Acme, jane@acme.example")
    (found,) = scene.all()
    page = scene.browser("kate").post(f"/sales/referrals/{found.id}/claim-link")
    link = re.search(r"https?://[^/]+(/invitations/[\w-]+)", page.text)
    assert link is not None
    visitor = scene.browser(None)
    visitor.get(link.group(1))
    visitor.post(
        link.group(1),
        data={"name": "Jane Doe", "email": "jane@acme.example", "password": "paper lantern tide"},
    )
    with scene.app.app_context():
        jane = members.find("jane@acme.example")
        assert jane is not None
        assert not jane.is_stub
        assert jane.id == found.advocate_id
    assert "You joined, and your points were waiting." in scene.story(found.id)


def test_a_member_has_nothing_to_claim(scene: Scene) -> None:
    referral_id = scene.refer()
    assert scene.browser("kate").post(f"/sales/referrals/{referral_id}/claim-link").status_code == 303


@pytest.mark.parametrize(("advocate", "contact", "says"), [
    ("", "Kim, kim@example.org", "Who told you about them?"),
    ("Jane Doe", "Kim, kim@example.org", "Nobody here is called Jane Doe"),
    ("Jane Doe, Acme", "Kim Lee", "Add an e-mail or a telephone number"),
    ("ada@example.com", "ada+x@example.com", "Both fields name the same person"),
    ("Jane <jane@@acme>", "Kim, kim@example.org", "Nobody here is called Jane"),
])  # fmt: skip
def test_what_is_unclear_is_asked_and_kept(scene: Scene, advocate: str, contact: str, says: str) -> None:
    answer = _log(scene, advocate, contact)
    assert answer.status_code == 422
    assert says in _text(answer)
    assert "At the fair." in answer.text
    assert scene.all() == []
    with scene.app.app_context():
        assert db.session.scalar(select(func.count()).where(Member.is_stub)) == 0


def test_namesakes_are_told_apart_by_company_or_mail(scene: Scene) -> None:
    with scene.app.app_context(), edges.unit():
        members.add("other@example.com", name="Ada Example", now=now(), company_id=scene.ids["foods"])
    assert "2 people here are called Ada Example" in _text(_log(scene, "Ada Example"))
    assert _log(scene, "Ada Example, Engines").status_code == 303
    assert scene.all()[0].advocate_id == scene.ids["ada"]


def test_a_person_known_already_is_told(scene: Scene) -> None:
    scene.refer("bea")
    answer = _log(scene, "Ada Example")
    assert answer.status_code == 422
    assert "introduced this person already" in _text(answer)


def test_a_double_click_logs_once(scene: Scene) -> None:
    assert _log(scene, "Ada Example").status_code == 303
    assert _log(scene, "Ada Example").status_code == 303
    assert len(scene.all()) == 1


def test_my_advocates_come_with_their_metrics(scene: Scene) -> None:
    scene.reach(scene.refer(), "won")
    scene.refer(email="lou@example.org")
    text = _text(scene.browser("kate").get("/sales"))
    assert re.search(r"Ada Example.* 2 1 50 % 1 ", text)
    assert "ada@example.com" in text
    assert "Bea" not in text


def test_an_advocate_of_another_company_who_sent_me_somebody_is_mine_too(scene: Scene) -> None:
    _log(scene, "Jane Doe, Acme")
    text = _text(scene.browser("kate").get("/sales"))
    assert "Jane Doe" in text
    assert "not joined yet" in text


def test_a_customer_is_invited_by_a_link(scene: Scene) -> None:
    wish = {"name": "Lou Field", "email": "lou@field.example", "company": "Field"}
    answer = scene.browser("kate").post("/sales/invitations", data=wish)
    link = re.search(r"https?://[^/]+(/invitations/[\w-]+)", answer.text)
    assert link is not None
    assert "Lou Field" in scene.browser(None).get(link.group(1)).text


@pytest.mark.parametrize(("change", "says"), [
    ({"email": "ada@example.com"}, "is here already"), ({"email": "nonsense"}, "is not an e-mail address"),
    ({"name": ""}, "What are they called?"),
])  # fmt: skip
def test_an_invitation_that_cannot_be_is_refused_and_kept(
    scene: Scene, change: dict[str, str], says: str
) -> None:
    wish = {"name": "Lou Field", "email": "lou@field.example", "company": "Field works", **change}
    answer = scene.browser("kate").post("/sales/invitations", data=wish)
    assert answer.status_code == 422
    assert says in _text(answer)
    assert 'value="Field works"' in answer.text
    assert scene.browser("ada").post("/sales/invitations", data=wish).status_code == 403


def test_my_referrals_by_state(scene: Scene) -> None:
    scene.reach(scene.refer(name="Wanda"), "won")
    scene.reach(scene.refer(email="l@example.org", name="Lotte"), "lost")
    scene.refer(email="o@example.org", name="Otto")
    scene.refer("bea", "m@example.org", name="Marys")
    client = scene.browser("kate")
    for state, name in (("won", "Wanda"), ("lost", "Lotte"), ("open", "Otto")):
        text = _text(client.get(f"/sales/referrals?state={state}"))
        assert [who for who in ("Wanda", "Lotte", "Otto", "Marys") if who in text] == [name]
    assert "Marys" not in _text(client.get("/sales/referrals?state=all"))


def test_the_reps_page_says_how_to_reach_whom(scene: Scene) -> None:
    referral_id = scene.refer(contact={"phone": "+49 30 1234567", "why": "They still fax."})
    text = _text(scene.browser("kate").get(f"/sales/referrals/{referral_id}"))
    for words in ("Introduced by", "ada@example.com", "kim@example.org", "+49 30 1234567", "They still fax.",
                  "You look at it and get in touch with Kim"):  # fmt: skip
        assert words in text
    assert "Set the stage by hand" not in text


def test_the_companys_rep_sees_who_else_does_it(scene: Scene) -> None:
    referral_id = scene.refer(owner_id=scene.ids["mary"])
    text = _text(scene.browser("kate").get(f"/sales/referrals/{referral_id}"))
    assert "Mary looks at it and gets in touch with Kim" in text


def test_a_deal_is_linked_and_recorded(scene: Scene) -> None:
    referral_id = scene.refer()
    client = scene.browser("kate")
    answer = client.post(f"/sales/referrals/{referral_id}/deals", data={"deal_id": " D-10045 "})
    assert answer.status_code == 303
    assert "D-10045" in client.get(f"/sales/referrals/{referral_id}").text
    assert any("linked the CRM deal D-10045" in line for line in scene.story(referral_id, "rep"))
    again = client.post(f"/sales/referrals/{referral_id}/deals", data={"deal_id": "D-10045"})
    assert again.status_code == 303


@pytest.mark.parametrize(("deal", "says"), [
    ("D-1", "belongs to referral RF-"), ("two words", "no spaces"), ("", "Type the deal"), ("x" * 65, "64 characters"),
])  # fmt: skip
def test_a_deal_that_cannot_be_is_refused_and_kept(scene: Scene, deal: str, says: str) -> None:
    scene.refer("bea", "b@example.org", deal_id="D-1")
    referral_id = scene.refer()
    answer = scene.browser("kate").post(f"/sales/referrals/{referral_id}/deals", data={"deal_id": deal})
    assert answer.status_code == 422
    assert says in _text(answer)
    assert f'value="{deal}"' in answer.text


WRITES = ["/sales/referrals/{}/deals", "/sales/referrals/{}/claim-link"]


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize(("who", "status"), [(None, 303), ("ada", 403), ("bea", 403), ("mary", 404)])
def test_only_its_own_rep_writes(scene: Scene, path: str, who: str | None, status: int) -> None:
    referral_id = scene.refer()
    answer = scene.browser(who).post(path.format(referral_id), data={"deal_id": "D-9"})
    assert answer.status_code == status
    with scene.app.app_context():
        assert scene.look(referral_id).owner_id == scene.ids["kate"]
    assert not any("D-9" in line for line in scene.story(referral_id, "rep"))


@pytest.mark.parametrize("path", ["/sales", "/sales/referrals", "/sales/verbal", "/sales/referrals/1"])
def test_sales_is_for_reps(scene: Scene, path: str) -> None:
    scene.refer()
    assert scene.browser("ada").get(path).status_code == 403
    assert scene.browser(None).get(path).status_code == 303
    assert scene.browser("kate").get(path).status_code == 200


def test_a_rep_who_is_also_the_advocate_sees_their_own_page(scene: Scene) -> None:
    referral_id = scene.refer("mary", "x@example.org")
    assert scene.browser("mary").get(f"/referrals/{referral_id}").status_code == 200
