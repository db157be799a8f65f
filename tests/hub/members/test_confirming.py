"""Whose address is confirmed, and that points wait for it; what addresses say without asking anybody."""

import re

import pytest
from flask import Flask

from hub import members
from hub.core import edges
from hub.core.clock import now
from hub.members import actions, addresses
from hub.members.actions.identities import Proof
from hub.outbox.jobs import drain_all
from tests.conftest import MakeApp
from tests.hub.members.people import PASSWORD, browser, change, facts, look, person, stub
from tests.mailbox import Mailbox


def may_spend(app: Flask, member_id: int) -> bool:
    return members.may_spend(look(app, member_id))


def alone(app: Flask) -> int:
    """Somebody who came by themselves: nobody vouched for the address."""
    return person(app, confirmed=False)


def mailed_links(mailbox: Mailbox) -> list[str]:
    """The paths in the mails that arrived, oldest first."""
    bodies = [message.get_body(("plain",)) for message in mailbox.messages]
    texts = [body.get_content() for body in bodies if body is not None]
    return [found[1] for text in texts if (found := re.search(r"https?://[^/\s]+(/confirmations/\S+)", text))]


def test_a_link_that_only_the_mailbox_gets_lets_points_be_spent(make_app: MakeApp, mailbox: Mailbox) -> None:
    app = make_app(MAIL_URL=mailbox.url)
    ada = alone(app)
    client = browser(app)
    assert not may_spend(app, ada)
    assert "ada@example.com is yours" in members.why_not_spend(look(app, ada))
    assert "Confirm your e-mail address" in client.get("/settings").text
    for _ in range(2):
        assert client.post("/settings/confirmation").status_code == 303
    with app.app_context():
        drain_all()
    first, second = mailed_links(mailbox)
    stranger = browser(app, None)
    assert stranger.get(first).status_code == 410, "asking again voids the link before"
    assert stranger.get(second).status_code == 200
    assert not may_spend(app, ada), "opening a link confirms nothing: programs that read mail open links, too"
    assert stranger.post(second).status_code == 303
    assert stranger.post(second).status_code == 410
    assert may_spend(app, ada)
    assert members.why_not_spend(look(app, ada)) == ""
    assert facts(app, ada).count("member.email_confirmed") == 1
    assert "Confirm your e-mail address" not in client.get("/settings").text


def test_three_mails_an_hour_and_no_more(app: Flask) -> None:
    alone(app)
    client = browser(app)
    for _ in range(4):
        client.post("/settings/confirmation")
    assert "Three mails went out within the hour" in client.get("/settings").text


@pytest.mark.parametrize(("typed", "is_confirmed"), [("KIM@example.com", True), ("other@example.com", False)])
def test_an_invitation_confirms_the_address_it_was_sent_to_and_no_other(
    app: Flask, typed: str, is_confirmed: bool
) -> None:
    kim = stub(app, email="kim@example.com")
    token = change(app, kim, members.claim_link)
    form = {"name": "Kim Real", "email": typed, "password": PASSWORD}
    assert browser(app, None).post(f"/invitations/{token}", data=form).status_code == 303
    assert may_spend(app, kim) is is_confirmed


def test_a_provider_that_checked_the_address_confirms_it(app: Flask) -> None:
    ada = alone(app)
    for verified, email in (
        (False, "ada@example.com"),
        (True, "else@example.com"),
        (True, "Ada@example.com"),
    ):
        assert not may_spend(app, ada)
        proof = Proof(
            issuer="https://id.example", subject="7", email=email, email_verified=verified, name="Ada"
        )
        change(app, ada, actions.link, proof)
    assert may_spend(app, ada)


def test_a_password_link_confirms_only_where_nobody_else_saw_it(app: Flask) -> None:
    ada = alone(app)
    shown = change(app, ada, members.reset_link)
    with app.app_context(), edges.unit():
        members.reset_password(shown, "seven quiet harbours", now=now())
    assert not may_spend(app, ada), "whoever handed it over had it, too"


@pytest.mark.parametrize("email", ["x@mailinator.com", "X@Sub.Mailinator.COM", "x@yopmail.com"])
def test_a_throw_away_address_is_no_members(app: Flask, email: str) -> None:
    with app.app_context(), edges.unit():
        with pytest.raises(members.Refusal, match="thrown away"):
            members.add(email, name="Tess", now=now())
        with pytest.raises(members.Refusal, match="thrown away"):
            members.invite(email, name="Tess", now=now(), by=None)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Ada.Marlowe+hub@GoogleMail.com", "adamarlowe@gmail.com"),
        ("Ada.Marlowe@Example.COM ", "ada.marlowe@example.com"),
        ("ada+1+2@example.com", "ada@example.com"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("ada@example.com", "ada@example.com"),
        ("ada at example.com", None),
        ("", None),
        (None, None),
    ],
)
def test_one_person_however_the_address_is_written(written: str | None, plain: str | None) -> None:
    assert addresses.plain_email(written) == plain


@pytest.mark.parametrize(
    ("written", "region", "plain"),
    [
        ("+46 70 123 45 67", None, "46701234567"),
        ("0046 (0)70-123 45 67", None, "46701234567"),
        ("070-123 45 67", "SE", "46701234567"),
        ("070-123 45 67", None, "701234567"),
        ("(212) 555-0100", "US", "12125550100"),
        ("12", "SE", None),
        ("call me", None, None),
        (None, None, None),
    ],
)
def test_one_telephone_however_it_is_written(
    written: str | None, region: str | None, plain: str | None
) -> None:
    assert addresses.plain_phone(written, region) == plain


def test_desks_and_private_mailboxes_are_known() -> None:
    assert addresses.is_role("Info@acme.example")
    assert not addresses.is_role("kim@acme.example")
    assert addresses.is_free_provider(addresses.domain_of("kim@GMX.de"))
    assert not addresses.is_free_provider(addresses.domain_of("kim@acme.example"))
