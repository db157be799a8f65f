"""The way out of a mail: signed, one click, no sign-in, no CSRF token; and headers that nobody can bend."""

import datetime as dt
from email import message_from_bytes, policy

import pytest
from flask import Flask
from itsdangerous import URLSafeSerializer

from hub.core import edges
from hub.core.place import settle
from hub.notices import envelope, preferences
from hub.notices.envelope import pack, unsubscribe_url, unsubscribes
from hub.notices.letters import Reader
from hub.notices.models import Mail
from hub.notices.planning import zone_of
from hub.notices.rendering import Rendered
from tests.conftest import MakeApp
from tests.hub.members.people import person
from tests.hub.notices.conftest import sending_to
from tests.hub.notices.scenes import tell, work
from tests.mailbox import Mailbox

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def way_out(mailbox: Mailbox) -> str:
    header = str(mailbox.messages[-1]["List-Unsubscribe"])
    assert header.startswith("<https://hub.example.com/unsubscribe/")
    assert header.endswith(">")
    return header[len("<https://hub.example.com") : -1]


def channel(app: Flask, member_id: int, kind: str = "test.mailed") -> str:
    with app.app_context():
        return preferences.channels(member_id)[kind]


def test_one_click_stops_mails_of_this_kind_without_signing_in(mailing: Flask, mailbox: Mailbox) -> None:
    ada = person(mailing)
    tell(mailing, ada)
    work(mailing)
    assert mailbox.messages[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    client, address = mailing.test_client(), way_out(mailbox)
    assert mailing.config.get("WTF_CSRF_ENABLED", True), "it has to work with CSRF protection on"
    page = client.get(address)
    assert (page.status_code, channel(mailing, ada)) == (200, "email"), "looking stops nothing"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    for _ in range(2):
        assert client.post(address, data=ONE_CLICK).status_code == 200
        assert channel(mailing, ada) == "app"
    tell(mailing, ada, 2)
    work(mailing)
    assert len(mailbox.messages) == 1


LESS = [
    ("app", "app", "digest"),
    ("digest", "digest", "digest"),
    ("nothing", "app", "app"),
    ("x", "app", "digest"),
]


@pytest.mark.parametrize(("instead", "one", "other"), LESS)
def test_the_page_offers_less_or_nothing(mailing: Flask, instead: str, one: str, other: str) -> None:
    ada = person(mailing)
    with mailing.app_context():
        address = unsubscribe_url(ada, "test.mailed").removeprefix("https://hub.example.com")
    assert mailing.test_client().post(address, data={"instead": instead}).status_code == 200
    assert (channel(mailing, ada), channel(mailing, ada, "test.gathered")) == (one, other)
    assert channel(mailing, ada, "test.safety") == "email"


def test_a_digest_can_be_stopped(mailing: Flask) -> None:
    ada = person(mailing)
    with mailing.app_context():
        address = unsubscribe_url(ada, "digest").removeprefix("https://hub.example.com")
    assert mailing.test_client().post(address, data=ONE_CLICK).status_code == 200
    with mailing.app_context():
        assert preferences.wish(ada).digest == "off"


def test_a_forged_token_opens_nothing(mailing: Flask) -> None:
    ada, client = person(mailing), mailing.test_client()
    with mailing.app_context():
        good = unsubscribe_url(ada, "test.mailed").rpartition("/")[2]
        key = mailing.extensions["settings"].secret_key
    forged = [
        "x", good[:-1] + ("A" if good[-1] != "A" else "B"), good.replace(".", ""), "." + good, good + "x",
        URLSafeSerializer("another key", salt="unsubscribe").dumps([ada, "test.mailed"]),
        URLSafeSerializer(key, salt="something else").dumps([ada, "test.mailed"]),
        URLSafeSerializer(key, salt="unsubscribe").dumps({"id": ada}),
        URLSafeSerializer(key, salt="unsubscribe").dumps([str(ada), "test.mailed"]),
    ]  # fmt: skip
    for token in forged:
        assert client.get(f"/unsubscribe/{token}").status_code == 404, token
        assert client.post(f"/unsubscribe/{token}", data=ONE_CLICK).status_code == 404, token
    assert channel(mailing, ada) == "email"


def test_a_token_outlives_a_change_of_the_key(make_app: MakeApp, mailbox: Mailbox) -> None:
    old = make_app(**sending_to(mailbox))
    new = make_app(
        **{**sending_to(mailbox), "SECRET_KEY": "quite another long key", "SECRET_KEY_FALLBACKS":
           sending_to(mailbox)["SECRET_KEY"]}
    )  # fmt: skip
    with old.app_context():
        token = unsubscribe_url(7, "test.mailed").rpartition("/")[2]
    with new.app_context():
        assert unsubscribes(token) == (7, "test.mailed")


EVIL = "Ada\r\nBcc: all@example.com\nX-Evil: 1\0\u2028 “Ω”"


def test_no_name_and_no_subject_can_add_a_header(mailing: Flask) -> None:
    with mailing.app_context():
        with edges.unit():
            settle(name=EVIL, contact_name=EVIL)
        reader = Reader(id=1, name=EVIL, first_name="Ada", email="ada@example.com", zone=zone_of(None))
        mail = Mail(
            key="k", member_id=1, kind="test.mailed", created_at=dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
        )
        mail.message_id = envelope.message_id(mail)
        packed = pack(mail, reader, Rendered(subject=EVIL, text="Grüße\n.\n", html="<p>ß</p>"))
        url = unsubscribe_url(1, "test.mailed" + "x" * 200)
        raw = envelope.with_way_out(packed, url).as_bytes()
    assert raw.isascii()
    again = message_from_bytes(raw, policy=policy.default)
    assert set(again.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "Reply-To",
        "MIME-Version", "Content-Type", "List-Unsubscribe", "List-Unsubscribe-Post",
    }  # fmt: skip
    assert again["From"].addresses[0].addr_spec == "hub@example.com"
    assert [address.addr_spec for address in again["To"].addresses] == ["ada@example.com"]
    assert again["Reply-To"].addresses[0].addr_spec == "grace@example.com"
    assert again["Auto-Submitted"] == "auto-generated"
    assert f"List-Unsubscribe: <{url}>\r\n".encode() in raw, (
        "in one piece: no mail program unfolds encoded words here"
    )
    assert "Ω" in again["Subject"]


@pytest.mark.parametrize("email", ["ada@exämple.com", "ada@xn--exmple-cua.com"])
def test_a_domain_goes_out_as_name_servers_know_it(mailing: Flask, email: str) -> None:
    assert envelope.domain_in_ascii(email) == "ada@xn--exmple-cua.com"


def test_the_same_mail_has_the_same_name_and_another_has_another(mailing: Flask) -> None:
    at = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    with mailing.app_context():
        one, again = (envelope.message_id(Mail(key="a", member_id=1, created_at=at)) for _ in range(2))
        others = {
            envelope.message_id(Mail(key="b", member_id=1, created_at=at)),
            envelope.message_id(Mail(key="a", member_id=2, created_at=at)),
            envelope.message_id(Mail(key="a", member_id=1, created_at=at + dt.timedelta(seconds=1))),
        }
    assert one == again
    assert len({one, *others}) == 4
    assert one.endswith("@hub.example.com>")
