"""The host's side: publishing, the guest list, promises, and what a sheet may hold."""

import csv
import io
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from hub import members
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.hangouts import asking, building, requests, seats
from hub.hangouts.models import Asker, Hangout, Question, Request
from hub.ledger.queries import wallet_of
from hub.outbox.jobs import drain_all
from hub.segments import actions as segments
from tests.hub.hangouts.world import LINK, act, differences, hangout, in_state, of, together, told
from tests.hub.members.people import browser, person

FORM = {
    "title": "The table", "story": "Come.", "starts_at": "2031-03-28T17:00", "zone": "Europe/Berlin", "minutes": "60",
    "seats": "8", "accept_hours": "24", "meets": "video", "link": LINK, "link_minutes": "30", "audience": "picked",
    "points": "0", "agenda": "Plans\nMoney\n\nPlans", "segment_id": "0",
}  # fmt: skip


@pytest.fixture
def host(app: Flask) -> int:
    return person(app, "dorothy@example.com", "Dorothy Lindqvist", roles=("host",))


def test_a_host_makes_publishes_and_invites(app: Flask, host: int) -> None:
    person(app)
    client = browser(app, "dorothy@example.com")
    made = client.post("/manage/hangouts/new", data={"title": "The table"})
    path = made.location
    empty = client.post(
        f"{path}/publication", data={**FORM, "story": "", "starts_at": "", "link": "", "agenda": "Typed"}
    )
    assert empty.status_code == 422
    assert "Typed</textarea>" in empty.text
    for word in ("Say what it is about", "Say when it begins", "Paste the video link"):
        assert word in empty.text
    assert client.get("/hangouts/the-table").status_code == 200, "the host sees the draft's page"
    assert client.post(path, data={**FORM, "seats": "3", "agenda": "Old"}).status_code == 303
    assert client.post(f"{path}/publication", data=FORM).status_code == 303
    wrong = client.post(f"{path}/invitations", data={"names": "ada@example.com, nobody@example.com"})
    assert wrong.status_code == 422
    assert "Nobody here is called nobody@example.com" in wrong.text
    assert "ada@example.com, nobody@example.com</textarea>" in wrong.text
    assert told(app, "hangout.invited") == []
    assert client.post(f"{path}/invitations", data={"names": "@ada-marlowe"}).status_code == 303
    assert len(told(app, "hangout.invited")) == 1
    with app.app_context(), edges.reading():
        found = db.session.scalars(select(Hangout)).one()
        assert found.starts_at is not None
        assert found.starts_at.isoformat() == "2031-03-28T16:00:00+00:00"
        assert (found.state, found.seats) == ("open", 8), "what is published is what stands in the builder"
        assert [item.title for item in asking.items_of(found.id)] == ["Plans", "Money"]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("title", "", "Every hangout has a title."), ("zone", "Mars/North", "This zone isn’t known"),
        ("seats", "0", "From 1 to 10,000."), ("link", "javascript:alert(1)", "begins with https://"),
        ("starts_at", "2031-03-30T02:30", "this hour isn’t there"),
        ("starts_at", "0001-01-01T00:00", "this century"), ("points", "-1", "From 0 to 1,000,000."),
        ("minutes", "x", "Not a valid integer value"), ("audience", "segment", "Choose the segment"),
    ],
)  # fmt: skip
def test_what_cant_be_is_said_at_its_field_and_nothing_is_lost(
    app: Flask, host: int, field: str, value: str, says: str
) -> None:
    number = hangout(app, host, publish=False)
    answer = browser(app, "dorothy@example.com").post(
        f"/manage/hangouts/{number}", data={**FORM, field: value}
    )
    assert answer.status_code == 422
    assert says in answer.text
    assert "Plans\r\nMoney" in answer.text or "Plans\nMoney" in answer.text


def test_a_published_hangout_stays_complete(app: Flask, host: int) -> None:
    number = hangout(app, host)
    answer = browser(app, "dorothy@example.com").post(
        f"/manage/hangouts/{number}", data={**FORM, "story": ""}
    )
    assert answer.status_code == 422
    assert "Nothing was saved" in answer.text
    with app.app_context(), edges.reading():
        assert db.session.get_one(Hangout, number).story == "Come."


def test_publishing_invites_the_segment_and_later_whoever_is_new_in_it(app: Flask, host: int) -> None:
    ada, _kim = person(app), person(app, "kim@example.com", "Kim Novak")
    with app.app_context(), edges.unit():
        rules = {"match": "all", "rules": [{"kind": "tags", "tags": ["vip"], "wears": "any"}]}
        segment = segments.create("The best", rules, now=now()).id
        segments.tag([ada, host], "vip", now=now())
    number = hangout(app, host, audience="segment", segment_id=segment)
    with app.app_context():
        drain_all()
    assert in_state(app, number, "invited") == [ada], "the host isn't their own guest"
    act(app, segments.tag, [_kim], "vip")
    assert browser(app, "kim@example.com").get("/hangouts/the-table").status_code == 200
    browser(app, "dorothy@example.com").post(f"/manage/hangouts/{number}/audience")
    with app.app_context():
        drain_all()
    assert in_state(app, number, "invited") == [ada, _kim]


def test_a_manager_takes_a_seat_like_anybody_and_those_who_hold_it_take_none(app: Flask, host: int) -> None:
    grace = person(app, "grace@example.com", "Grace Hopper", roles=("manager",))
    co = person(app, "co@example.com", "Cora Host", roles=("host",))
    with app.app_context(), edges.unit():
        rules = {"match": "all", "rules": [{"kind": "tags", "tags": ["vip"], "wears": "any"}]}
        segment = segments.create("The best", rules, now=now()).id
    number = hangout(app, host, seats=3, audience="segment", segment_id=segment)
    of(app, building.change, number, {}, cohost_ids=[co], by_id=host)
    assert act(app, seats.invite, number, [grace, host, co]) == 1, "whoever holds it needs no invitation"
    manager, cora = browser(app, "grace@example.com"), browser(app, "co@example.com")
    assert "Take a seat" in manager.get("/hangouts/the-table").text
    assert manager.post("/hangouts/the-table/seat").status_code == 303
    assert "The table" in cora.get("/hangouts").text, "a co-host needn’t belong to its segment"
    assert "Take a seat" not in cora.get("/hangouts/the-table").text
    refused = cora.post("/hangouts/the-table/seat")
    assert (refused.status_code, "You hold it yourself" in refused.text) == (409, True)
    assert in_state(app, number, "seated") == [grace]
    wish = manager.post("/hangouts/the-table/agenda", data={"item": ["9" * 5000, "x"]})
    assert wish.status_code == 303, "what no table can hold is no item"


def test_the_sheet_of_guests_is_no_formula(app: Flask, host: int) -> None:
    with app.app_context(), edges.unit():
        firm = members.company("=HYPERLINK(1)", now=now()).id
        evil = members.add("evil@example.com", name="@SUM(A1)", now=now(), company_id=firm, title="+1").id
    number = hangout(app, host)
    act(app, seats.take, number, evil)
    answer = browser(app, "dorothy@example.com").get(f"/manage/hangouts/{number}/guests.csv")
    row = next(csv.DictReader(io.StringIO(answer.text)))
    assert (row["name"], row["company"], row["title"]) == ("'@SUM(A1)", "'=HYPERLINK(1)", "'+1")
    assert row["state"] == "Has a seat"


def test_everybody_who_asked_is_told_and_credited_once_when_it_ships(each_database: Flask) -> None:
    app = each_database
    host = person(app, "dorothy@example.com", "Dorothy Lindqvist", roles=("host",))
    ada, kim, late = person(app), person(app, "kim@example.com", "Kim"), person(app, "l@example.com", "Late")
    number = hangout(app, host, seats=5)
    question = of(app, asking.ask, number, ada, "Undo?", anonymous=False)
    assert together(app, [partial(asking.want, question, kim, on=True)] * 4).count(True) == 1

    def change(status: str, **wishes: object) -> bool:
        with app.app_context(), edges.unit():
            one = db.session.scalars(select(Request)).one()
            return requests.move(one, status, by_id=host, now=now(), **wishes)  # type: ignore[arg-type]

    with app.app_context(), edges.unit():
        asked = db.session.get_one(Question, question)
        hangout_row = db.session.get_one(Hangout, number)
        requests.hear(hangout_row, "Undo", by_id=host, now=now(), points=40, question=asked)
    with pytest.raises(requests.Unclear):
        change("not_now")
    assert change("building", reason="Soon.") is True
    with app.app_context(), edges.unit():
        assert requests.join(db.session.scalars(select(Request)).one(), late, now=now()) is True
    assert change("shipped") is True
    assert change("shipped") is False
    assert change("heard") is False, "what has shipped stays so"
    assert sorted(told(app, "request.shipped")) == [ada, kim, late]
    with app.app_context(), edges.reading():
        assert [wallet_of(one).balance for one in (ada, kim, late)] == [40, 40, 0]
    assert differences(app) == []


def test_an_anonymous_asker_is_told_in_private_and_stays_nobody(app: Flask, host: int) -> None:
    ada, kim, number = person(app), person(app, "kim@example.com", "Kim"), hangout(app, host, seats=5)
    question = of(app, asking.ask, number, ada, "Undo?", anonymous=True)
    act(app, lambda now: asking.want(question, kim, on=True))  # noqa: ARG005
    client = browser(app, "dorothy@example.com")
    path = f"/manage/hangouts/{number}"
    assert client.post(f"{path}/questions/{question}", data={"state": "request"}).status_code == 303
    assert client.post(f"{path}/questions/{question}", data={"state": "request"}).status_code == 409
    form = {"request-1-status": "shipped", "request-1-reason": "", "request-1-points": "x"}
    assert client.post(f"{path}/requests/1", data=form).status_code == 422
    assert client.post(f"{path}/requests/1", data={**form, "request-1-points": "30"}).status_code == 303
    assert sorted(told(app, "request.shipped")) == [ada, kim]
    with app.app_context(), edges.reading():
        assert [wallet_of(one).balance for one in (ada, kim)] == [0, 30], "points would show who it was"
        assert db.session.scalars(select(Asker.member_id)).all() == [kim]


def test_a_host_names_the_guests_who_asked(app: Flask, host: int) -> None:
    ada, number = person(app), hangout(app, host, seats=5)
    person(app, "kim@example.com", "Kim")
    act(app, seats.take, number, ada)
    client, path = browser(app, "dorothy@example.com"), f"/manage/hangouts/{number}/requests"
    form = {"title": "Undo", "points": "10"}
    for names, says in (
        ("zoe@example.com", "Nobody here is called zoe"),
        ("kim@example.com", "Only guests of"),
    ):
        answer = client.post(path, data={**form, "names": names})
        assert answer.status_code == 422
        assert says in answer.text
        assert f"{names}</textarea>" in answer.text
    assert client.post(path, data={**form, "names": "ada@example.com"}).status_code == 303
    with app.app_context(), edges.reading():
        assert db.session.scalars(select(Asker.member_id)).all() == [ada]


def test_nobody_who_holds_it_looks_up_an_anonymous_asker_and_the_asker_hears_who_did(
    app: Flask, host: int
) -> None:
    ada, number = person(app), hangout(app, host)
    co = person(app, "co@example.com", "Cora Co", roles=("host", "manager"))
    person(app, "grace@example.com", "Grace Hopper", roles=("manager",))
    of(app, building.change, number, {}, cohost_ids=[co], by_id=host)
    question = of(app, asking.ask, number, ada, "Rude?", anonymous=True)
    path = f"/manage/hangouts/{number}"
    cora, grace = browser(app, "co@example.com"), browser(app, "grace@example.com")
    cora.post(f"{path}/questions/{question}", data={"state": "hidden"})
    assert "Show who asked" not in cora.get(f"{path}/guests").text
    assert cora.post(f"{path}/questions/{question}/asker").status_code == 403
    assert "Show who asked" in grace.get(f"{path}/guests").text
    assert "Ada Marlowe" in grace.post(f"{path}/questions/{question}/asker").text
    assert "by Grace Hopper</span>" in cora.get(f"{path}/guests").text
    assert told(app, "hangout.unmasked") == [ada]
    assert "Grace Hopper looked up who asked it" in browser(app).get("/inbox").text
