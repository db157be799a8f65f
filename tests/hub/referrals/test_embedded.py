"""From a form on somebody else's page to a referral: with what sales asks, and with the credit that was meant."""

import re
from dataclasses import replace
from html import unescape

import pytest

from hub import members
from hub.core import edges, registry
from hub.core.clock import now
from hub.core.db import db
from hub.members.models import Member
from hub.referrals.lead_terms import Vetting
from hub.sharing import embeds, queries
from hub.sharing.queries import address
from tests.hub.referrals import visitors
from tests.hub.referrals.scene import SAMPLE, Scene
from tests.hub.referrals.visitors import KIM, Visitor, terms
from tests.hub.sharing.test_print_and_embeds import words_in

ASKED = (
    Vetting(key="tool", label="What do you use today?", required=True),
    Vetting(key="size", label="How many are you?", kind="choice", options=("1 to 20", "More"), required=True),
)


def made(scene: Scene, credit: str = "") -> str:
    """The survey's form of an embed that Grace made; its path."""
    data = {"subject": "programme:1", "credit": credit}
    answer = scene.browser("grace").post("/manage/content/embeds", data=data)
    assert answer.status_code == 303, answer.text
    page = scene.browser("grace").get(answer.location).text
    found = re.findall(r"/embed/\d+/[0-9a-f]+/form", page)
    return str(found[0])


@pytest.mark.parametrize("credit", ["", "ada@example.com"])
def test_a_form_elsewhere_becomes_a_referral_with_the_credit_that_was_meant(
    scene: Scene, credit: str
) -> None:
    terms(scene, vetting=ASKED)
    path, visitor = made(scene, credit), Visitor(scene)
    assert 'name="contact_email"' in visitor.client.get(path).text
    page = visitor.client.post(path, data=KIM).text
    for field in ("q_tool", "q_size"):
        assert f'name="{field}"' in page, "what must be answered is asked before it is sent"
    target = re.search(r'<form class="form" method="post" action="(/r/[^"]+)"', page)
    assert target is not None
    answer = visitor.client.post(unescape(target[1]), data={**KIM, "q_tool": "Paper", "q_size": "More"})
    assert answer.status_code == 303, answer.text
    referral = visitors.whole(scene, 1)
    with scene.app.app_context(), edges.reading():
        problems = [line for check in registry.checks.values() for line in check()]
    assert problems == []
    if credit:
        assert (referral.advocate_id, referral.breakage) == (scene.ids["ada"], None)
        assert "Ada" in visitor.open(target[1].rpartition("/")[2]).text
    else:
        assert referral.advocate_id is None
        assert "credits nobody" in (referral.breakage or "")
        assert "Grace" not in visitor.open(target[1].rpartition("/")[2]).text
        assert scene.entries(1) == {}


def test_each_programme_has_its_link_and_its_flyer(scene: Scene) -> None:
    scene.publish(replace(SAMPLE, slug="second", name="Second offer"))
    ada = scene.browser("ada")
    share = ada.get("/share").text
    for number in (1, 2):
        assert f'href="/share/programme/{number}"' in share
        assert f"to=programme:{number}" in ada.get("/share/toolkit").text.replace("%3A", ":")
    for number in (2, 1):
        to = f"programme:{number}"
        made = ada.post("/share/toolkit/links", data={"to": to})
        assert made.location.replace("%3A", ":") == f"/share/toolkit?to={to}"
        with scene.app.app_context(), edges.reading():
            own = address(queries.of_member(scene.ids["ada"], to)["qr"])
        assert own in ada.get(made.location).text
        assert f"/URI ({own})" in words_in(ada.get(f"/share/toolkit/flyer.pdf?to={to}").data)


def test_the_team_is_never_credited_by_an_embed(scene: Scene) -> None:
    desk = scene.browser("grace")
    page = desk.get("/manage/content/embeds").text
    assert re.findall(r'<option[^>]*value="([^"]+)"', page)[0] == "programme:1", "strangers are taken in"
    for named in ("grace@example.com", "nobody@example.com", "@nobody"):
        refused = desk.post("/manage/content/embeds", data={"subject": "programme:1", "credit": named})
        assert (refused.status_code, 'id="credit-error"' in refused.text) == (422, True), named
    with scene.app.app_context(), edges.unit():
        grace, ada = (db.session.get_one(Member, scene.ids[name]) for name in ("grace", "ada"))
        members.disable(ada, now=now())
        with pytest.raises(embeds.CreditsNobody):
            embeds.make(grace, "programme:1", now(), credit=ada)
