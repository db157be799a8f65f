"""Switching sending on and off, by command and at the desk: secrets stay sealed, wrong wishes are named."""

import pytest
from flask import Flask
from sqlalchemy import select

from hub.core import edges, registry
from hub.core.crypto import unseal
from hub.core.db import db
from hub.crm import connections
from hub.crm.outward.desk import panel
from hub.crm.outward.models import PushTarget
from tests.hub.crm.outward.conftest import Start
from tests.hub.crm.outward.fakes import SECRETS
from tests.hub.crm.outward.scene import Outside
from tests.hub.members.people import browser, person

URL = "https://crm.example.com/hooks"


def hurrah(scene: Outside, *words: str, typed: str = "") -> tuple[int, str, str]:
    found = scene.app.test_cli_runner().invoke(args=["connection", "push", *words], input=typed)
    return found.exit_code, found.stdout, found.stderr


def target(app: Flask) -> PushTarget | None:
    with app.app_context(), edges.reading():
        found = db.session.scalars(select(PushTarget)).one_or_none()
        db.session.expunge_all()
        return found


def test_a_generic_receiver_gets_a_secret_that_is_shown_once(outside: Outside) -> None:
    outside.connect("generic")
    code, out, _ = hurrah(outside, "generic", "--to", URL)
    assert code == 0
    assert f"New referrals are sent to generic (The receiver at {URL}) from now on." in out
    secret = out.partition("shown only now): ")[2].strip()
    assert secret.startswith("whsec_")
    found = target(outside.app)
    assert found is not None
    assert secret not in found.sealed
    with outside.app.app_context():
        assert unseal(found.sealed) == secret
    assert "shown only now" not in hurrah(outside, "generic")[1]
    assert hurrah(outside, "generic", "--off")[1] == "Nothing more is sent to generic.\n"
    assert hurrah(outside, "generic", "--off")[1] == "Nothing was sent to generic anyway.\n"


def test_each_vendor_s_own_things(outside: Outside) -> None:
    outside.connect("hubspot", "salesforce", "pipedrive")
    assert hurrah(outside, "hubspot", "--token-stdin", "--set", "stage=new", typed="pat-1\n")[0] == 0
    salesforce = ("salesforce", "--domain", "acme.my.salesforce.com", "--token-stdin")
    assert "client_id: name the consumer key" in hurrah(outside, *salesforce, typed="s\n")[2]
    assert hurrah(outside, *salesforce, "--set", "client_id=3MVG9", typed="s\n")[0] == 0
    assert (
        hurrah(outside, "pipedrive", "--domain", "acme.pipedrive.com", "--token-stdin", typed="p\n")[0] == 0
    )
    with outside.app.app_context(), edges.reading():
        found = {row.address: row.options for row in db.session.scalars(select(PushTarget))}
    assert found == {
        "https://api.hubapi.com": {"stage": "new"}, "https://acme.my.salesforce.com": {"client_id": "3MVG9"},
        "https://acme.pipedrive.com": {},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "typed", "says"),
    [
        (("nobody",), "", "there is no connection called nobody"),
        (("generic",), "", "to: name the address"),
        (("generic", "--to", "http://crm.example.com"), "", "to: It must begin with https://."),
        (("generic", "--to", "https://me@crm.example.com"), "", "to: It must not hold a user name"),
        (("generic", "--to", URL, "--domain", "x"), "", "give one of them"),
        (("generic", "--to", URL, "--token-stdin"), "", "standard input has no token"),
        (("generic", "--to", URL, "--token-stdin"), "päss\n", "token: it has characters"),
        (("generic", "--to", URL, "--set", "stage"), "", "write OPTION=VALUE"),
        (("generic", "--to", URL, "--set", "stage=1"), "", "generic has no such option"),
        (("hubspot",), "", "token: HubSpot needs one"),
        (("hubspot", "--to", "https://evil.example.com", "--token-stdin"), "t\n", "it is always https://api.hubapi.com"),
        (("hubspot", "--token-stdin", "--set", "code_field=a b"), "t\n", "code_field: use the field's internal name"),
        (("pipedrive", "--domain", "acme.example.com", "--token-stdin"), "t\n", "it ends in .pipedrive.com"),
        (("pipedrive", "--domain", "a.pipedrive.com", "--token-stdin", "--set", "stage=x"), "t\n", "use its number"),
    ],
)  # fmt: skip
def test_wrong_wishes_are_named_in_one_line(
    outside: Outside, words: tuple[str, ...], typed: str, says: str
) -> None:
    outside.app.config["OUTGOING_ALLOW_PRIVATE"] = False
    outside.connect("generic", "hubspot", "pipedrive")
    code, _, error = hurrah(outside, *words, typed=typed)
    assert (code, says in error, error.count("\n")) == (2, True, 1)
    assert target(outside.app) is None


def test_a_manager_sets_it_up_sees_what_failed_and_sends_it_again(outside: Outside, start: Start) -> None:
    fake = start("hubspot")
    outside.connect("hubspot")
    person(outside.app, "grace@example.com", "Grace", roles=("manager",))
    desk = browser(outside.app, "grace@example.com")
    page = "/manage/connections/hubspot/push"
    assert "Set it up" in desk.get(page).text
    wrong = desk.post(page, data={"stage": "first-one"})
    assert wrong.status_code == 422
    assert "HubSpot needs one" in wrong.text
    assert 'value="first-one"' in wrong.text
    saved = desk.post(page, data={"token": SECRETS["hubspot"], "address": fake.url, "stage": "first-one"})
    assert (saved.status_code, saved.location) == (303, page)
    fake.mood = "401"
    outside.refer("Kim")
    for _ in range(8):
        outside.later(hours=1)
    shown = desk.get(page).text
    assert "HubSpot refuses our credentials (401)" in shown
    assert SECRETS["hubspot"] not in shown
    fake.mood = "ok"
    assert "1 referral is being sent again" in desk.post(f"{page}/again", follow_redirects=True).text
    outside.work()
    assert outside.push().state == "sent"
    assert fake.the_one()["dealstage"] == "first-one"
    assert "Nothing was set aside." in desk.post(f"{page}/again", follow_redirects=True).text
    assert "Sending is switched off" in desk.post(f"{page}/off", follow_redirects=True).text


def test_a_made_secret_is_shown_on_the_page_once(outside: Outside) -> None:
    outside.connect("generic")
    person(outside.app, "grace@example.com", "Grace", roles=("manager",))
    desk = browser(outside.app, "grace@example.com")
    first = desk.post("/manage/connections/generic/push", data={"address": URL})
    assert first.status_code == 200
    assert "whsec_" in first.text
    assert "whsec_" not in desk.get("/manage/connections/generic/push").text
    again = desk.post("/manage/connections/generic/push", data={"address": URL})
    assert again.status_code == 303
    inner = desk.post("/manage/connections/generic/push", data={"address": "gopher://127.0.0.1/"})
    assert (inner.status_code, "It must begin with https://" in inner.text) == (422, True)


@pytest.mark.parametrize("kind", ["generic", "hubspot", "salesforce", "pipedrive"])
def test_each_kind_s_page_asks_for_what_it_needs(outside: Outside, kind: str) -> None:
    outside.connect(kind)
    person(outside.app, "grace@example.com", "Grace", roles=("manager",))
    page = browser(outside.app, "grace@example.com").get(f"/manage/connections/{kind}/push")
    assert page.status_code == 200
    assert ('name="client_id"' in page.text) is (kind == "salesforce")
    assert ('name="address"' in page.text) is (kind != "hubspot")


def test_it_is_for_managers(outside: Outside) -> None:
    outside.connect("generic")
    person(outside.app, "rex@example.com", "Rex", roles=("rep",))
    page = "/manage/connections/generic/push"
    assert browser(outside.app, "rex@example.com").get(page).status_code == 403
    assert browser(outside.app, None).get(page).status_code == 303
    assert browser(outside.app, "rex@example.com").post(page, data={"address": URL}).status_code == 403
    person(outside.app, "grace@example.com", "Grace", roles=("manager",))
    assert browser(outside.app, "grace@example.com").get("/manage/connections/nobody/push").status_code == 404


def test_the_panel_of_a_connection_s_page(outside: Outside, start: Start) -> None:
    outside.sends("generic", start("generic"))
    outside.refer("Kim")
    outside.work()
    assert registry.panels["crm.push"] is panel
    with outside.app.test_request_context(), edges.reading():
        connection = connections.find("generic")
        assert connection is not None
        drawn = panel(connection)
    assert drawn.strip().startswith("<section")
    assert "1 sent" in drawn
    person(outside.app, "grace@example.com", "Grace", roles=("manager",))
    assert drawn.strip() in browser(outside.app, "grace@example.com").get("/manage/connections/generic").text
