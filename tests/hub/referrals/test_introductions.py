"""Introductions without anybody's data: a mail of one's own, a lunch, a company; met, paid, reported on."""

import re
from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest

from hub import members
from hub.core import edges, registry
from hub.core.clock import now
from tests.hub.referrals import visitors
from tests.hub.referrals.scene import Scene

MET = {"contact_name": "Kim Lee", "contact_email": "kim@example.org", "once": "1"}


def text(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def announce(scene: Scene, kind: str, **typed: str) -> str:
    """Ada announces an introduction; gives the path of its page."""
    data = {"programme": "aluv", "once": f"{kind}-1", **typed}
    answer = scene.browser("ada").post(f"/referrals/introductions/new/{kind}", data=data)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_a_mail_of_ones_own_carries_the_tag_and_nothing_about_the_person(scene: Scene) -> None:
    path = announce(scene, "warm_email")
    shown = scene.browser("ada").get(path)
    found = re.search(r'href="(mailto:[^"]+)"', shown.text)
    assert found is not None
    mail = unquote(unescape(found[1]))
    assert mail.startswith("mailto:?cc=kate@example.com&")
    tag = re.search(r"\[(IN-[A-Z0-9]{6})\]", mail)
    assert tag is not None
    assert "\r\n" in mail
    assert "introduction.announced" in visitors.told(scene, "kate")
    assert tag[1] in text(scene.browser("kate").get("/inbox"))
    assert scene.all() == [], "nothing is paid for announcing"
    assert announce(scene, "warm_email") == path, "sent twice it is one"


@pytest.mark.parametrize(("kind", "typed", "mode"), [
    ("warm_email", {}, "Warm e-mail"), ("lunch", {"held_on": "2030-01-02", "words": "Near the station"}, "Over lunch"),
    ("lead", {"company": "Globex"}, "A company named"),
])  # fmt: skip
def test_whoever_was_met_is_the_advocates_referral_and_the_way_is_reported(
    scene: Scene, kind: str, typed: dict[str, str], mode: str
) -> None:
    path = announce(scene, kind, **typed)
    sales = path.replace("/referrals/", "/sales/")
    assert scene.browser("mary").get(sales).status_code == 404, "it is Kate's company"
    assert "Ada Example" in text(scene.browser("kate").get("/sales/introductions"))
    for _ in range(2):
        answer = scene.browser("kate").post(f"{sales}/people", data=MET)
        assert answer.status_code == 303
    (found,) = scene.all()
    assert (found.advocate_id, found.owner_id) == (scene.ids["ada"], scene.ids["kate"])
    assert scene.entries(found.id) == {"submitted": 100}
    assert visitors.consent(scene, found.id).state == "accepted"  # type: ignore[union-attr]
    assert "It began when" in "\n".join(scene.story(found.id))
    assert "Kim Lee" in text(scene.browser("ada").get(path))
    report = scene.browser("grace").get("/manage/attribution").text
    assert re.search(rf"{mode}</th><td[^>]*>1<", report)
    assert scene.prove() == []


def test_every_way_is_reported_by_itself(scene: Scene) -> None:
    for place, way in enumerate(("form", "phone", "verbal", "warm_email")):
        scene.refer("ada", f"p{place}@example.org", mode=way)
    visitors.Visitor(scene).send(visitors.linked(scene))
    report = scene.browser("grace").get("/manage/attribution").text
    for label in ("Form", "Telephone", "In conversation", "Warm e-mail", "Personal link"):
        assert re.search(rf"{label}</th><td[^>]*>1<", report), label


def test_nothing_came_of_it_and_its_advocate_reads_why(scene: Scene) -> None:
    path = announce(scene, "lead", company="Globex")
    sales = path.replace("/referrals/", "/sales/")
    assert scene.browser("kate").post(f"{sales}/closing", data={"answer": ""}).status_code == 422
    scene.browser("kate").post(f"{sales}/closing", data={"answer": "They just signed elsewhere."})
    assert "They just signed elsewhere." in text(scene.browser("ada").get(path))
    assert "introduction.closed" in visitors.told(scene, "ada")
    late = scene.browser("kate").post(f"{sales}/people", data=MET)
    assert late.status_code == 422
    assert "was closed" in text(late)


def test_the_link_in_a_mail_leads_its_advocate_to_their_page_and_the_rep_on_to_theirs(scene: Scene) -> None:
    path = announce(scene, "lunch")
    with scene.app.test_request_context(), edges.reading():
        where = registry.links(["introduction:1"])["introduction:1"][1]
    assert where == path
    assert scene.browser("ada").get(where).status_code == 200
    for who in ("kate", "grace"):
        answer = scene.browser(who).get(where)
        assert answer.headers["Location"] == path.replace("/referrals/", "/sales/")
    for who in ("bea", "mary"):
        assert scene.browser(who).get(where).status_code == 404


def test_the_same_form_with_somebody_else_in_it_is_another_person(scene: Scene) -> None:
    people = f"{announce(scene, 'lunch')}/people".replace("/referrals/", "/sales/")
    kate = scene.browser("kate")
    for email in ("kim@example.org", "kim@example.org", "lou@example.org"):
        assert kate.post(people, data={**MET, "contact_email": email}).status_code == 303
    assert [found.contact_email for found in scene.all()] == ["kim@example.org", "lou@example.org"]


def test_nobody_is_credited_who_is_no_longer_a_member(scene: Scene) -> None:
    people = f"{announce(scene, 'lunch')}/people".replace("/referrals/", "/sales/")
    with scene.app.app_context(), edges.unit():
        ada = members.get(scene.ids["ada"])
        assert ada is not None
        ada.disabled_at = now()
    answer = scene.browser("kate").post(people, data=MET)
    assert answer.status_code == 422
    assert "Ada Example is no longer a member here" in text(answer)
    assert 'value="kim@example.org"' in answer.text
    assert scene.all() == []


def test_what_is_wrong_is_told_at_its_field(scene: Scene) -> None:
    ada = scene.browser("ada")
    for kind, data, says in (
        ("lead", {"programme": "aluv"}, "Which company?"),
        ("lunch", {"programme": "aluv", "held_on": "2020-01-01"}, "That day has passed"),
        ("warm_email", {"programme": "other"}, "Not a valid choice"),
    ):
        answer = ada.post(f"/referrals/introductions/new/{kind}", data=data)
        assert answer.status_code == 422
        assert says in text(answer)
    assert ada.get("/referrals/introductions/new/pigeon").status_code == 404


def test_the_form_opens_filled_in_from_where_somebody_works(scene: Scene) -> None:
    ada = scene.browser("ada")
    shown = ada.get("/referrals/new?name=Kim+Lee&company=Globex&title=CFO&email=kim@example.org")
    for name in ("Kim Lee", "Globex", "CFO"):
        assert f'value="{name}"' in shown.text
    assert "kim@example.org" not in shown.text, "an address in a link ends up in logs"
    ways = text(ada.get("/referrals/introductions"))
    assert "/referrals/new?name=Kim+Lee&company=Globex" in ways
    assert "/referrals/introductions/new/warm_email" in ways
