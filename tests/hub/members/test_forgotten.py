"""A forgotten password: one answer for everybody, a mail for members with a password, half an hour, once."""

import datetime as dt
import re

import time_machine
from flask import Flask
from flask.testing import FlaskClient

from hub.core.clock import now
from hub.outbox.jobs import drain_all
from tests.conftest import MakeApp
from tests.hub.members.people import browser, change, person, stub
from tests.mailbox import Mailbox

NEW = "seven quiet harbours"


def ask(client: FlaskClient, email: str, address: str = "10.0.0.1") -> tuple[int, str, str]:
    answer = client.post("/sign-in/forgotten", data={"email": email}, environ_base={"REMOTE_ADDR": address})
    said = client.get(answer.location).text if answer.status_code == 303 else answer.text
    return answer.status_code, answer.location or "", re.sub(r'content="[^"]*"', "", said)


def links(mailbox: Mailbox) -> list[str]:
    """The paths in the mails that arrived, oldest first."""
    bodies = [message.get_body(("plain",)) for message in mailbox.messages]
    texts = [body.get_content() for body in bodies if body is not None]
    return [found[1] for text in texts if (found := re.search(r"https?://[^/\s]+(/sign-in/reset/\S+)", text))]


def test_everybody_gets_the_same_answer_and_only_members_with_a_password_a_mail(
    make_app: MakeApp, mailbox: Mailbox
) -> None:
    app = make_app(MAIL_URL=mailbox.url)
    person(app)
    change(
        app,
        person(app, "off@example.com", "Olive Off"),
        lambda member, now: setattr(member, "disabled_at", now),
    )
    change(
        app, person(app, "sso@example.com", "Sid"), lambda member, **_: setattr(member, "password_hash", None)
    )
    stub(app, email="kim@example.com")
    client = browser(app, None)
    known = ("ADA@example.com ", "kim@example.com", "sso@example.com", "off@example.com", "eve@example.org")
    assert len({ask(client, email) for email in known}) == 1
    assert ask(client, "no address")[0] == 422
    settled(app)
    assert [box for box in mailbox.recipients] == [["ada@example.com"]]

    ask(client, "ada@example.com")
    settled(app)
    first, second = links(mailbox)
    assert client.get(first).status_code == 410, "asking again voids the link before"
    with time_machine.travel(now() + dt.timedelta(minutes=31), tick=False):
        assert client.get(second).status_code == 410
    assert client.post(second, data={"password": NEW}).status_code == 303
    assert client.post(second, data={"password": NEW}).status_code in (410, 422)
    assert browser(app, password=NEW).get("/settings").status_code == 200


def test_asking_is_braked_for_an_account_and_for_an_address(app: Flask) -> None:
    client = browser(app, None)
    answers = [ask(client, "ada@example.com", f"10.0.1.{n}")[0] for n in range(4)]
    assert answers == [303, 303, 303, 429]
    many = [ask(client, f"someone{n}@example.com", "10.0.2.1")[0] for n in range(11)]
    assert many == [303] * 10 + [429]


def settled(app: Flask) -> None:
    with app.app_context():
        drain_all()
