"""A way in without a password: one answer for everybody, a link for members, once, for a quarter of an hour."""

import datetime as dt
import re

import time_machine
from flask import Flask

from hub import members
from hub.core.clock import now
from hub.members import actions
from hub.members.actions.identities import Proof
from hub.outbox.jobs import drain_all
from tests.conftest import MakeApp
from tests.hub.members.people import browser, change, look, person, stub
from tests.mailbox import Mailbox


def test_a_mailed_link_signs_in_once_and_says_nothing_to_strangers(
    make_app: MakeApp, mailbox: Mailbox
) -> None:
    app = make_app(MAIL_URL=mailbox.url)
    ada = person(app, confirmed=False)
    change(app, person(app, "off@example.com", "Olive"), members.disable)
    stub(app, email="kim@example.com")
    sid = person(app, "sso@example.com", "Sid")
    change(app, sid, lambda member, **_: setattr(member, "password_hash", None))
    proof = Proof(
        issuer="https://id.example", subject="7", email="sso@example.com", email_verified=True, name="Sid"
    )
    change(app, sid, actions.link, proof)
    client = browser(app, None)
    asked = set()
    for number, name in enumerate(("ADA", "off", "kim", "sso", "ada")):
        answer = client.post(
            "/sign-in/link",
            data={"email": f"{name}@example.com"},
            environ_base={"REMOTE_ADDR": f"10.0.0.{number}"},
        )
        asked.add((answer.status_code, answer.location))
        settled(app)
    assert len(asked) == 1
    assert mailbox.recipients == [["ada@example.com"]] * 2
    first, second = links(mailbox)
    assert client.get(first).status_code == 410, "asking again voids the link before"
    with time_machine.travel(now() + dt.timedelta(minutes=16), tick=False):
        assert client.post(second).status_code == 410
    assert "ada@example.com" in client.get(second).text
    assert client.get("/points").status_code == 303, "opening a link signs nobody in"
    assert client.post(second).status_code == 303
    assert client.get("/points").status_code == 200
    assert look(app, ada).has_confirmed
    assert browser(app, None).post(second).status_code == 410


def test_asking_for_a_link_is_braked(app: Flask) -> None:
    client = browser(app, None)
    answers = [client.post("/sign-in/link", data={"email": "ada@example.com"}).status_code for _ in range(4)]
    assert answers == [303, 303, 303, 429]


def links(mailbox: Mailbox) -> list[str]:
    """The paths in the mails that arrived, oldest first."""
    bodies = [message.get_body(("plain",)) for message in mailbox.messages]
    texts = [body.get_content() for body in bodies if body is not None]
    return [found[1] for text in texts if (found := re.search(r"https?://[^/\s]+(/sign-in/link/\S+)", text))]


def settled(app: Flask) -> None:
    with app.app_context():
        drain_all()
