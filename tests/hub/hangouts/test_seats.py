"""Seats go to whoever asked first, whoever asks at the same time; on both databases, with real threads."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hub import members
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.hangouts import asking, building, reminding, requests, seats
from hub.hangouts.models import Asker, Guest, Hangout, Question, Request
from hub.members.models import Member
from hub.outbox.jobs import drain_all
from tests.hub.hangouts.world import (
    DAY,
    HOUR,
    act,
    crowd,
    differences,
    hangout,
    in_state,
    of,
    standing,
    taken,
    together,
    told,
)
from tests.hub.members.people import person

CLIENTS, SEATS = 100, 7


@pytest.fixture
def hub(each_database: Flask) -> Flask:
    return each_database


@pytest.fixture
def host(hub: Flask) -> int:
    return person(hub, "dorothy@example.com", "Dorothy Lindqvist", roles=("host",))


def test_a_hundred_ask_and_many_change_their_minds_and_nobody_is_passed_over(hub: Flask, host: int) -> None:
    people, number = crowd(hub, CLIENTS), hangout(hub, host, seats=SEATS)
    asks = [partial(seats.take, number, one, now=now()) for one in people]
    backs = [partial(seats.give_back, number, one, now=now()) for one in people[::3]]
    # Each third gives back what it may have got by then, while the others still ask.
    mixed: list[Callable[[], Any]] = [work for pair in zip(asks[::3], backs, strict=True) for work in pair]
    results = together(hub, [*mixed, *(ask for place, ask in enumerate(asks) if place % 3)])
    assert [one for one in results if isinstance(one, seats.Closed)] == []
    holding, waiting = in_state(hub, number, "seated", "offered"), in_state(hub, number, "waiting")
    assert len(holding) == taken(hub, number) == SEATS
    order = [one for one, state in standing(hub, number).items() if state in ("seated", "offered", "waiting")]
    assert order == holding + waiting, "whoever waits asked later than everybody who holds a seat"
    assert differences(hub) == []


def test_a_hundred_race_for_the_very_last_seat_while_others_give_theirs_back(hub: Flask, host: int) -> None:
    """The worst case: all but one seat are taken, a hundred want it, and the others leave meanwhile."""
    early, people = crowd(hub, SEATS - 1), crowd(hub, CLIENTS, "late")
    number = hangout(hub, host, seats=SEATS)
    for one in early:
        act(hub, seats.take, number, one)
    works: list[Callable[[], Any]] = [partial(seats.take, number, one, now=now()) for one in people]
    backs = [partial(seats.give_back, number, one, now=now()) for one in early]
    spread = CLIENTS // len(backs)
    for place, back in enumerate(backs):
        works.insert(place * (spread + 1) + spread, back)
    results = together(hub, works)
    assert [one for one in results if isinstance(one, seats.Closed)] == []
    assert results.count(True) == len(early), "each gives one seat back"
    holding, waiting = in_state(hub, number, "seated", "offered"), in_state(hub, number, "waiting")
    assert len(holding) == taken(hub, number) == SEATS
    assert len(in_state(hub, number, "seated")) == len(told(hub, "hangout.seated")) - len(early) == 1
    assert sorted(told(hub, "hangout.offered")) == sorted(in_state(hub, number, "offered"))
    assert len(waiting) == CLIENTS - SEATS
    order = [one for one, state in standing(hub, number).items() if state in ("seated", "offered", "waiting")]
    assert order == holding + waiting
    assert differences(hub) == []


def test_the_last_seat_goes_to_one_of_many(hub: Flask, host: int) -> None:
    people, number = crowd(hub, 20), hangout(hub, host)
    together(hub, [partial(seats.take, number, one, now=now()) for one in people])
    assert len(in_state(hub, number, "seated")) == 1
    assert len(in_state(hub, number, "waiting")) == 19
    assert len(told(hub, "hangout.seated")) == 1


def test_a_seat_that_is_given_back_many_times_at_once_comes_free_once(hub: Flask, host: int) -> None:
    people, number = crowd(hub, 4), hangout(hub, host)
    for one in people:
        act(hub, seats.take, number, one)
    results = together(hub, [partial(seats.give_back, number, people[0], now=now()) for _ in range(8)])
    assert results.count(True) == 1
    assert in_state(hub, number, "offered") == [people[1]]
    assert act(hub, seats.fill, number) == 0, "filling twice is filling once"
    assert told(hub, "hangout.offered") == [people[1]]


def test_whoever_asks_again_is_the_last_in_line(hub: Flask, host: int) -> None:
    people, number = crowd(hub, 3), hangout(hub, host)
    for one in people:
        act(hub, seats.take, number, one)
    act(hub, seats.give_back, number, people[0])
    act(hub, seats.take, number, people[0])
    assert in_state(hub, number, "waiting") == [people[2], people[0]]
    act(hub, seats.take, number, people[1])  # accepts
    assert standing(hub, number)[people[1]] == "seated"
    act(hub, seats.take, number, people[1])  # a second click changes nothing
    assert (taken(hub, number), differences(hub)) == (1, [])


def test_an_offer_nobody_takes_goes_to_the_next_in_line(hub: Flask, host: int) -> None:
    people, number = crowd(hub, 4), hangout(hub, host, accept_hours=2)
    for one in people:
        act(hub, seats.take, number, one)
    act(hub, seats.give_back, number, people[0])
    late = now() + 2 * HOUR + dt.timedelta(seconds=1)
    with hub.app_context(), pytest.raises(seats.Closed, match="next in line"), edges.unit():
        seats.take(number, people[1], now=late)
    assert sum(together(hub, [partial(seats.lapse, late) for _ in range(4)])) == 1
    assert standing(hub, number) | {} == {
        people[0]: "given_back", people[1]: "lapsed", people[2]: "offered", people[3]: "waiting"
    }  # fmt: skip
    act(hub, seats.decline, number, people[2], now=late)
    assert in_state(hub, number, "offered") == [people[3]]
    assert told(hub, "hangout.lapsed") == [people[1]]
    assert differences(hub) == []


def test_minutes_before_it_begins_a_free_seat_is_given_without_asking(hub: Flask, host: int) -> None:
    people, number = crowd(hub, 2), hangout(hub, host, begins=20 * dt.timedelta(minutes=1))
    for one in people:
        act(hub, seats.take, number, one)
    act(hub, seats.give_back, number, people[0])
    assert standing(hub, number)[people[1]] == "seated"
    late = now() + HOUR
    with hub.app_context(), pytest.raises(seats.Closed), edges.unit():
        seats.take(number, people[0], now=late)


def test_more_seats_go_to_the_line_and_fewer_than_are_taken_are_refused(hub: Flask, host: int) -> None:
    people, number = crowd(hub, 5), hangout(hub, host)
    for one in people:
        act(hub, seats.take, number, one)
    of(hub, building.change, number, {"seats": 3}, by_id=host)
    assert in_state(hub, number, "seated", "offered") == people[:3]
    with pytest.raises(building.Incomplete) as refused:
        of(hub, building.change, number, {"seats": 2}, by_id=host)
    assert [problem.field for problem in refused.value.problems] == ["seats"]
    assert differences(hub) == []


def test_moving_it_tells_everybody_once_and_cancelling_frees_what_was_offered(hub: Flask, host: int) -> None:
    people, number = crowd(hub, 3), hangout(hub, host)
    for one in people:
        act(hub, seats.take, number, one)
    act(hub, seats.give_back, number, people[0])
    when = now() + 5 * DAY
    assert of(hub, building.change, number, {"starts_at": when}, by_id=host) is True
    assert of(hub, building.change, number, {"starts_at": when, "points": 5}, by_id=host) is False
    assert sorted(told(hub, "hangout.moved")) == people[1:]
    assert of(hub, building.cancel, number, by_id=host) is True
    assert of(hub, building.cancel, number, by_id=host) is False
    assert sorted(told(hub, "hangout.cancelled")) == people[1:]
    with hub.app_context(), edges.reading():
        assert db.session.get_one(Hangout, number).sequence == 2
    assert (taken(hub, number), differences(hub)) == (0, [])


def test_once_it_has_begun_only_its_end_can_move(hub: Flask, host: int) -> None:
    number = hangout(hub, host, begins=HOUR / 2, minutes=60)
    during, later = now() + HOUR, now() + 4 * DAY
    with pytest.raises(building.Incomplete) as refused:
        of(hub, building.change, number, {"starts_at": later}, by_id=host, now=during)
    assert [problem.field for problem in refused.value.problems] == ["starts_at"]
    assert of(hub, building.change, number, {"minutes": 90, "story": "More."}, by_id=host, now=during) is True
    for values, field in (({"starts_at": later}, "starts_at"), ({"minutes": 600}, "minutes")):
        with pytest.raises(building.Incomplete) as refused:
            of(hub, building.change, number, values, by_id=host, now=now() + DAY)
        assert [problem.field for problem in refused.value.problems] == [field]
    assert of(hub, building.change, number, {"thanks": "Thank you."}, by_id=host, now=now() + DAY) is False


def test_two_who_move_it_at_once_use_two_sequences(hub: Flask, host: int) -> None:
    number, (ada,) = hangout(hub, host), crowd(hub, 1)
    act(hub, seats.take, number, ada)

    def move(days: int) -> bool:
        found = db.session.get_one(Hangout, number)
        return building.change(found, {"starts_at": now() + days * DAY}, by_id=host, now=now())

    together(hub, [partial(move, days) for days in (4, 5, 6, 7)])
    with hub.app_context(), edges.reading():
        assert db.session.get_one(Hangout, number).sequence == 4
    assert told(hub, "hangout.moved") == [ada] * 4, "each is told of under a key of its own"


def test_taking_a_question_back_takes_the_wish_back_that_it_became(hub: Flask, host: int) -> None:
    (ada, kim), number = crowd(hub, 2), hangout(hub, host)
    alone, shared, nobodys = (
        of(hub, asking.ask, number, ada, words, anonymous=words == "Nobody’s?")
        for words in ("Alone?", "Shared?", "Nobody’s?")
    )
    act(hub, lambda now: asking.want(shared, kim, on=True))  # noqa: ARG005
    for one in (alone, shared, nobodys):
        of(hub, hear, number, one, by_id=host)
    for one in (alone, shared, nobodys):
        act(hub, lambda now, one=one: asking.take_back(number, one, ada))  # noqa: ARG005
    with hub.app_context(), edges.reading():
        left = db.session.execute(
            select(Request.title, Request.question_id, Asker.member_id).join(Asker)
        ).all()
        assert left == [("Shared?", None, kim)]
        assert db.session.scalars(select(Question.id)).all() == []
    assert differences(hub) == []


def hear(hangout: Hangout, question_id: int, *, by_id: int, now: dt.datetime) -> Request:
    question = db.session.get_one(Question, question_id)
    return requests.hear(hangout, question.body, question=question, by_id=by_id, now=now)


def test_guests_are_reminded_once_a_day_and_once_an_hour_before(hub: Flask, host: int) -> None:
    people, number = crowd(hub, 2), hangout(hub, host)
    for one in people:
        act(hub, seats.take, number, one)
    with hub.app_context(), edges.reading():
        starts = db.session.scalar(select(Hangout.starts_at).where(Hangout.id == number))
    assert starts is not None
    for before in (25 * HOUR, 23 * HOUR, 22 * HOUR, HOUR / 2, HOUR / 3):
        with hub.app_context(), edges.unit():
            reminding.remind(starts - before)
    assert told(hub, "hangout.reminder") == [people[0], people[0]]


def test_less_than_half_a_day_before_it_is_the_hour_that_reminds(hub: Flask, host: int) -> None:
    (ada,), number = crowd(hub, 1), hangout(hub, host)
    act(hub, seats.take, number, ada)
    with hub.app_context(), edges.reading():
        starts = db.session.scalars(select(Hangout.starts_at)).one()
    assert starts is not None
    for before, many in ((11 * HOUR, 0), (10 * HOUR, 0), (HOUR / 2, 1)):
        with hub.app_context(), edges.unit():
            reminding.remind(starts - before)
        assert len(told(hub, "hangout.reminder")) == many


def test_whoever_is_shut_out_leaves_the_seat_to_the_next_and_is_offered_none(hub: Flask, host: int) -> None:
    people, number = crowd(hub, 3), hangout(hub, host)
    for one in people:
        act(hub, seats.take, number, one)
    for one in (people[1], people[0]):  # the second waits; the first has the seat
        with hub.app_context(), edges.unit():
            members.disable(db.session.get_one(Member, one), now=now())
    act(hub, seats.give_back, number, people[0])  # before anybody has heard of it
    assert in_state(hub, number, "offered") == [people[2]]
    with hub.app_context():
        drain_all()
    assert standing(hub, number) == {people[0]: "given_back", people[1]: "given_back", people[2]: "offered"}
    assert differences(hub) == []


def test_an_invitation_is_one_for_each_member_and_can_be_answered_either_way(hub: Flask, host: int) -> None:
    people, number = crowd(hub, 3), hangout(hub, host, audience="picked")
    assert act(hub, seats.invite, number, people) == 3
    assert act(hub, seats.invite, number, people) == 0
    assert act(hub, seats.decline, number, people[0]) is True
    assert act(hub, seats.decline, number, people[0]) is False
    act(hub, seats.take, number, people[0])
    act(hub, seats.take, number, people[1])
    assert standing(hub, number) == {people[0]: "seated", people[1]: "waiting", people[2]: "invited"}
    with hub.app_context(), edges.reading():
        rows = select(Guest.id).where(Guest.hangout_id == number)
        assert len(db.session.scalars(rows).all()) == 3


def test_somebody_who_is_erased_leaves_the_seat_to_the_next_and_no_words_behind(
    hub: Flask, host: int
) -> None:
    people, number = crowd(hub, 2), hangout(hub, host)
    for one in people:
        act(hub, seats.take, number, one)
    of(hub, asking.ask, number, people[0], "Mine by name?", anonymous=False)
    of(hub, asking.ask, number, people[0], "Mine by nobody?", anonymous=True)
    theirs = of(hub, asking.ask, number, people[1], "Theirs?", anonymous=False)
    act(hub, lambda now: asking.want(theirs, people[0], on=True))  # noqa: ARG005
    with hub.app_context(), edges.unit():
        members.erase(db.session.get_one(Member, people[0]), now=now(), by=None)
    assert standing(hub, number) == {people[0]: "given_back", people[1]: "offered"}
    with hub.app_context(), edges.reading():
        asked = select(Question.body, Question.sealed, Question.mark, Question.votes)
        left = db.session.execute(asked.order_by(Question.id)).all()
    assert left == [("", None, None, 0), ("", None, None, 0), ("Theirs?", None, None, 0)]
    assert differences(hub) == []
