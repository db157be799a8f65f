"""One-time links: who may use them, how often, for how long."""

import datetime as dt
import threading

import pytest
from flask import Flask

from hub import members
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.members.actions.tickets import LASTS
from hub.members.models import Ticket
from tests.hub.members.people import PASSWORD, browser, change, facts, look, person, stub

JOINING = {"name": "Kim Real", "email": "kim@example.com", "password": PASSWORD}


def claim_token(app: Flask, member_id: int) -> str:
    token: str = change(app, member_id, members.claim_link)
    return token


def test_opening_a_link_uses_nothing_up(app: Flask) -> None:
    token, client = claim_token(app, stub(app)), browser(app, None)
    for _ in range(3):
        page = client.get(f"/invitations/{token}")
        assert page.status_code == 200
        assert "Welcome, Kim" in page.text
        assert page.headers["Referrer-Policy"] == "no-referrer"


def test_a_claimed_stub_keeps_its_row_and_is_signed_in(app: Flask) -> None:
    kim = stub(app)
    token, client = claim_token(app, kim), browser(app, None)
    assert client.post(f"/invitations/{token}", data=JOINING).status_code == 303
    assert client.get("/settings").status_code == 200
    claimed = look(app, kim)
    assert (claimed.name, claimed.email, claimed.is_stub) == ("Kim Real", "kim@example.com", False)
    assert facts(app, kim) == ["member.joined"]
    assert browser(app, "kim@example.com").get("/settings").status_code == 200


def test_a_link_works_once(app: Flask) -> None:
    token = claim_token(app, stub(app))
    assert browser(app, None).post(f"/invitations/{token}", data=JOINING).status_code == 303
    late = browser(app, None)
    assert late.get(f"/invitations/{token}").status_code == 410
    assert late.post(f"/invitations/{token}", data={**JOINING, "email": "eve@example.com"}).status_code == 410
    assert late.get("/settings").status_code == 303


def test_a_weak_password_leaves_the_link_as_it_was(app: Flask) -> None:
    kim = stub(app)
    token, client = claim_token(app, kim), browser(app, None)
    answer = client.post(f"/invitations/{token}", data={**JOINING, "password": "kim real1"})
    assert answer.status_code == 422
    assert "Kim Real" in answer.text
    assert look(app, kim).is_stub
    assert client.post(f"/invitations/{token}", data=JOINING).status_code == 303


def test_an_address_that_somebody_has_is_refused_kindly(app: Flask) -> None:
    person(app)
    token = claim_token(app, stub(app))
    answer = browser(app, None).post(f"/invitations/{token}", data={**JOINING, "email": "ADA@example.com"})
    assert answer.status_code == 422
    assert "is here already" in answer.text


@pytest.mark.parametrize("purpose", ["claim", "reset"])
def test_a_link_ends_by_the_clock(app: Flask, purpose: str) -> None:
    member = stub(app) if purpose == "claim" else person(app)
    verb = members.claim_link if purpose == "claim" else members.reset_link
    token = change(app, member, verb)
    with app.app_context(), edges.unit():
        ticket = db.session.query(Ticket).one()
        assert ticket.expires_at - ticket.created_at == LASTS[purpose]
        ticket.expires_at = now() - dt.timedelta(seconds=1)
    path = "/invitations/" if purpose == "claim" else "/sign-in/reset/"
    assert browser(app, None).get(path + token).status_code == 410
    assert browser(app, None).post(path + token, data=JOINING).status_code == 410 or purpose == "reset"
    assert look(app, member).session_epoch == 0


def test_a_link_for_one_purpose_opens_no_other_door(app: Flask) -> None:
    claim, reset = claim_token(app, stub(app)), change(app, person(app), members.reset_link)
    client = browser(app, None)
    assert client.get(f"/sign-in/reset/{claim}").status_code == 410
    assert client.get(f"/invitations/{reset}").status_code == 410
    assert client.get("/invitations/" + "x" * 43).status_code == 410


def test_only_the_digest_of_a_token_is_kept(app: Flask) -> None:
    token = claim_token(app, stub(app))
    assert len(token) >= 43
    with app.app_context():
        assert db.session.query(Ticket).one().token_digest != token


def test_two_people_with_one_link_become_one_member(each_database: Flask) -> None:
    kim = stub(each_database)
    token = claim_token(each_database, kim)
    start, outcomes = threading.Barrier(2), []

    def use(email: str) -> None:
        with each_database.app_context():
            start.wait()
            try:
                with edges.unit():
                    members.claim(token, name="Kim", email=email, password=PASSWORD, now=now())
                outcomes.append(email)
            except members.Refusal:
                outcomes.append("refused")

    racers = [threading.Thread(target=use, args=(email,)) for email in ("one@example.com", "two@example.com")]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(outcomes, key=lambda said: said == "refused")[1] == "refused"
    assert look(each_database, kim).email == next(said for said in outcomes if said != "refused")
    assert facts(each_database, kim) == ["member.joined"]


def test_a_reset_sets_the_password_and_ends_every_session(app: Flask) -> None:
    ada = person(app)
    before = browser(app)
    token, other = change(app, ada, members.reset_link), change(app, ada, members.reset_link)
    visitor = browser(app, None)
    assert visitor.post(f"/sign-in/reset/{token}", data={"password": "another fine thing"}).status_code == 303
    assert before.get("/settings").status_code == 303
    assert visitor.get("/settings").status_code == 303
    assert browser(app, password="another fine thing").get("/settings").status_code == 200
    assert visitor.get(f"/sign-in/reset/{other}").status_code == 410
    assert facts(app, ada)[-1] == "member.password_changed"


def test_a_reset_keeps_the_rules_for_passwords(app: Flask) -> None:
    token = change(app, person(app), members.reset_link)
    answer = browser(app, None).post(f"/sign-in/reset/{token}", data={"password": "Ada Marlowe"})
    assert answer.status_code == 422
    assert "easy to guess" in answer.text


def test_a_disabled_member_has_no_use_for_a_link(app: Flask) -> None:
    ada = person(app)
    token = change(app, ada, members.reset_link)
    change(app, ada, members.disable)
    assert browser(app, None).get(f"/sign-in/reset/{token}").status_code == 410
    with pytest.raises(members.Refusal, match="can't sign in"):
        change(app, ada, members.reset_link)


def test_whoever_has_joined_has_nothing_to_claim(app: Flask) -> None:
    with pytest.raises(members.Refusal, match="joined already"):
        change(app, person(app), members.claim_link)


def test_an_invitation_meets_a_stub_and_refuses_a_member(app: Flask) -> None:
    kim = stub(app, email="kim@example.com")
    person(app)
    with app.app_context(), edges.unit():
        members.invite("KIM@example.com", name="Kim", now=now(), by=None, roles=("rep",))
        with pytest.raises(members.Refusal, match="here already"):
            members.invite("ada@example.com", name="Ada", now=now(), by=None)
    assert look(app, kim).roles == {"rep"}
    assert facts(app, kim) == ["member.invited"]


def test_a_manager_invites_no_admin(app: Flask) -> None:
    grace = look(app, person(app, "grace@example.com", "Grace", roles=("manager",)))
    with app.app_context(), pytest.raises(members.Refusal, match="admin"):
        members.invite("eve@example.com", name="Eve", now=now(), by=grace, roles=("admin",))
