"""What members chose decides: at once, in the digest, in the app, not at all; quiet hours; one digest a period."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.members.models import Member
from hub.notices import digests, preferences, sending
from hub.notices.models import Mail, Notice, Preference
from hub.notices.preferences import Wish
from tests.hub.members.people import browser, person
from tests.hub.notices.scenes import mails, states, tell, work
from tests.hub.notices.test_sending import plain
from tests.mailbox import Mailbox
from tests.statements import statements

MORNING = dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)


def choose(app: Flask, member_id: int, **wanted: str) -> None:
    """choose(app, ada, mailed="app")"""
    with app.app_context(), edges.unit():
        preferences.choose(
            member_id, {f"test.{kind}": channel for kind, channel in wanted.items()}, now=now()
        )


def wish(app: Flask, member_id: int, *, zone: str | None = None, **wanted: Any) -> None:
    """When somebody wants mail, and on which clock."""
    with app.app_context(), edges.unit():
        db.session.get_one(Member, member_id).zone = zone
        preferences.keep_rhythm(member_id, replace(Wish(), **wanted), now=now())


def gather(app: Flask) -> None:
    """The clock strikes for the digests, and what follows is done."""
    work(app)
    with app.app_context(), edges.unit():
        digests.gather_batch(now())
    work(app)


@pytest.mark.parametrize(
    ("channel", "state", "sent", "told"),
    [("email", "sent", 1, 1), ("digest", "digest", 0, 1), ("app", "dropped", 0, 1), ("off", None, 0, 0)],
)
def test_each_channel(
    mailing: Flask, mailbox: Mailbox, channel: str, state: str | None, sent: int, told: int
) -> None:
    ada = person(mailing)
    choose(mailing, ada, gathered=channel)
    tell(mailing, ada, kind="test.gathered")
    work(mailing)
    assert states(mailing) == ([state] if state else [])
    assert len(mailbox.messages) == sent
    with mailing.app_context():
        assert db.session.scalar(select(func.count()).select_from(Notice)) == told


@pytest.mark.parametrize(
    ("kind", "state"), [("mailed", "sent"), ("gathered", "digest"), ("quiet", "dropped")]
)
def test_whoever_chose_nothing_gets_each_kind_as_it_is_meant(mailing: Flask, kind: str, state: str) -> None:
    tell(mailing, person(mailing), kind=f"test.{kind}")
    work(mailing)
    assert states(mailing) == [state]


def test_security_cannot_be_switched_off(mailing: Flask, mailbox: Mailbox) -> None:
    ada = person(mailing)
    with pytest.raises(ValueError, match="can't come by off"):
        choose(mailing, ada, safety="off")
    wish(mailing, ada, quiet_from=0, quiet_to=23, digest="off")
    tell(mailing, ada, kind="test.safety")
    work(mailing)
    assert len(mailbox.messages) == 1


@pytest.mark.parametrize(("kind", "channel"), [("unknown", "app"), ("mailed", "pigeon")])
def test_what_cannot_be_chosen_is_refused(mailing: Flask, kind: str, channel: str) -> None:
    with pytest.raises(ValueError, match="can't come by"):
        choose(mailing, person(mailing), **{kind: channel})


def test_choosing_the_usual_again_keeps_nothing_and_twice_is_once(each_mailing: Flask) -> None:
    ada = person(each_mailing)
    for channel in ("off", "app", "app", "email"):
        choose(each_mailing, ada, mailed=channel)
        with each_mailing.app_context():
            assert preferences.channels(ada)["test.mailed"] == channel
    with each_mailing.app_context():
        assert db.session.scalar(select(func.count(Preference.member_id))) == 0


def test_quiet_hours_hold_a_mail_in_the_members_own_zone(each_mailing: Flask, mailbox: Mailbox) -> None:
    ada, bea = person(each_mailing), person(each_mailing, "bea@example.com", "Bea")
    with time_machine.travel(MORNING, tick=True):
        wish(
            each_mailing, ada, zone="America/Los_Angeles", quiet_from=21, quiet_to=7
        )  # one in the morning there
        wish(each_mailing, bea, zone="Europe/Berlin", quiet_from=21, quiet_to=7)
        tell(each_mailing, ada)
        tell(each_mailing, bea)
        work(each_mailing)
        assert mailbox.recipients == [["bea@example.com"]]
    with time_machine.travel(MORNING.replace(hour=14, minute=59), tick=False):
        work(each_mailing)
        assert len(mailbox.messages) == 1
    with time_machine.travel(MORNING.replace(hour=15), tick=False):
        work(each_mailing)
        assert mailbox.recipients[1:] == [["ada@example.com"]]


def test_a_change_of_mind_holds_for_what_is_waiting(mailing: Flask, mailbox: Mailbox) -> None:
    ada = person(mailing)
    with time_machine.travel(MORNING, tick=True):
        wish(mailing, ada, quiet_from=8, quiet_to=20)
        for number in (1, 2):
            tell(mailing, ada, number)
        work(mailing)
        assert states(mailing) == ["waiting", "waiting"]
        choose(mailing, ada, mailed="app")
        work(mailing)
        assert states(mailing) == ["dropped", "dropped"]
        choose(mailing, ada, mailed="email")
        tell(mailing, ada, 3)
        work(mailing)
        wish(mailing, ada)
        work(mailing)
    assert states(mailing) == ["dropped", "dropped", "sent"]


def test_one_digest_holds_everything_and_comes_once(each_mailing: Flask, mailbox: Mailbox) -> None:
    ada = person(each_mailing)
    with time_machine.travel(MORNING, tick=True):
        for number in range(25):
            tell(each_mailing, ada, number, "test.gathered")
        gather(each_mailing)
        assert mailbox.messages == []
    with time_machine.travel(MORNING + dt.timedelta(hours=23), tick=True):
        for _ in range(3):
            gather(each_mailing)
    (message,) = mailbox.messages
    assert message["Subject"] == "25 things since your last digest"
    assert plain(message).count("is new.") == 20
    assert "5 more" in plain(message)
    assert message["List-Unsubscribe"]
    (digest,) = [mail for mail in mails(each_mailing) if mail.kind == "digest"]
    assert digest.key == f"digest:{ada}:2026-11-22"
    assert {mail.state for mail in mails(each_mailing) if mail.kind != "digest"} == {"gathered"}


def test_what_comes_too_late_for_a_digest_is_in_the_next(each_mailing: Flask, mailbox: Mailbox) -> None:
    ada = person(each_mailing)
    with time_machine.travel(MORNING, tick=True):
        wish(each_mailing, ada, digest_hour=10)
        tell(each_mailing, ada, 1, "test.gathered")
        work(each_mailing)
    with time_machine.travel(MORNING.replace(hour=10, minute=5), tick=True):
        gather(each_mailing)
        assert len(mailbox.messages) == 1
        wish(each_mailing, ada, digest_hour=11)  # a second one today would be one too many
        tell(each_mailing, ada, 2, "test.gathered")
        work(each_mailing)
    with time_machine.travel(MORNING.replace(hour=11, minute=5), tick=True):
        gather(each_mailing)
        assert len(mailbox.messages) == 1
    with time_machine.travel(MORNING.replace(day=22, hour=11, minute=5), tick=True):
        gather(each_mailing)
    assert ["Thing 1 is new" in plain(message) for message in mailbox.messages] == [True, False]
    assert "Thing 2 is new" in plain(mailbox.messages[1])


def test_nothing_new_is_no_digest(mailing: Flask, mailbox: Mailbox) -> None:
    ada = person(mailing)
    with time_machine.travel(MORNING, tick=True):
        gather(mailing)
        assert mails(mailing) == []
        tell(mailing, ada, kind="test.gathered")
        work(mailing)
        with mailing.app_context(), edges.unit():
            db.session.scalars(select(Notice)).one().read_at = now()
    with time_machine.travel(MORNING + dt.timedelta(days=1), tick=True):
        gather(mailing)
    assert mailbox.messages == []
    assert states(mailing) == ["gathered", "dropped"]


def test_a_weekly_digest_comes_on_its_day(mailing: Flask, mailbox: Mailbox) -> None:
    ada = person(mailing)
    with time_machine.travel(MORNING, tick=True):  # a Saturday
        wish(mailing, ada, zone="Asia/Kolkata", digest="weekly", digest_weekday=1, digest_hour=9)
        tell(mailing, ada, kind="test.gathered")
        work(mailing)
    due = dt.datetime(2026, 11, 24, 3, 30, tzinfo=dt.UTC)
    assert [mail.due_at for mail in mails(mailing)] == [due]
    for at, count in ((due - dt.timedelta(minutes=1), 0), (due, 1), (due + dt.timedelta(days=1), 1)):
        with time_machine.travel(at, tick=False):
            gather(mailing)
        assert len(mailbox.messages) == count
    assert mails(mailing)[1].key == f"digest:{ada}:2026-W48"


def test_two_schedulers_write_one_digest(postgresql_app: Flask) -> None:
    ada = person(postgresql_app)
    with time_machine.travel(MORNING, tick=True):
        tell(postgresql_app, ada, kind="test.gathered")
        work(postgresql_app)
    at = MORNING + dt.timedelta(days=1)
    with postgresql_app.app_context(), edges.unit():
        assert digests.gather_batch(at) == 1
        with postgresql_app.app_context():  # another session, before the first has committed
            assert db.session.scalar(select(func.count()).where(Mail.kind == "digest")) == 0
    with postgresql_app.app_context(), edges.unit():
        assert digests.gather_batch(at) == 0
    assert len([mail for mail in mails(postgresql_app) if mail.kind == "digest"]) == 1


def test_many_digests_are_gathered_in_a_few_statements(mailing: Flask) -> None:
    from_now = MORNING + dt.timedelta(days=1)
    with time_machine.travel(MORNING, tick=True):
        for number in range(8):
            tell(mailing, person(mailing, f"p{number}@example.com", "Pat"), kind="test.gathered")
        work(mailing)
    few = _cost(mailing, from_now)
    with time_machine.travel(MORNING, tick=True):
        for number in range(8, 40):
            tell(mailing, person(mailing, f"p{number}@example.com", "Pat"), kind="test.gathered")
        work(mailing)
    assert _cost(mailing, from_now) == few <= 6


def _cost(app: Flask, at: dt.datetime) -> int:
    with app.app_context(), edges.unit(), statements(app) as sent:
        digests.gather_batch(at)
    return len(sent)


@pytest.mark.parametrize(("days", "state"), [(1, "sent"), (3, "digest"), (20, "dropped")])
def test_late_news_come_in_the_digest_and_old_news_not_at_all(mailing: Flask, days: int, state: str) -> None:
    tell(mailing, person(mailing), at=now() - dt.timedelta(days=days))
    work(mailing)
    assert states(mailing) == [state]


def test_the_settings_page_says_what_holds_and_keeps_what_is_chosen(mailing: Flask, mailbox: Mailbox) -> None:
    ada = person(mailing)
    client = browser(mailing)
    page = client.get("/settings/notices").text
    assert "Something happens" in page
    assert "Beware" not in page
    assert "Somebody is introduced to me" not in page, "for reps"
    form = {"on_test__mailed": "digest", "is_quiet": "y", "quiet_from": "22", "quiet_to": "6", "digest": "weekly",
            "digest_hour": "17", "digest_weekday": "4"}  # fmt: skip
    with mailing.app_context():
        usual = {
            f"on_{name.replace('.', '__')}": channel for name, channel in preferences.channels(ada).items()
        }
    assert client.post("/settings/notices", data={**usual, **form}).status_code == 303
    with mailing.app_context():
        assert preferences.channels(ada)["test.mailed"] == "digest"
        assert preferences.wish(ada) == Wish(
            quiet_from=22, quiet_to=6, digest="weekly", digest_hour=17, digest_weekday=4
        )
    page = client.get("/settings/notices").text
    assert '<option selected value="weekly">' in page
    assert (
        client.post("/settings/notices", data={**usual, **form, "on_test__mailed": "pigeon"}).status_code
        == 422
    )
    client.post("/settings/notices", data={**usual, **form, "is_quiet": ""})
    with mailing.app_context():
        assert preferences.wish(ada).quiet_from is None


def test_a_rep_may_choose_for_the_news_of_reps(mailing: Flask) -> None:
    person(mailing, "kate@example.com", "Kate", roles=["rep"])
    assert (
        "Somebody is introduced to me" in browser(mailing, "kate@example.com").get("/settings/notices").text
    )


def test_jobs_are_rung_for_by_the_sweep(mailing: Flask) -> None:
    tell(mailing, person(mailing))
    with mailing.app_context():
        assert sending.oldest(now()) is not None
    work(mailing)
    with mailing.app_context():
        assert sending.oldest(now()) is None


def test_the_settings_lead_there(mailing: Flask) -> None:
    person(mailing)
    assert 'href="/settings/notices"' in browser(mailing).get("/settings").text
