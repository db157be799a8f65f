"""What a supplier has once taken stays theirs until somebody says otherwise: no failed question gives points back."""

from collections.abc import Iterator
from unittest import mock

import pytest
from flask import Flask
from sqlalchemy import update

from hub import rewards
from hub.core import edges, outgoing
from hub.core.clock import now
from hub.core.db import db
from hub.rewards.actions import composing, fulfilling
from hub.rewards.models import Reward, Supplier
from hub.rewards.providers import Placed
from hub.rewards.providers.webhook import Webhook
from hub.rewards.wishes import Refusal
from tests.hub.rewards.scene import (
    Shop,
    act,
    choose,
    differences,
    later,
    look,
    person,
    purse,
    shop,
    supplied,
    work,
)

FAILING = {"not sent": mock.Mock(side_effect=outgoing.NotSent("No such name."))}


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setattr(outgoing, "SECONDS", 0.3)
    with shop("webhook") as found:
        yield found


def switch(app: Flask, *, is_on: bool) -> None:
    with app.app_context(), edges.unit():
        db.session.execute(update(Supplier).values(is_on=is_on))


def test_what_a_supplier_has_is_never_free_again_because_asking_failed(app: Flask, store: Shop) -> None:
    ada, grace, card = person(app, points=500), person(app, "grace"), supplied(app, store)
    number = choose(app, ada, card)
    store.plan = ["taken"]
    work(app)
    assert look(app, number).state == "sending"
    for what in ("off", "not sent", "slow", "denied", "gone"):
        store.plan = [what] * 9
        switch(app, is_on=what != "off")
        with mock.patch.object(outgoing, "call", FAILING.get(what, outgoing.call)):
            later(app)
        assert (look(app, number).state, purse(app, ada)[1]) == ("unknown", 500), what
        with pytest.raises(Refusal, match="Nobody knows"):
            act(app, rewards.refuse, number, by_id=grace, words="Never came.")
        switch(app, is_on=True)
        store.plan = ["taken"]
        later(app)
        found = look(app, number)
        assert (found.state, found.unknown_at, found.error) == ("sending", None, ""), what
    store.plan = ["no"]
    later(app)
    assert (look(app, number).state, purse(app, ada)) == ("refused", (500, 0, 500)), "they say so themselves"
    assert differences(app) == []


def test_what_never_came_to_a_supplier_may_be_refused_by_a_bare_status(app: Flask, store: Shop) -> None:
    ada, card = person(app, points=900), supplied(app, store)
    switch(app, is_on=False)
    number = choose(app, ada, card)
    work(app)
    switch(app, is_on=True)
    store.plan = ["gone"]
    later(app)
    assert (look(app, number).state, purse(app, ada)) == ("refused", (900, 0, 900))


def test_what_a_gift_shop_may_have_is_not_refused_by_a_bare_status(app: Flask) -> None:
    with shop("tremendous") as store:
        ada = person(app, points=900)
        number = choose(app, ada, supplied(app, store))
        store.plan = ["busy", "refuse"]
        work(app)
        assert look(app, number).state == "unknown"
        later(app)
        assert (look(app, number).state, purse(app, ada)[1]) == ("unknown", 500)
        assert "no such product" in look(app, number).error


def test_many_that_take_their_time_keep_nobody_from_being_asked_after(
    app: Flask, store: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fulfilling, "SHARE", 1)
    ada, card = person(app, points=2_000), supplied(app, store)
    store.plan = ["taken"] * 3
    slow = [choose(app, ada, card, f"token-{n}") for n in range(3)]
    work(app)
    store.plan = ["busy"]
    unknown = choose(app, ada, card, "token-unknown")
    work(app)
    store.calls.clear()
    store.plan = ["taken"] * 9
    for _ in range(4):
        later(app)
    asked = [int(call.rpartition("-")[2]) for call in store.calls]
    assert set(asked[:2]) == {unknown, slow[0]}, "what nobody knows waits for nobody"
    assert set(asked) == {*slow, unknown}


def test_a_supplier_is_asked_for_what_was_chosen_whatever_becomes_of_the_reward(
    app: Flask, store: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = mock.Mock(return_value=Placed(state="sending"))
    monkeypatch.setattr(Webhook, "place", place)
    ada, card = person(app, points=900), supplied(app, store)
    choose(app, ada, card)
    change = {"title": "Another card", "kind": "donation", "cause": "Trees", "data": {"item": "P2"}}
    with app.app_context(), edges.unit():
        composing.change(db.session.get_one(Reward, card), change, by_id=None, now=now())
    work(app)
    later(app)
    asked = [call.args[0] for call in place.call_args_list]
    assert [(one.title, one.kind, one.data["item"]) for one in asked] == [("A card", "product", "P1")] * 2
