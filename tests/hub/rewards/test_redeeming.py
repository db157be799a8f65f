"""Points, stock and places are taken all at once or not at all, whoever races; both databases, real threads."""

import datetime as dt
from functools import partial
from typing import Any

import pytest
from flask import Flask

from hub import rewards
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.members.models import Member
from hub.rewards import limits
from hub.rewards.actions import composing, moving
from hub.rewards.gates import GATES
from hub.rewards.models import Reward
from hub.rewards.queries import address_of
from hub.rewards.wishes import Refusal, Unfit, Wanted
from tests.hub.rewards.scene import (
    HOME,
    act,
    choose,
    differences,
    entries,
    look,
    person,
    purse,
    reward,
    stock,
    together,
)


@pytest.fixture
def hub(each_database: Flask) -> Flask:
    return each_database


def chosen(results: list[object]) -> list[object]:
    return [one for one in results if isinstance(one, int)]


def test_fifty_at_once_want_the_last_one_and_one_gets_it(hub: Flask) -> None:
    mug = reward(hub, stock=1)
    people = [person(hub, f"m{n}", points=500) for n in range(50)]
    results = together(hub, *(partial(choose, hub, one, mug) for one in people))
    assert len(chosen(results)) == 1
    assert {str(one) for one in results if isinstance(one, Refusal)} == {
        "The last one has just gone. Your points are untouched."
    }
    assert stock(hub, mug) == (0, 1)
    assert sum(purse(hub, one)[1] for one in people) == 500
    assert differences(hub) == []


def test_twenty_at_once_with_points_for_one(hub: Flask) -> None:
    ada = person(hub, points=500)
    mugs = [reward(hub, f"Mug {n}", stock=50) for n in range(2)]
    results = together(hub, *(partial(choose, hub, ada, mugs[n % 2], f"token-{n}") for n in range(20)))
    assert len(chosen(results)) == 1
    assert purse(hub, ada) == (500, 500, 500)
    assert sum(stock(hub, mug)[1] for mug in mugs) == 1
    assert differences(hub) == []


def test_one_form_sent_fifty_times_is_one_redemption(hub: Flask) -> None:
    ada, mug = person(hub, points=5_000), reward(hub, stock=9)
    results = together(hub, *(partial(choose, hub, ada, mug) for _ in range(50)))
    assert len(set(results)) == 1
    assert purse(hub, ada) == (5_000, 500, 5_000)
    assert stock(hub, mug) == (8, 1)
    with pytest.raises(rewards.KeyUsed):
        choose(hub, ada, reward(hub, "Another"))
    assert differences(hub) == []


def test_who_clicks_twice_on_the_last_one_has_it_both_times(hub: Flask) -> None:
    ada, mug = person(hub, points=5_000), reward(hub, stock=1)
    results = together(hub, *(partial(choose, hub, ada, mug) for _ in range(8)))
    assert len(set(results)) == 1
    assert choose(hub, ada, mug) == results[0]
    assert (purse(hub, ada), stock(hub, mug)) == ((5_000, 500, 5_000), (0, 1))


def test_a_members_limit_holds_whoever_races_and_a_refusal_frees_the_place(hub: Flask) -> None:
    ada, grace = person(hub, points=9_000), person(hub, "grace", roles=("manager",))
    mug = reward(hub, limit_count=2, limit_period="month", needs_approval=True)
    results = together(hub, *(partial(choose, hub, ada, mug, f"token-{n}") for n in range(12)))
    first, second = sorted(int(one) for one in chosen(results))  # type: ignore[call-overload]
    assert purse(hub, ada)[1] == 1_000
    act(hub, rewards.refuse, first, by_id=grace, words="Not this one.")
    third = choose(hub, ada, mug, "token-again")
    assert third not in (first, second)
    with pytest.raises(Refusal, match="2 times each month"):
        choose(hub, ada, mug, "token-more")
    assert differences(hub) == []


def test_points_are_set_aside_then_spent_when_it_is_sent(hub: Flask) -> None:
    ada, grace = person(hub, points=40_000), person(hub, "grace", roles=("manager",))
    laptop = reward(hub, "A laptop", price=32_000, stock=2, needs_address=True)
    number = choose(hub, ada, laptop, address=HOME)
    assert look(hub, number).state == "waiting", "above ten thousand somebody looks at it"
    assert (purse(hub, ada), stock(hub, laptop)) == ((40_000, 32_000, 40_000), (1, 1))
    act(hub, rewards.approve, number, by_id=grace)
    with hub.app_context(), edges.unit():
        db.session.get_one(Reward, laptop).price = 99_000
    act(hub, rewards.dispatch, number, by_id=grace, tracking="1Z")
    assert entries(hub, "redemption:") == [(f"redemption:{number}", -32_000, "redemption")]
    assert purse(hub, ada) == (8_000, 0, 40_000), "what was earned ever stays"
    with hub.app_context():
        assert (address_of(number) or {})["city"] == "London"
    act(hub, rewards.deliver, number, by_id=ada)
    with hub.app_context():
        assert address_of(number) is None, "nobody needs to know any more"
    for verb in (rewards.dispatch, rewards.deliver):
        with pytest.raises(Refusal, match="moved on"):
            act(hub, verb, number, by_id=grace)
    assert differences(hub) == []


def test_refusing_while_it_is_cancelled_and_sent_ends_one_way(hub: Flask) -> None:
    grace = person(hub, "grace", roles=("manager",))
    mug = reward(hub, stock=9)
    for turn in range(4):
        ada = person(hub, f"ada{turn}", points=500)
        number = choose(hub, ada, mug)
        results = together(
            hub,
            partial(act, hub, rewards.refuse, number, by_id=grace, words="No."),
            partial(act, hub, rewards.cancel, number, member_id=ada),
            partial(act, hub, rewards.dispatch, number, by_id=grace),
        )
        assert len(chosen(results)) == 1
        spent = look(hub, number).state == "sent"
        assert purse(hub, ada) == ((0, 0, 500) if spent else (500, 0, 500))
    assert differences(hub) == []


def test_nobody_decides_about_their_own_and_a_refusal_has_a_reason(hub: Flask) -> None:
    grace = person(hub, "grace", points=900, roles=("manager",))
    number = choose(hub, grace, reward(hub, needs_approval=True))
    for verb, more in (
        (rewards.approve, {}),
        (rewards.refuse, {"words": "I changed my mind."}),
        (moving.resolve, {"words": "It never came.", "arrived": False}),
        (moving.resolve, {"words": "It came.", "arrived": True}),
    ):
        with pytest.raises(Refusal, match="Somebody else"):
            act(hub, verb, number, by_id=grace, **more)
    with pytest.raises(Refusal, match="Say why"):
        act(hub, rewards.refuse, number, by_id=person(hub, "root", roles=("admin",)), words=" ")


def test_what_is_missing_is_said_at_its_field_and_nothing_is_taken(hub: Flask) -> None:
    ada = person(hub, points=900)
    sizes = [{"name": "Size", "values": ["S", "M"]}]
    shirt = reward(hub, "A shirt", stock=3, options=sizes, needs_address=True)
    with pytest.raises(Unfit) as unfit:
        choose(hub, ada, shirt, options={"Size": "XXL"}, address={**HOME, "city": " "})
    assert set(unfit.value.errors) == {"option-0", "address-city"}
    assert (purse(hub, ada), stock(hub, shirt)) == ((900, 0, 900), (3, 0))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"price": 901}, "1 points are missing"),
        ({"closes_at": now() - dt.timedelta(days=1)}, "isn’t open"),
        ({"opens_at": now() + dt.timedelta(days=1)}, "isn’t open"),
        ({"stock": 0}, "has just gone"),
    ],
)
def test_what_can_not_be_chosen_says_why(app: Flask, values: dict[str, Any], says: str) -> None:
    ada = person(app, points=900)
    mug = reward(app, **values)
    with pytest.raises(Refusal, match=says):
        choose(app, ada, mug)
    assert purse(app, ada) == (900, 0, 900)
    assert differences(app) == []


def test_a_gate_of_another_room_stands_before_the_points(app: Flask) -> None:
    ada, mug = person(app, points=900), reward(app)

    def shut(_member: Member, _now: dt.datetime) -> str:
        return "Confirm your e-mail address first."

    GATES.append(shut)
    try:
        with pytest.raises(Refusal, match="Confirm your e-mail"):
            choose(app, ada, mug)
    finally:
        GATES.remove(shut)
    assert choose(app, ada, mug)


def test_points_wait_until_an_address_is_confirmed(app: Flask) -> None:
    ada, mug = person(app, points=900, confirmed=False), reward(app)
    with pytest.raises(Refusal, match=r"Confirm first that ada@example\.com is yours"):
        choose(app, ada, mug)
    assert purse(app, ada) == (900, 0, 900)


def limit(app: Flask, **values: object) -> None:
    given = {"country": "GB", "span": "year", "action": "hold", "amount_hundredths": 1_500, "words": "A form first.",
             "from_on": dt.date(2020, 1, 1), **values}  # fmt: skip
    act(app, limits.add, given, by_id=None)


def test_gifts_of_a_year_are_held_at_the_limit_and_the_value_is_frozen(hub: Flask) -> None:
    ada, grace = person(hub, points=9_000), person(hub, "grace", roles=("manager",))
    mug, trees = reward(hub), reward(hub, "Trees", kind="donation", cause="Trees")
    limit(hub)
    limit(hub, country="US", amount_hundredths=0)
    limit(hub, amount_hundredths=0, until_on=dt.date(2020, 12, 31))
    results = together(hub, *(partial(choose, hub, ada, mug, f"token-{n}") for n in range(4)))
    states = sorted(look(hub, int(number)).state for number in chosen(results))  # type: ignore[call-overload]
    assert states == ["approved", "held", "held", "held"], "two mugs are more than a year allows"
    assert look(hub, choose(hub, ada, trees, "token-trees")).state == "approved", "a donation is no gift"
    held = next(int(n) for n in chosen(results) if look(hub, int(n)).state == "held")  # type: ignore[call-overload]
    act(hub, rewards.approve, held, by_id=grace, words="The form is here.")
    assert look(hub, held).state == "approved"
    assert look(hub, held).counted_hundredths == 900
    assert differences(hub) == []


def test_who_may_not_accept_gifts_is_shown_to_donations(app: Flask) -> None:
    ada, mug = person(app, points=900), reward(app)
    with pytest.raises(Refusal, match="donation"):
        choose(app, ada, mug, takes_no_gifts=True)
    bea = person(app, "bea", points=900)
    limit(app, country="*", action="donate", amount_hundredths=0, words="Public servants accept no gifts.")
    with pytest.raises(Refusal, match="Public servants"):
        choose(app, bea, mug)
    assert purse(app, bea) == (900, 0, 900)


def test_a_member_changes_their_mind_while_nobody_outside_knows(app: Flask) -> None:
    ada, bea = person(app, points=900), person(app, "bea")
    mug = reward(app, stock=1)
    number = choose(app, ada, mug)
    with pytest.raises(Refusal):
        act(app, rewards.cancel, number, member_id=bea)
    act(app, rewards.cancel, number, member_id=ada)
    assert (purse(app, ada), stock(app, mug), look(app, number).state) == ((900, 0, 900), (1, 0), "cancelled")
    assert differences(app) == []


def test_a_draft_says_everything_that_is_missing(app: Flask) -> None:
    bare = reward(
        app, "Bare", publish=False, summary="", story="", price=0, cost_hundredths=0, kind="donation"
    )
    with app.app_context(), edges.unit():
        found = db.session.get_one(Reward, bare)
        with pytest.raises(composing.Incomplete) as incomplete:
            composing.publish(found, by_id=None, now=now())
        assert {one.field for one in incomplete.value.problems} == {
            "summary",
            "story",
            "price",
            "cost",
            "cause",
        }
        with pytest.raises(Refusal, match="Only 2"):
            composing.restock(reward_of(app, 2), -3, by_id=None, now=now())


def reward_of(_app: Flask, left: int) -> int:
    made = composing.create("Stocked", by_id=None, now=now(), stock=left, stocked=left)
    return made.id


def test_what_a_person_found_out_about_the_unknown_needs_words(app: Flask) -> None:
    ada, grace = person(app, points=900), person(app, "grace", roles=("manager",))
    number = choose(app, ada, reward(app))
    with pytest.raises(Refusal, match="how you know"):
        act(app, moving.resolve, number, arrived=True, by_id=grace, words="")
    with pytest.raises(Refusal, match="moved on"):
        act(app, moving.resolve, number, arrived=False, by_id=grace, words="They told me.")


def test_a_wish_is_the_same_wish_by_its_words(app: Flask) -> None:
    assert Wanted(options={"a": "1", "b": "2"}).digest(1) == Wanted(options={"b": "2", "a": "1"}).digest(1)
    assert Wanted(options={"a": "1"}).digest(1) != Wanted(options={"a": "1"}).digest(2)
