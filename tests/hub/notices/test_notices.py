"""Telling: once by key, only codes, read by its reader alone; the inbox and its bell."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub import notices
from hub.core import edges, registry
from hub.core.db import db
from hub.notices import actions, kinds, queries
from hub.notices.models import Notice
from tests.hub.members.people import browser, person
from tests.statements import statements

NOW = dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)
UTC = ZoneInfo("UTC")


@pytest.fixture(autouse=True)
def _kinds() -> Iterator[None]:
    notices.kind("test.moved", icon="ladder", sentence=lambda n, c: f"{c.title} moved to {n.data.get('to')}",
                 celebrate=lambda n: n.data.get("points", 0) > 0)  # fmt: skip
    notices.kind("test.said", icon="quote", sentence=lambda n, c: f"{c.who(n.data['by_id'])} said something")
    registry.link("thing")(lambda ids: {number: (f"Thing {number}", f"/things/{number}") for number in ids})
    yield
    for name in ("test.moved", "test.said"):  # only these: rooms register once, when they are first imported
        kinds.KINDS.pop(name, None)
    registry.targets.pop("thing", None)


def tell(
    app: Flask, member_id: int, number: int = 1, kind: str = "test.moved", *, days: int = 0, **data: object
) -> None:
    with app.app_context(), edges.unit():
        at = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
        notices.tell(member_id, kind, subject=f"thing:{number}", key=f"t:{number}", now=at, data=data)


def test_telling_twice_with_one_key_is_telling_once(each_database: Flask) -> None:
    ada = person(each_database)
    for points in (5, 6):
        tell(each_database, ada, points=points)
    with each_database.app_context():
        (only,) = db.session.scalars(select(Notice))
        assert only.data == {"points": 5}


def test_many_are_told_in_one_statement_and_mailed_in_another(app: Flask) -> None:
    people = [person(app, f"p{n}@example.com", f"P {n}") for n in range(3)]
    rows = [
        {"member_id": who, "kind": "test.moved", "subject": "thing:1", "key": f"k:{who}"} for who in people
    ]
    with app.app_context(), edges.unit(), statements(app) as sent:
        notices.tell_many(rows, now=NOW)
        notices.tell_many([], now=NOW)
    assert [line.split()[2] for line in sent if "INSERT" in line] == ["notices", "mails"]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Notice)) == 3


def test_a_kind_nobody_registered_is_refused(inside: Flask) -> None:
    with pytest.raises(LookupError, match=r"test\.unknown"):
        notices.tell(1, "test.unknown", subject="thing:1", key="k", now=NOW)


@pytest.mark.parametrize("words", ["Kim Doe", "kim@example.com", 1.5, {"name": "x"}, ["Kim Doe"]])
def test_a_notice_keeps_no_words(inside: Flask, words: object) -> None:
    with pytest.raises(ValueError, match="who is"):
        notices.tell(1, "test.moved", subject="thing:1", key="k", now=NOW, data={"who": words})


@pytest.mark.parametrize("code", ["won", 32_000, None, True, ["a", 1], "2026-11-21T09:15:01.900+00:00"])
def test_a_notice_keeps_ids_numbers_and_codes(app: Flask, code: object) -> None:
    tell(app, person(app), what=code)
    with app.app_context():
        assert db.session.scalars(select(Notice)).one().data == {"what": code}


def test_unread_ones_come_first_and_a_page_follows_the_other(each_database: Flask) -> None:
    ada = person(each_database)
    for number in range(7):
        tell(each_database, ada, number)
    with each_database.app_context(), edges.unit():
        for number in (5, 6):
            found = db.session.scalars(select(Notice).where(Notice.key == f"t:{number}")).one()
            actions.read(found.id, ada, now=NOW)
    seen: list[tuple[bool, str]] = []
    after: str | None = ""
    with each_database.app_context(), edges.reading():
        while after is not None:
            page = queries.inbox(ada, zone=UTC, after=after, limit=3)
            seen += [
                (line.is_new, line.url or "")
                for part in (page.new, page.read)
                for _, day in part
                for line in day
            ]
            after = page.after
    wanted = [(True, n) for n in (4, 3, 2, 1, 0)] + [(False, n) for n in (6, 5)]
    assert seen == [(new, f"/things/{n}") for new, n in wanted]


@pytest.mark.parametrize("after", ["x", "new-", "read-99999999999999999999", "new-1;drop", "-"])
def test_a_made_up_place_in_the_inbox_is_its_beginning(app: Flask, after: str) -> None:
    tell(app, person(app))
    assert "Thing 1 moved" in browser(app).get("/inbox", query_string={"after": after}).text


def test_one_reads_only_ones_own(app: Flask) -> None:
    tell(app, person(app))
    person(app, "linus@example.com", "Linus")
    with app.app_context():
        number = db.session.scalars(select(Notice.id)).one()
    assert browser(app, "linus@example.com").post(f"/inbox/{number}/reading").status_code == 404
    with app.app_context():
        assert db.session.get_one(Notice, number).read_at is None
    answer = browser(app).post(f"/inbox/{number}/reading")
    assert (answer.status_code, answer.location) == (303, "/things/1")
    with app.app_context():
        assert db.session.get_one(Notice, number).read_at is not None


def test_reading_all_leaves_what_came_after(app: Flask) -> None:
    ada = person(app)
    tell(app, ada, 1)
    tell(app, ada, 2)
    with app.app_context():
        first = db.session.scalars(select(Notice.id).order_by(Notice.id)).first()
    browser(app).post("/inbox/reading", data={"upto": first})
    with app.app_context():
        left = db.session.scalars(select(Notice.key).where(Notice.read_at.is_(None))).all()
    assert left == ["t:2"]


def test_htmx_gets_the_line_and_the_bell_back(app: Flask) -> None:
    tell(app, person(app))
    with app.app_context():
        number = db.session.scalars(select(Notice.id)).one()
    answer = browser(app).post(f"/inbox/{number}/reading", headers={"HX-Request": "true"})
    assert f'id="notice-{number}"' in answer.text
    assert "nothing unread" in answer.text
    assert "<html" not in answer.text


def test_a_stage_paid_is_celebrated_once(app: Flask) -> None:
    tell(app, person(app), points=1500, to="meeting")
    client = browser(app)
    first = client.get("/inbox/bell").text
    assert "data-celebrate" in first
    assert "Thing 1 moved to meeting" in first
    assert 'id="wallet-pill"' in first
    again = client.get("/inbox/bell").text
    assert "data-celebrate" not in again
    assert "1 unread" in again


def test_what_paid_nothing_is_no_party(app: Flask) -> None:
    tell(app, person(app), points=0, to="lost")
    assert "data-celebrate" not in browser(app).get("/inbox/bell").text


def test_yesterdays_party_is_over(app: Flask) -> None:
    tell(app, person(app), points=100, days=2)
    assert "data-celebrate" not in browser(app).get("/inbox/bell").text


def test_a_poll_of_the_bell_costs_one_statement(app: Flask) -> None:
    ada = person(app)
    for number in range(5):
        tell(app, ada, number, "test.said", by_id=ada)
    client = browser(app)
    client.get("/inbox/bell")
    with statements(app) as sent:
        assert "5 unread" in client.get("/inbox/bell", headers={"HX-Request": "true"}).text
    about_members = [line for line in sent if "FROM members" in line]
    assert len(sent) - len(about_members) == 1, sent
    assert len(about_members) == 1


def test_the_inbox_costs_the_same_for_one_and_for_thirty(app: Flask) -> None:
    ada = person(app)
    tell(app, ada, 0, "test.said", by_id=ada)
    client = browser(app)
    client.get("/inbox")
    with statements(app) as few:
        client.get("/inbox")
    for number in range(1, 30):
        tell(app, ada, number, "test.said", by_id=ada)
    with statements(app) as many:
        page = client.get("/inbox").text
    assert page.count("Ada Marlowe said something") >= 30
    assert len(many) == len(few) <= 7, many


def test_the_inbox_costs_the_same_however_many_rooms_are_in_it(each_database: Flask) -> None:
    app = each_database
    ada, client = person(app), browser(app)
    with app.app_context(), edges.unit():
        for number, prefix in enumerate(sorted(registry.targets)):
            notices.tell(ada, "test.quiet", subject=f"{prefix}:{ada}", key=f"test:{number}", now=NOW)
    client.get("/inbox")
    with statements(app) as sent:
        page = client.get("/inbox")
    asked = [line for line in sent if not line.startswith(("BEGIN", "PRAGMA"))]
    assert "Ada Marlowe." in page.text, "the member among the subjects is called by name"
    assert len(registry.targets) > 8
    assert len(asked) <= 6, "\n\n".join(asked)


def test_a_name_is_shown_as_text(app: Flask) -> None:
    ada = person(app, name="<img src=x onerror=alert(1)>")
    tell(app, ada, 1, "test.said", by_id=ada)
    page = browser(app).get("/inbox").text
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_an_empty_inbox_says_what_will_come(app: Flask) -> None:
    person(app)
    page = browser(app).get("/inbox").text
    assert "Nothing yet" in page
    assert "/referrals/new" in page


def test_a_notice_of_a_room_that_is_gone_is_still_a_line(app: Flask) -> None:
    tell(app, person(app))
    del kinds.KINDS["test.moved"]
    assert "Thing 1" in browser(app).get("/inbox").text


def test_a_page_asks_for_the_party_at_once_and_only_while_there_may_be_one(app: Flask) -> None:
    ada = person(app)
    client = browser(app)
    assert "load delay" not in client.get("/inbox").text
    tell(app, ada, points=100)
    page = client.get("/inbox").text
    assert "load delay" in page
    assert "data-celebrate" not in page
    client.get("/inbox/bell")
    assert "load delay" not in client.get("/inbox").text
