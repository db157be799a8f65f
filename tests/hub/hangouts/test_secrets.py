"""What must never get out: the video link to anybody else or too early, and who asked anonymously."""

import datetime as dt
import re
import sqlite3
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from hub.activity.models import Fact
from hub.core import edges, personal
from hub.core.clock import now
from hub.core.db import db
from hub.hangouts import asking, building, reminding, seats
from hub.hangouts.models import Guest, Hangout, Question
from hub.members.models import Member
from hub.outbox.jobs import drain_all
from tests.conftest import MakeApp
from tests.hub.hangouts.world import DAY, HOUR, LINK, act, hangout, of, told
from tests.hub.members.people import browser, person
from tests.mailbox import Mailbox

MINUTE = dt.timedelta(minutes=1)
PEOPLE = ("ada", "kim", "linus")


@pytest.fixture
def host(app: Flask) -> int:
    return person(app, "dorothy@example.com", "Dorothy Lindqvist", roles=("host",))


def set_begin(app: Flask, number: int, ahead: dt.timedelta) -> None:
    with app.app_context(), edges.unit():
        db.session.get_one(Hangout, number).starts_at = now() + ahead


def parts(mail: EmailMessage) -> str:
    """Everything in a mail, decoded."""
    found = [str(value) for _, value in mail.items()]
    for part in mail.walk():
        raw = part.get_payload(decode=True)
        found += [str(value) for _, value in part.items()] + (
            [raw.decode()] if isinstance(raw, bytes) else []
        )
    return "\n".join(found)


def test_the_link_opens_for_the_seated_when_it_is_near_and_is_on_no_page(app: Flask, host: int) -> None:
    ada, kim = person(app), person(app, "kim@example.com", "Kim Novak")
    number = hangout(app, host)
    act(app, seats.take, number, ada)
    act(app, seats.take, number, kim)  # waits
    people = {who: browser(app, f"{who}@example.com") for who in ("ada", "kim", "dorothy")}
    room = "/hangouts/the-table/room"
    for ahead in (3 * DAY, 31 * MINUTE, 29 * MINUTE, -30 * MINUTE, -61 * MINUTE):
        set_begin(app, number, ahead)
        near = ahead in (29 * MINUTE, -30 * MINUTE)
        for who, client in people.items():
            seen = [client.get(f"/hangouts{tail}").text for tail in ("", "/the-table", "/the-table.ics")]
            answer = client.get(room)
            let_in = near and who != "kim"
            assert (answer.location == LINK) is let_in, (who, ahead)
            assert answer.status_code == (404 if who == "kim" else 303)
            assert LINK not in "".join(seen) + ("" if let_in else answer.text + str(answer.headers))
        ada_sees = people["ada"].get("/hangouts/the-table").text
        assert ("Come in" in ada_sees) is near
    act(app, seats.give_back, number, ada)
    set_begin(app, number, 10 * MINUTE)
    assert people["ada"].get(room).status_code == 404, "whoever gave the seat back stays outside"


def test_the_link_is_sealed_in_the_database_and_gone_with_the_hangout(app: Flask, host: int) -> None:
    number = hangout(app, host)
    file = app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    with sqlite3.connect(file) as eye:
        assert LINK not in "\n".join(eye.iterdump())
    of(app, building.cancel, number, by_id=host)
    set_begin(app, number, 10 * MINUTE)
    assert browser(app, "dorothy@example.com").get("/hangouts/the-table/room").location != LINK


def test_mails_carry_the_calendar_and_never_the_link(make_app: MakeApp, mailbox: Mailbox) -> None:
    app = make_app(MAIL_URL=mailbox.url, MAIL_FROM="hub@example.com")
    host = person(app, "dorothy@example.com", "Dorothy Lindqvist", roles=("host",))
    ids = [person(app, f"{who}@example.com", who.title()) for who in PEOPLE]
    number = hangout(app, host, audience="picked", points=50)
    steps: list[Callable[[], Any]] = [
        lambda: act(app, seats.invite, number, ids),
        lambda: [act(app, seats.take, number, one) for one in ids],
        lambda: act(app, seats.give_back, number, ids[0]),
        lambda: act(app, seats.take, number, ids[1]),
        lambda: of(app, building.change, number, {"starts_at": now() + 5 * DAY}, by_id=host),
        lambda: of(app, building.cancel, number, by_id=host),
    ]
    for step in steps:
        step()
        with app.app_context():
            drain_all()
    mails = mailbox.messages
    everything = "\n".join(parts(mail) for mail in mails)
    assert LINK not in everything
    assert "s3cret" not in everything
    calendars = [
        (part.get_param("method"), "SEQUENCE:0" in body, "SEQUENCE:1" in body, "SEQUENCE:2" in body)
        for mail in mails for part in mail.walk()
        if part.get_content_type() == "text/calendar" and part.get_content_disposition() == "attachment"
        and (body := str(part.get_content()))
    ]  # fmt: skip
    seat = ("REQUEST", True, False, False)
    gone = ("CANCEL", True, False, False)
    assert calendars == [
        seat, gone, seat, ("REQUEST", False, True, False), ("CANCEL", False, False, True)
    ]  # fmt: skip
    subjects = "\n".join(str(mail["Subject"]) for mail in mails)
    for word in (
        "asks you to the table", "Your seat", "is given back", "is kept for you until", "Moved:", "Called off:"
    ):  # fmt: skip
        assert word in subjects, subjects


def test_whoever_loses_a_seat_is_told_by_whom_and_their_calendar_lets_go_of_it(
    make_app: MakeApp, mailbox: Mailbox
) -> None:
    app = make_app(MAIL_URL=mailbox.url, MAIL_FROM="hub@example.com")
    host, ada = person(app, "dorothy@example.com", "Dorothy Lindqvist", roles=("host",)), person(app)
    number = hangout(app, host)
    act(app, seats.take, number, ada)
    with app.app_context():
        drain_all()
    desk, mine = browser(app, "dorothy@example.com"), browser(app)
    assert desk.post(f"/manage/hangouts/{number}/guests/{ada}/removal").status_code == 303
    with app.app_context():
        drain_all()
    said = "Dorothy Lindqvist gave your seat in “The table” back"
    assert said in mine.get("/inbox").text
    first, second = (parts(mail) for mail in mailbox.messages)
    assert "Dorothy Lindqvist gave your seat in “The table”" in second
    assert ("METHOD:REQUEST" in first, "METHOD:CANCEL" in second, "STATUS:CANCELLED" in second) == (True,) * 3
    stamps = [re.search(r"DTSTAMP:(\w+)", text) for text in (first, second)]
    assert stamps[0]
    assert stamps[1]
    assert stamps[0][1] <= stamps[1][1], "of two with one SEQUENCE the later one holds"
    with app.app_context(), edges.reading():
        fact = db.session.scalars(select(Fact).where(Fact.kind == "hangout.given_back")).one()
        assert (fact.by_id, fact.data) == (host, {"member_id": ada}), "it was nothing that she did"


@pytest.mark.parametrize(("zone", "word"), [("Europe/Berlin", "Today"), ("Asia/Tokyo", "Tomorrow")])
def test_a_reminder_says_today_or_tomorrow_by_its_readers_own_clock(
    make_app: MakeApp, mailbox: Mailbox, zone: str, word: str
) -> None:
    app = make_app(MAIL_URL=mailbox.url, MAIL_FROM="hub@example.com")
    host = person(app, "dorothy@example.com", "Dorothy Lindqvist", roles=("host",))
    ada, starts = person(app), dt.datetime(2031, 5, 6, 18, 30, tzinfo=dt.UTC)
    with app.app_context(), edges.unit():
        db.session.get_one(Member, ada).zone = zone
    number = hangout(app, host, starts_at=starts)
    act(app, seats.take, number, ada)
    with time_machine.travel(starts - 13 * HOUR, tick=False), app.app_context():
        with edges.unit():
            reminding.remind(now())
        drain_all()
    subjects = [str(mail["Subject"]) for mail in mailbox.messages]
    assert f"{word}: The table" in subjects, subjects


def test_an_anonymous_question_reveals_nobody(app: Flask, host: int) -> None:
    grace = person(app, "grace@example.com", "Grace Hopper", roles=("manager",))
    ada, kim = person(app), person(app, "kim@example.com", "Kim Novak")
    number = hangout(app, host, seats=5)
    asked = of(app, asking.ask, number, ada, "Is the importer going away?", anonymous=True)
    of(app, asking.ask, number, kim, "What about reports?", anonymous=False)
    ways = {
        "kim@example.com": ("/hangouts/the-table", "/threads/hangout/1"),
        "dorothy@example.com": (f"/manage/hangouts/{number}/guests", f"/manage/hangouts/{number}/brief"),
        "grace@example.com": (f"/manage/hangouts/{number}/guests", "/hangouts/the-table", "/manage"),
    }
    for who, paths in ways.items():
        client = browser(app, who)
        pages = "".join(client.get(path).text for path in paths)
        assert "Is the importer going away?" in pages
        assert not {"Ada", "ada-marlowe"} & set(re.findall(r"[\w-]+", pages)), who
    with app.app_context(), edges.reading():
        row = db.session.get_one(Question, asked)
        assert (row.by_id, row.asked_at.hour, row.asked_at.minute) == (None, 0, 0)
        assert str(ada) not in {row.mark, row.sealed}
        mine = {name: rows for name, rows in personal.everything(ada)}["hangout_questions"]
        others = next(rows for name, rows in personal.everything(kim) if name == "hangout_questions")
    assert [one["body"] for one in mine] == ["Is the importer going away?"]
    assert [one["body"] for one in others] == ["What about reports?"]
    mine_seen = browser(app).get("/hangouts/the-table").text
    assert "Take back: Is the importer going away?" in mine_seen, "its writer still knows it"
    assert told(app, "request.moved") == []
    _only_abuse_opens_it(app, number, asked, grace)


def _only_abuse_opens_it(app: Flask, number: int, asked: int, grace: int) -> None:
    path = f"/manage/hangouts/{number}/questions/{asked}"
    dorothy, manager = browser(app, "dorothy@example.com"), browser(app, "grace@example.com")
    assert dorothy.post(f"{path}/asker").status_code == 403, "not even the host"
    assert manager.post(f"{path}/asker").status_code == 409, "not while it is on the page"
    assert dorothy.post(path, data={"state": "hidden"}).status_code == 303
    answer = manager.post(f"{path}/asker")
    assert (answer.status_code, "Ada Marlowe" in answer.text) == (200, True)
    file = app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    with sqlite3.connect(file) as eye:
        rows = eye.execute("SELECT by_id FROM facts WHERE kind = 'hangout.question_unmasked'").fetchall()
    assert rows == [(grace,)], "and it is written down who looked"


def test_a_hangout_is_there_for_those_who_are_meant_and_nobody_else(app: Flask, host: int) -> None:
    ada, _kim = person(app), person(app, "kim@example.com", "Kim Novak")
    person(app, "other@example.com", "Olga Other", roles=("host",))
    number = hangout(app, host, audience="picked")
    draft = hangout(app, host, title="A draft", publish=False)
    act(app, seats.invite, number, [ada])
    seen = {who: browser(app, f"{who}@example.com") for who in ("ada", "kim", "other", "dorothy")}
    pages = ("/hangouts/the-table", "/hangouts/the-table.ics", "/threads/hangout/1")
    assert [[seen[who].get(path).status_code for path in pages] for who in seen] == [
        [200] * 3, [404] * 3, [404] * 3, [200] * 3
    ]  # fmt: skip
    assert seen["kim"].post("/hangouts/the-table/seat").status_code == 404
    assert "The table" not in seen["kim"].get("/hangouts").text
    desk = (
        f"/manage/hangouts/{number}",
        f"/manage/hangouts/{number}/guests.csv",
        f"/manage/hangouts/{draft}",
    )
    assert [seen["other"].get(path).status_code for path in desk] == [404] * 3, "a host sees their own"
    assert "The table" not in seen["other"].get("/manage/hangouts").text
    assert seen["ada"].get("/hangouts/a-draft").status_code == 404
    with app.app_context(), edges.reading():
        assert db.session.scalars(select(Guest.member_id)).all() == [ada]


def test_five_questions_at_a_time_and_none_after_the_end(app: Flask, host: int) -> None:
    ada, number = person(app), hangout(app, host)
    for count in range(5):
        of(app, asking.ask, number, ada, f"Question {count}?", anonymous=count % 2 == 0)
    with pytest.raises(asking.Unasked, match="at a time"):
        of(app, asking.ask, number, ada, "One more?", anonymous=True)
    answer = browser(app).post("/hangouts/the-table/questions", data={"body": "Kept?", "anonymous": "1"})
    assert answer.status_code == 422
    assert ">Kept?</textarea>" in answer.text
    set_begin(app, number, -5 * HOUR)
    with pytest.raises(asking.Unasked, match="closed"):
        of(app, asking.ask, number, host, "Late?", anonymous=False)
