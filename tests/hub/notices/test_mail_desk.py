"""The desk of mails, the hop on the health page, and the way to the mail server."""

import datetime as dt
import ssl

import pytest
from flask import Flask

from hub.core import edges, registry
from hub.core.clock import now
from hub.notices import letters, post, sending
from hub.notices.post import Away, outlet
from tests.conftest import MakeApp
from tests.hub.members.people import browser, person
from tests.hub.notices.conftest import sending_to, settled
from tests.hub.notices.moody import Moody
from tests.hub.notices.scenes import states, tell, work
from tests.mailbox import Mailbox
from tests.servers import free_port
from tests.statements import statements


def hop(app: Flask) -> registry.Hop:
    with app.app_context(), edges.reading():
        (found,) = registry.hops["notices"]()
        return found


@pytest.fixture
def manager(mailing: Flask) -> Flask:
    person(mailing, "grace@example.com", "Grace Whitlock", roles=["manager"])
    return mailing


def test_every_mail_can_be_looked_at_with_any_member(manager: Flask) -> None:
    person(manager)
    client = browser(manager, "grace@example.com")
    index = client.get("/manage/mails").text
    for folder in letters.SAMPLES:
        assert f"/manage/mails/letters/{folder}" in index
        page = client.get(f"/manage/mails/letters/{folder}", query_string={"member": "ada@example.com"}).text
        assert "made-up words" in page
        assert "Ada" in page
        drawn = client.get(f"/manage/mails/letters/{folder}/drawn", query_string={"member": "ada-marlowe"})
        assert drawn.status_code == 200
        assert "<style" not in drawn.text
        assert ' style="' not in drawn.text
        assert "unsafe" not in drawn.headers["Content-Security-Policy"]
        assert "/unsubscribe/" not in page + drawn.text, "a look must not hold the key to somebody's mail"
    assert "prefers-color-scheme: dark" in client.get("/manage/mails/style.css").text


def test_a_preview_shows_what_the_member_got(manager: Flask) -> None:
    ada = person(manager)
    tell(manager, ada, kind="member.password_changed")
    page = browser(manager, "grace@example.com").get(
        "/manage/mails/letters/password_changed", query_string={"member": "@ada-marlowe"}
    )
    assert "As Ada Marlowe got it last" in page.text


@pytest.mark.parametrize(
    ("path", "status"), [("nothing", 404), ("news?member=nobody", 422), ("news?member=%00", 422)]
)
def test_what_is_not_there_is_said(manager: Flask, path: str, status: int) -> None:
    client = browser(manager, "grace@example.com")
    assert client.get(f"/manage/mails/letters/{path}").status_code == status
    assert client.get("/manage/mails/letters/nothing/drawn").status_code == 404


def test_the_desk_is_for_managers(manager: Flask) -> None:
    person(manager)
    assert browser(manager).get("/manage/mails").status_code == 403
    assert browser(manager).post("/manage/mails/1/resend").status_code == 403


def test_a_refused_mail_is_shown_with_its_reason_and_sent_again(make_app: MakeApp) -> None:
    moody = Moody(free_port())
    with moody:
        app = settled(make_app(**sending_to(moody)))
        person(app, "grace@example.com", "Grace Whitlock", roles=["manager"])
        moody.answers["ada@example.com"] = "550 mailbox <full>"
        tell(app, person(app))
        work(app)
        client = browser(app, "grace@example.com")
        page = client.get("/manage/mails").text
        assert "mailbox &lt;full&gt;" in page
        assert "/manage/mails/1/resend" in page
        assert hop(app).set_aside == 1
        assert hop(app).state == "watch"
        moody.answers.clear()
        assert client.post("/manage/mails/1/resend").status_code == 303
        work(app)
        assert states(app) == ["sent"]
        assert client.post("/manage/mails/1/resend").status_code == 404
        assert hop(app).state == "ok"


def test_the_list_costs_the_same_for_one_and_for_fifty(manager: Flask) -> None:
    ada, client = person(manager), browser(manager, "grace@example.com")
    tell(manager, ada)
    client.get("/manage/mails")
    with statements(manager) as few:
        client.get("/manage/mails")
    for number in range(2, 60):
        tell(manager, ada, number)
    work(manager)
    with statements(manager) as many:
        page = client.get("/manage/mails").text
    assert len(few) == len(many)
    assert "Show earlier ones" in page
    assert client.get("/manage/mails?before=20").text.count("Something happens") == 19


def test_the_hop_says_that_mail_is_only_printed(make_app: MakeApp) -> None:
    app = make_app()
    assert hop(app).state == "off"
    assert "MAIL_URL" in hop(app).todo
    with app.app_context():
        assert "waiting" in hop(app).says


def test_the_hop_says_why_mail_waits(make_app: MakeApp, mailbox: Mailbox) -> None:
    app = settled(make_app(**{**sending_to(mailbox), "MAIL_URL": f"smtp://127.0.0.1:{free_port()}"}))
    assert hop(app).state == "ok"
    tell(app, person(app))
    work(app)
    found = hop(app)
    assert found.state == "broken"
    assert "refused" in found.todo.lower()
    assert found.waiting == 1


def test_the_hop_says_that_nobody_works(mailing: Flask) -> None:
    tell(mailing, person(mailing), at=now() - dt.timedelta(minutes=30))
    assert hop(mailing).state == "broken"
    assert "hurrah work post" in hop(mailing).todo
    work(mailing)
    assert hop(mailing).last_success_at is not None
    with mailing.app_context():
        assert sending.oldest(now()) is None


def test_a_password_is_not_sent_in_the_open(monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox) -> None:
    monkeypatch.setattr(post, "LOOPBACK", set())
    url = mailbox.url.replace("smtp://", "smtp://hub:s3cret@")
    with pytest.raises(Away, match="in the open"), outlet(url, name="example.com"):
        pass


def test_a_server_that_cannot_seal_is_away(mailbox: Mailbox) -> None:
    with pytest.raises(Away, match=r"SSL|Error|EOF"), outlet(mailbox.url.replace("smtp", "smtps"), name="x"):
        pass
    assert ssl.create_default_context().check_hostname
