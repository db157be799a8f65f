"""Single sign-on against a real provider: who is let in as whom."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub import members
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.members.models import Identity, Member
from tests.conftest import MakeApp
from tests.hub.members.people import PASSWORD, browser, change, facts, look, person, stub
from tests.hub.members.providers import Provider, consent, path_of, running_provider


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running_provider() as running:
        yield running


@pytest.fixture
def hub(make_app: MakeApp, provider: Provider) -> Flask:
    return make_app(OIDC_ISSUER=provider.issuer, OIDC_CLIENT_ID="hurrah", OIDC_CLIENT_SECRET="quiet please")


def travel(client: FlaskClient, subject: str, *, start: str = "/sign-in/oidc") -> tuple[int, str]:
    """There and back again; gives the status and the page or address at the end."""
    back = client.get(path_of(consent(client.get(start), subject)))
    return back.status_code, back.location or back.text


def people(hub: Flask) -> list[tuple[str | None, bool]]:
    with hub.app_context():
        return [(member.email, member.is_stub) for member in db.session.query(Member).order_by(Member.id)]


def test_a_newcomer_of_the_operators_provider_joins_as_advocate(hub: Flask, provider: Provider) -> None:
    with hub.app_context(), edges.unit():
        members.company("Acme", now=now(), domain="acme.example.com")
    provider.know("new-1", email="Nora@acme.example.com", name="Nora Vance")
    client = browser(hub, None)
    assert travel(client, "new-1") == (303, "/")
    assert client.get("/settings").status_code == 200
    with hub.app_context():
        nora = members.find("nora@acme.example.com")
        assert nora is not None
        assert nora.roles == {"advocate"}
        assert nora.password_hash is None
        company = members.company("Acme", now=now())
        assert nora.company_id == company.id
    assert facts(hub, nora.id) == ["member.joined", "member.sign_in_connected"]


def test_who_comes_back_is_known_by_issuer_and_subject_whatever_the_address_says(
    hub: Flask, provider: Provider
) -> None:
    provider.know("back-1", email="old@example.com")
    travel(browser(hub, None), "back-1")
    provider.know("back-1", email="new@example.com", email_verified=False)
    client = browser(hub, None)
    assert travel(client, "back-1") == (303, "/")
    assert "old@example.com" in client.get("/settings").text
    assert people(hub) == [("old@example.com", False)]


def test_another_subject_with_the_same_address_is_not_let_in(hub: Flask, provider: Provider) -> None:
    provider.know("first", email="shared@example.com")
    travel(browser(hub, None), "first")
    provider.know("second", email="shared@example.com")
    client = browser(hub, None)
    assert travel(client, "second") == (303, "/sign-in")
    assert client.get("/settings").status_code == 303
    assert people(hub) == [("shared@example.com", False)]


def test_another_issuer_with_the_same_subject_and_address_is_not_let_in(
    hub: Flask, provider: Provider, make_app: MakeApp
) -> None:
    provider.know("twin", email="twin@example.com")
    travel(browser(hub, None), "twin")
    url = hub.extensions["settings"].database_url
    moved = make_app(
        OIDC_ISSUER=provider.other_issuer,
        OIDC_CLIENT_ID="hurrah",
        OIDC_CLIENT_SECRET="quiet please",
        DATABASE_URL=url,
    )
    client = browser(moved, None)
    assert travel(client, "twin") == (303, "/sign-in")
    assert client.get("/settings").status_code == 303
    with moved.app_context():
        assert db.session.query(Identity).count() == 1


@pytest.mark.parametrize("claims", [{"email_verified": False}, {"email_verified": "true"}, {"email": None}])
def test_an_address_that_nobody_confirmed_joins_nobody(
    hub: Flask, provider: Provider, claims: dict[str, object]
) -> None:
    provider.know("unsure", **{"email": "unsure@example.com", **claims})
    status, page = travel(browser(hub, None), "unsure")
    assert status == 400
    assert "confirmed your e-mail address" in page
    assert people(hub) == []


def test_an_unconfirmed_address_of_a_member_connects_nothing(hub: Flask, provider: Provider) -> None:
    person(hub)
    provider.know("thief", email="ada@example.com", email_verified=False)
    client = browser(hub, None)
    status, _page = travel(client, "thief")
    assert status == 400
    client.post("/sign-in", data={"email": "ada@example.com", "password": PASSWORD})
    assert client.get("/sign-in/connect").status_code == 303
    with hub.app_context():
        assert db.session.query(Identity).count() == 0


def test_a_member_with_a_password_is_connected_after_signing_in_and_saying_yes(
    hub: Flask, provider: Provider
) -> None:
    ada = person(hub)
    provider.know("ada-1", email="ADA@example.com")
    client = browser(hub, None)
    assert travel(client, "ada-1") == (303, "/sign-in")
    assert "is here already" in client.get("/sign-in").text
    entered = client.post("/sign-in", data={"email": "ada@example.com", "password": PASSWORD})
    assert entered.location == "/sign-in/connect"
    assert "ADA@example.com" in client.get("/sign-in/connect").text
    assert client.post("/sign-in/connect", data={"answer": "connect"}).status_code == 303
    later = browser(hub, None)
    assert travel(later, "ada-1") == (303, "/")
    assert facts(hub, ada)[-1] == "member.sign_in_connected"


@pytest.mark.parametrize("answer", ["no", "", "whatever"])
def test_without_a_yes_nothing_is_connected(hub: Flask, provider: Provider, answer: str) -> None:
    person(hub)
    provider.know("ada-2", email="ada@example.com")
    client = browser(hub, None)
    travel(client, "ada-2")
    client.post("/sign-in", data={"email": "ada@example.com", "password": PASSWORD})
    client.post("/sign-in/connect", data={"answer": answer})
    client.post("/sign-in/connect", data={"answer": "connect"})
    with hub.app_context():
        assert db.session.query(Identity).count() == 0


def test_a_stub_with_the_confirmed_address_is_claimed_points_and_all(hub: Flask, provider: Provider) -> None:
    kim = stub(hub, email="kim@example.com")
    provider.know("kim-1", email="kim@example.com", name="Kim Real")
    assert travel(browser(hub, None), "kim-1") == (303, "/")
    claimed = look(hub, kim)
    assert (claimed.is_stub, claimed.name) == (False, "Kim Real")


def test_an_invitation_is_accepted_by_signing_in_whatever_the_address(hub: Flask, provider: Provider) -> None:
    kim = stub(hub, email="kim@work.example.com")
    token = change(hub, kim, members.claim_link)
    provider.know("kim-2", email="kim@home.example.com", email_verified=False)
    client = browser(hub, None)
    assert f"/sign-in/oidc?invitation={token}" in client.get(f"/invitations/{token}").text
    assert travel(client, "kim-2", start=f"/sign-in/oidc?invitation={token}") == (303, "/")
    claimed = look(hub, kim)
    assert (claimed.is_stub, claimed.email) == (False, "kim@work.example.com")
    again = travel(browser(hub, None), "kim-2", start=f"/sign-in/oidc?invitation={token}")
    assert again == (303, "/"), "the same person simply signs in"


def test_a_used_invitation_lets_nobody_else_in(hub: Flask, provider: Provider) -> None:
    token = change(hub, stub(hub, email="kim@example.com"), members.claim_link)
    provider.know("kim-3", email="kim@example.com")
    provider.know("eve-3", email="eve@example.com")
    travel(browser(hub, None), "kim-3", start=f"/sign-in/oidc?invitation={token}")
    status, page = travel(browser(hub, None), "eve-3", start=f"/sign-in/oidc?invitation={token}")
    assert status == 400
    assert "used or has expired" in page


def test_a_disabled_member_stays_outside(hub: Flask, provider: Provider) -> None:
    provider.know("gone", email="gone@example.com")
    travel(browser(hub, None), "gone")
    with hub.app_context():
        gone = members.find("gone@example.com")
        assert gone is not None
    change(hub, gone.id, members.disable)
    client = browser(hub, None)
    status, page = travel(client, "gone")
    assert status == 400
    assert "switched off" in page
    assert client.get("/settings").status_code == 303


def test_an_answer_works_once_and_only_in_the_browser_that_asked(hub: Flask, provider: Provider) -> None:
    provider.know("once", email="once@example.com")
    client, other = browser(hub, None), browser(hub, None)
    answer = path_of(consent(client.get("/sign-in/oidc"), "once"))
    elsewhere = other.get(answer)
    assert elsewhere.status_code == 400
    assert "started elsewhere" in elsewhere.text
    assert client.get(answer).status_code == 303
    client.post("/sign-out")
    assert client.get(answer).status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?code=x",
        "?code=x&state=wrong",
        "?state=wrong",
        "?error=access_denied",
        "?error=%00&state[]=1",
        "?iss=https://evil.example",
    ],
)
def test_a_wrong_answer_gets_a_clear_page(hub: Flask, query: str) -> None:
    client = browser(hub, None)
    client.get("/sign-in/oidc")
    answer = client.get(f"/sign-in/oidc/answer{query}")
    assert answer.status_code == 400
    assert "stopped half-way" in answer.text


def test_a_denied_consent_gets_a_clear_page(hub: Flask) -> None:
    client = browser(hub, None)
    state = client.get("/sign-in/oidc").location.partition("state=")[2].partition("&")[0]
    assert client.get(f"/sign-in/oidc/answer?error=access_denied&state={state}").status_code == 400


def test_the_journey_goes_on_where_it_began_but_only_on_this_hub(hub: Flask, provider: Provider) -> None:
    provider.know("onward", email="onward@example.com")
    assert travel(browser(hub, None), "onward", start="/sign-in/oidc?next=/points") == (303, "/points")
    assert travel(browser(hub, None), "onward", start="/sign-in/oidc?next=//evil.example") == (303, "/")


def test_a_new_session_begins_on_the_way_in(hub: Flask, provider: Provider) -> None:
    provider.know("fresh", email="fresh@example.com")
    client = browser(hub, None)
    with client.session_transaction() as planted:
        planted["planted"] = "by somebody else"
    travel(client, "fresh")
    with client.session_transaction() as begun:
        assert {"token", "_user_id"} <= set(begun)
        assert not {"planted", "invitation", "next"} & set(begun)
        assert not [name for name in begun if name.startswith("_state_oidc")]


def test_a_hub_without_a_provider_has_no_such_door(app: Flask) -> None:
    client = browser(app, None)
    assert client.get("/sign-in/oidc").status_code == 404
    assert client.get("/sign-in/oidc/answer").status_code == 404
    assert "organisation" not in client.get("/sign-in").text
