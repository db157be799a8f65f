"""Sending for real: after the commit, once, again when it failed, never to whoever has gone."""

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from flask import Flask

from hub import members, notices
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.core.settings import ROOT
from hub.members.models import Member
from hub.notices import letters, planning, preferences, sending
from hub.notices.models import Mail
from tests.conftest import MakeApp
from tests.hub.members.people import PASSWORD, change, person, stub
from tests.hub.notices.conftest import sending_to, settled
from tests.hub.notices.moody import Moody
from tests.hub.notices.scenes import hurry, mails, states, tell, work
from tests.mailbox import Mailbox
from tests.servers import free_port
from tests.statements import statements


def plain(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_notice_is_mailed_as_text_and_html(each_mailing: Flask, mailbox: Mailbox) -> None:
    ada = person(each_mailing)
    tell(each_mailing, ada)
    work(each_mailing)
    (message,) = mailbox.messages
    assert mailbox.recipients == [["ada@example.com"]]
    assert message["Subject"] == "Thing 1 happened."
    assert "https://hub.example.com/things/1" in plain(message)
    html = message.get_body(("html",))
    assert html is not None
    assert "https://hub.example.com/things/1" in html.get_content()
    assert "style=" in html.get_content()
    (mail,) = mails(each_mailing)
    assert (mail.state, mail.message_id) == ("sent", message["Message-ID"])
    assert mail.sent_at is not None


def test_telling_twice_mails_once(each_mailing: Flask, mailbox: Mailbox) -> None:
    ada = person(each_mailing)
    for _ in range(2):
        tell(each_mailing, ada)
        work(each_mailing)
    assert len(mailbox.messages) == len(mails(each_mailing)) == 1


def test_what_was_undone_is_not_mailed(each_mailing: Flask, mailbox: Mailbox) -> None:
    ada = person(each_mailing)

    def undo() -> None:
        with each_mailing.app_context(), edges.unit():
            notices.tell(ada, "test.mailed", subject="thing:1", key="k", now=now())
            raise RuntimeError("not after all")

    with pytest.raises(RuntimeError, match="after all"):
        undo()
    work(each_mailing)
    assert mailbox.messages == []
    assert mails(each_mailing) == []


def test_nothing_is_sent_before_the_commit(mailing: Flask, mailbox: Mailbox) -> None:
    ada = person(mailing)
    with mailing.app_context(), edges.unit():
        notices.tell(ada, "test.mailed", subject="thing:1", key="k", now=now())
        assert mailbox.messages == []
    work(mailing)
    assert len(mailbox.messages) == 1


DIES = """
import os, sys
import wsgi
from hub.core.clock import now
from hub.notices import jobs, sending
sending.sent = lambda *_args, **_more: os._exit(9)
app = wsgi.create_app()
with app.app_context():
    jobs.run(now())
sys.exit("it should have died")
"""


def test_a_worker_that_dies_after_sending_leaves_one_mail_under_one_name(
    each_mailing: Flask, mailbox: Mailbox
) -> None:
    ada = person(each_mailing)
    with each_mailing.app_context(), edges.unit():
        notices.tell(ada, "member.password_changed", subject=f"member:{ada}", key="k", now=now())
    env = {
        **os.environ,
        **sending_to(mailbox),
        "DATABASE_URL": each_mailing.config["SQLALCHEMY_DATABASE_URI"],
    }
    died = subprocess.run([sys.executable, "-c", DIES], env=env, cwd=ROOT, capture_output=True, check=False)
    assert died.returncode == 9, died.stderr.decode()
    assert len(mailbox.messages) == 1
    work(each_mailing)
    assert len(mailbox.messages) == 1, "held for five minutes"
    hurry(each_mailing)
    work(each_mailing)
    first, again = mailbox.messages
    assert first["Message-ID"] == again["Message-ID"]
    assert plain(first) == plain(again)
    assert states(each_mailing) == ["sent"]


@pytest.fixture
def moody(make_app: MakeApp) -> Iterator[Moody]:
    box = Moody(free_port())
    with box:
        yield box


@pytest.fixture
def strained(make_app: MakeApp, moody: Moody) -> Flask:
    return settled(make_app(**sending_to(moody)))


def test_an_answer_that_got_lost_means_trying_again_under_the_same_name(
    strained: Flask, moody: Moody
) -> None:
    ada = person(strained)
    moody.hangs_up = 1
    tell(strained, ada)
    work(strained)
    (mail,) = mails(strained)
    assert mail.state == "unknown"
    assert "no answer" in (mail.note or "")
    hurry(strained)
    work(strained)
    assert states(strained) == ["sent"]
    assert len({message["Message-ID"] for message in moody.messages}) == 1
    assert len(moody.messages) == 2


def test_a_refused_address_is_set_aside_at_once_and_keeps_nobody_waiting(
    strained: Flask, moody: Moody
) -> None:
    ada, bea = person(strained), person(strained, "bea@example.com", "Bea")
    moody.answers["ada@example.com"] = "550 5.1.1 nobody of this name"
    tell(strained, ada)
    tell(strained, bea)
    work(strained)
    assert states(strained) == ["parked", "sent"]
    assert "nobody of this name" in (mails(strained)[0].note or "")
    moody.answers.clear()
    ids = [mail.id for mail in mails(strained)]
    with strained.app_context(), edges.unit():
        assert [sending.resend(mail_id, at=now()) for mail_id in ids] == [True, False]
    work(strained)
    assert states(strained) == ["sent", "sent"]


def test_a_busy_server_is_asked_again_later_and_later_and_given_up_after_a_day(
    strained: Flask, moody: Moody
) -> None:
    ada = person(strained)
    moody.answers["ada@example.com"] = "451 4.7.1 greylisted"
    tell(strained, ada)
    waits = []
    for _ in sending.TRIES:
        work(strained)
        (mail,) = mails(strained)
        waits.append(round((mail.due_at - now()).total_seconds() / 10) * 10)
        assert mail.state == "waiting"
        hurry(strained)
    assert waits == list(sending.TRIES)
    assert sum(waits) > 20 * 3600
    work(strained)
    assert states(strained) == ["parked"]


def test_a_server_that_is_away_costs_no_mail_a_try(make_app: MakeApp, mailbox: Mailbox) -> None:
    app = settled(make_app(**{**sending_to(mailbox), "MAIL_URL": f"smtp://127.0.0.1:{free_port()}"}))
    ada = person(app)
    for number in range(12):
        tell(app, ada, number)
    for _ in range(3):
        work(app)
    found = mails(app)
    assert {mail.state for mail in found} == {"waiting"}
    assert {mail.attempts for mail in found} == {0}
    with app.app_context():
        assert sending.oldest(now()) is None, "nobody is rung for while the server rests"
        assert sending.oldest(now() + dt.timedelta(seconds=90)) is not None


def test_a_batch_shares_one_connection(strained: Flask, moody: Moody) -> None:
    ada = person(strained)
    for number in range(sending.BATCH):
        tell(strained, ada, number)
    work(strained)
    assert len(moody.messages) == sending.BATCH
    assert moody.connections == 1


def test_a_letter_that_cannot_be_written_keeps_nobody_waiting(mailing: Flask, mailbox: Mailbox) -> None:
    ada = person(mailing)

    @letters.letter("test.mailed", samples={})
    def broken(told: letters.Occasion, _reader: letters.Reader) -> letters.Letter:
        words = {"text": "Fine.", "path": "/", "points": None, "action": ""}
        return letters.Letter(folder="no such folder" if told.subject == "thing:1" else "news", words=words)

    for number in (1, 2):
        tell(mailing, ada, number)
    work(mailing)
    assert states(mailing) == ["parked", "sent"]
    assert [message["Subject"] for message in mailbox.messages] == ["Fine."]


def _erase(member: Member, *, now: dt.datetime) -> None:
    member.erased_at, member.email = now, None


@pytest.mark.parametrize("verb", [members.disable, _erase])
def test_nothing_goes_to_whoever_has_gone(mailing: Flask, mailbox: Mailbox, verb: object) -> None:
    ada = person(mailing)
    tell(mailing, ada, kind="test.safety")
    change(mailing, ada, verb)
    work(mailing)
    assert mailbox.messages == []
    assert states(mailing) == ["dropped"]


def test_nothing_goes_to_whoever_goes_between_planning_and_sending(mailing: Flask, mailbox: Mailbox) -> None:
    ada = person(mailing)
    tell(mailing, ada)
    with mailing.app_context(), edges.unit():
        planning.plan_batch(now())
    assert states(mailing) == ["waiting"]
    change(mailing, ada, members.disable)
    work(mailing)
    assert (mailbox.messages, states(mailing)) == ([], ["dropped"])


def test_nothing_goes_to_somebody_who_has_not_joined(mailing: Flask, mailbox: Mailbox) -> None:
    kim = stub(mailing, email="kim@example.org")
    tell(mailing, kim)
    work(mailing)
    assert (mailbox.messages, states(mailing)) == ([], ["dropped"])


def test_what_was_read_meanwhile_is_not_mailed_an_hour_later(mailing: Flask, mailbox: Mailbox) -> None:
    ada = person(mailing)
    tell(mailing, ada, at=now() - dt.timedelta(hours=2))
    with mailing.app_context(), edges.unit():
        notices.read_about(ada, "thing:1", "test.mailed", now=now())
    work(mailing)
    assert (mailbox.messages, states(mailing)) == ([], ["dropped"])


def test_a_changed_password_is_mailed_whatever_was_chosen(mailing: Flask, mailbox: Mailbox) -> None:
    ada = person(mailing)
    with mailing.app_context(), edges.unit():
        found = members.get(ada)
        assert found is not None
        members.change_password(found, old=PASSWORD, new="another lantern tide", now=now())
        preferences.stop_all(ada, now=now())
    work(mailing)
    (message,) = mailbox.messages
    assert message["Subject"] == "Your password was changed"
    assert message["List-Unsubscribe"] is None


@pytest.mark.parametrize("purpose", ["invitation", "claim", "reset"])
def test_a_one_time_link_is_mailed_and_forgotten(mailing: Flask, mailbox: Mailbox, purpose: str) -> None:
    grace = person(mailing, "grace@example.com", "Grace Whitlock", roles=["manager"])
    email = "kim@example.org"
    kim = person(mailing, email) if purpose == "reset" else stub(mailing, "Kim Lee", email=email)
    with mailing.app_context(), edges.unit():
        by, found = members.get(grace), members.get(kim)
        assert by is not None
        assert found is not None
        match purpose:
            case "invitation":
                token = members.invite("kim@example.org", name="Kim Lee", now=now(), by=by)
            case "claim":
                token = members.claim_link(found, now=now(), by_id=grace)
            case _:
                token = members.reset_link(found, now=now(), by=by)
        assert token not in str(
            [dict(row._mapping) for row in db.session.execute(db.text("SELECT * FROM messages"))]
        )
    work(mailing)
    (message,) = mailbox.messages
    assert message["To"].addresses[0].addr_spec == "kim@example.org"
    assert token in plain(message)
    assert "Grace Whitlock" in plain(message)
    (mail,) = mails(mailing)
    assert (mail.state, mail.sealed) == ("sent", None)


def test_without_a_server_mails_are_printed(make_app: MakeApp, capsys: pytest.CaptureFixture[str]) -> None:
    app = settled(make_app())
    ada = person(app)
    tell(app, ada)
    work(app)
    assert "Thing 1 happened." in capsys.readouterr().err
    assert states(app) == ["sent"]


def test_a_thousand_mails_are_planned_in_a_few_statements(mailing: Flask) -> None:
    people = [person(mailing)]
    with mailing.app_context(), edges.unit():
        rows = [{"email": f"p{n}@example.com", "name": "P", "handle": f"p{n}", "created_at": now(), "type": "customer",
                 "roles_held": ["advocate"]} for n in range(499)]  # fmt: skip
        people += list(db.session.scalars(db.insert(Member).returning(Member.id), rows))
    told = [
        {"member_id": who, "kind": kind, "subject": "thing:1", "key": f"{kind}:{who}"}
        for who in people for kind in ("test.mailed", "test.gathered")
    ]  # fmt: skip
    with mailing.app_context(), edges.unit(), statements(mailing) as telling:
        notices.tell_many(told, now=now())
    assert len(telling) <= 7, [line[:60] for line in telling]
    with mailing.app_context(), statements(mailing) as looked:
        for _ in range(2):
            with edges.unit():
                assert planning.plan_batch(now()) == 500
    assert len(looked) <= 14, [line[:60] for line in looked]
    with mailing.app_context():
        counts = {
            state: count
            for state, count in db.session.execute(
                db.select(Mail.state, db.func.count()).group_by(Mail.state)
            )
        }
    assert counts == {"waiting": 500, "digest": 500}


def test_done_mails_are_forgotten_after_three_months_and_not_written_again(
    mailing: Flask, mailbox: Mailbox
) -> None:
    ada = person(mailing)
    tell(mailing, ada)
    work(mailing)
    with mailing.app_context(), edges.unit():
        assert sending.forget(now() + dt.timedelta(days=80)) == 0
        assert sending.forget(now() + dt.timedelta(days=100)) == 1
    tell(mailing, ada)
    work(mailing)
    assert len(mailbox.messages) == 1
