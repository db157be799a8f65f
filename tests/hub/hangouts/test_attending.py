"""Whoever was there is noted once and paid once: by the code, by the host's list, or by both at the same time."""

import datetime as dt
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from hub import ledger
from hub.activity.models import Fact
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.hangouts import attending, building, seats
from hub.hangouts.models import Hangout
from hub.ledger.models import Entry
from hub.ledger.queries import wallet_of
from tests.conftest import MakeApp
from tests.hub.hangouts.world import (
    DAY,
    HOUR,
    act,
    crowd,
    differences,
    hangout,
    of,
    standing,
    taken,
    together,
    told,
)
from tests.hub.members.people import browser, person

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def host(app: Flask) -> int:
    return person(app, "dorothy@example.com", "Dorothy Lindqvist", roles=("host",))


def code_of(app: Flask, number: int) -> str:
    with app.app_context(), edges.reading():
        return db.session.get_one(Hangout, number).code


def begin(app: Flask, number: int) -> None:
    """It begins now."""
    with app.app_context(), edges.unit():
        db.session.get_one(Hangout, number).starts_at = now() - MINUTE


def test_many_hands_at_once_pay_once(each_database: Flask) -> None:
    app = each_database
    host = person(app, "dorothy@example.com", "Dorothy Lindqvist", roles=("host",))
    number, (ada,) = hangout(app, host, points=150), crowd(app, 1)
    act(app, seats.take, number, ada)
    begin(app, number)
    code = code_of(app, number)

    def typed() -> bool:
        return attending.check_in(db.session.get_one(Hangout, number), ada, code.lower(), now=now())

    def ticked() -> int:
        return attending.mark(db.session.get_one(Hangout, number), [ada], by_id=host, now=now())

    results = together(app, [typed, ticked] * 10)
    assert sum(results) == 1
    with app.app_context(), edges.reading():
        entries = db.session.execute(select(Entry.key, Entry.points, Entry.reason)).all()
        facts = db.session.scalars(select(Fact).where(Fact.kind == "hangout.attended")).all()
        assert entries == [(f"hangout:{number}:member:{ada}", 150, "hangout")]
        assert [(one.subject, one.by_id, one.data["slug"]) for one in facts] == [
            (f"hangout:{number}", ada, "the-table")
        ]
        assert wallet_of(ada).balance == 150
    assert differences(app) == []


def test_a_code_counts_while_it_is_on_and_only_with_a_seat(app: Flask, host: int) -> None:
    number, (ada, kim) = hangout(app, host), crowd(app, 2)
    act(app, seats.take, number, ada)
    act(app, seats.take, number, kim)  # waits
    code = code_of(app, number)
    with app.app_context(), edges.reading():
        starts = db.session.get_one(Hangout, number).starts_at
    assert starts is not None
    refused = ((ada, code, starts - HOUR), (ada, code, starts + 4 * HOUR), (kim, code, starts), (ada, "ABCDEF", starts),
               (ada, "", starts))  # fmt: skip
    for who, typed, at in refused:
        with pytest.raises(attending.NotThere):
            of(app, attending.check_in, number, who, typed, now=at)
    with pytest.raises(attending.NotThere):
        of(app, attending.mark, number, [ada], by_id=host, now=starts - HOUR)
    assert of(app, attending.check_in, number, ada, f" {code[:3].lower()}-{code[3:]} ", now=starts) is True
    assert of(app, attending.check_in, number, ada, code, now=starts + MINUTE) is False
    assert act(app, seats.give_back, number, ada) is False, "whoever was there keeps the seat"


def test_guessing_the_code_is_slowed_down_and_what_was_typed_stays(make_app: MakeApp) -> None:
    app = make_app()
    host = person(app, "dorothy@example.com", "Dorothy Lindqvist", roles=("host",))
    ada, number = person(app), hangout(app, host, seats=2)
    act(app, seats.take, number, ada)
    begin(app, number)
    client = browser(app)
    answers = [client.post("/hangouts/the-table/attendance", data={"code": f"WRONG{n}"}) for n in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert 'value="WRONG3"' in answers[3].text
    assert "That isn’t the code" in answers[3].text
    assert "try again in a quarter of an hour" in answers[10].text


def test_a_host_never_checks_themselves_in(app: Flask) -> None:
    grace = person(app, "grace@example.com", "Grace Hopper", roles=("manager",))
    number = hangout(app, grace, points=150)
    act(app, seats.take, number, grace)
    begin(app, number)
    assert of(app, attending.mark, number, [grace], by_id=grace) == 0


def test_whoever_came_without_a_seat_is_paid_and_a_wrong_tick_is_taken_back(each_database: Flask) -> None:
    app = each_database
    host = person(app, "dorothy@example.com", "Dorothy Lindqvist", roles=("host",))
    number, (ada, kim, eve) = hangout(app, host, points=150), crowd(app, 3)
    act(app, seats.take, number, ada)
    act(app, seats.take, number, kim)  # waits
    begin(app, number)

    def came() -> int:
        found = db.session.get_one(Hangout, number)
        return attending.walk_in(found, [ada, kim, eve, host], by_id=host, now=now())

    def undone(who: int) -> bool:
        return attending.undo(db.session.get_one(Hangout, number), who, by_id=host, now=now())

    assert sum(together(app, [came] * 6)) == 3, "each once, and no host"
    assert (standing(app, number), taken(app, number)) == ({ada: "seated", kim: "waiting", eve: "invited"}, 1)
    assert together(app, [partial(undone, kim)] * 6).count(True) == 1
    assert balances(app, ada, kim, eve) == [150, 0, 150]
    assert differences(app) == []
    with app.app_context(), edges.unit():
        db.session.get_one(Hangout, number).points = 90
    assert together(app, [came] * 6).count(1) == 1
    assert balances(app, ada, kim, eve) == [150, 90, 150]
    with app.app_context(), edges.unit():
        entry = db.session.scalars(select(Entry).where(Entry.key == f"hangout:{number}:member:{eve}")).one()
        ledger.correct(entry.id, -50, key="by-hand", now=now(), by_id=host)
    assert together(app, [partial(undone, kim), partial(undone, eve), partial(undone, host)]) == [
        True,
        True,
        False,
    ]
    assert balances(app, ada, kim, eve) == [150, 0, 0], "no more is taken back than is left"
    assert differences(app) == []


def balances(app: Flask, *ids: int) -> list[int]:
    with app.app_context(), edges.reading():
        return [wallet_of(one).balance for one in ids]


def test_the_list_of_the_day_takes_names_and_undoes(app: Flask, host: int) -> None:
    number, ada = hangout(app, host, points=20), person(app)
    begin(app, number)
    desk, path = browser(app, "dorothy@example.com"), f"/manage/hangouts/{number}"
    wrong = desk.post(f"{path}/walk-ins", data={"names": "ada@example.com, nobody@example.com"})
    assert wrong.status_code == 422
    assert "Nobody here is called nobody@example.com" in wrong.text
    assert "ada@example.com, nobody@example.com</textarea>" in wrong.text
    assert desk.post(f"{path}/walk-ins", data={"names": "@ada-marlowe"}).status_code == 303
    assert "Came without a seat" in desk.get(f"{path}/guests").text
    assert "The first page" in desk.get(f"{path}/guests?page=2").text
    assert "You were there" in browser(app).get("/hangouts/the-table").text
    assert desk.post(f"{path}/guests/{ada}/absence").status_code == 303
    assert desk.post(f"{path}/guests/{ada}/absence").status_code == 409
    assert balances(app, ada) == [0]


def test_a_tick_days_later_counts_for_the_day_and_thanks_reach_whoever_was_added(
    app: Flask, host: int
) -> None:
    number, (ada, kim) = hangout(app, host, seats=2, points=50), crowd(app, 2)
    for one in (ada, kim):
        act(app, seats.take, number, one)
    with app.app_context(), edges.reading():
        ends = db.session.get_one(Hangout, number).ends_at
    assert ends is not None
    later = ends + 40 * DAY
    assert of(app, attending.mark, number, [ada], by_id=host, now=later) == 1
    assert of(app, building.thank, number, by_id=host, now=later) == 1
    assert of(app, building.thank, number, by_id=host, now=later) == 0
    assert of(app, attending.mark, number, [kim], by_id=host, now=later + HOUR) == 1
    assert of(app, building.thank, number, by_id=host, now=later + 2 * HOUR) == 1
    assert told(app, "hangout.thanked") == [ada, kim]
    with app.app_context(), edges.reading():
        assert set(db.session.scalars(select(Entry.happened_at))) == {ends}


def test_giving_back_at_the_same_time_as_being_checked_in_is_one_or_the_other(each_database: Flask) -> None:
    app = each_database
    host = person(app, "dorothy@example.com", "Dorothy Lindqvist", roles=("host",))
    number, (ada,) = hangout(app, host, points=10), crowd(app, 1)
    act(app, seats.take, number, ada)
    begin(app, number)

    def there() -> bool:
        return attending.attend(db.session.get_one(Hangout, number), ada, how="code", now=now())

    together(app, [there, partial(seats.give_back, number, ada, now=now())] * 5)
    assert differences(app) == []
