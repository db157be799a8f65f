"""A supplier is asked once for each redemption, whatever it answers: one order, nothing stuck, nothing lost."""

import base64
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from hub import rewards
from hub.core import edges, outgoing
from hub.core.clock import now
from hub.core.crypto import seal, unseal
from hub.core.db import db
from hub.crm.adapters.generic import keys, sign
from hub.notices.models import Notice
from hub.rewards import queries, suppliers
from hub.rewards.actions import composing, moving
from hub.rewards.models import Redemption, Reward, Supplier
from hub.rewards.wishes import Refusal, Unfit
from tests.hub.rewards.scene import (
    Shop,
    act,
    choose,
    differences,
    entries,
    later,
    look,
    person,
    purse,
    shop,
    stock,
    supplied,
    work,
)

KINDS = ("webhook", "tremendous")
THERE = {"webhook": "sent", "tremendous": "delivered"}


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setattr(outgoing, "SECONDS", 0.3)
    with shop(request.param) as found:
        yield found


@pytest.mark.parametrize(
    ("plan", "calls"),
    [
        (["ok"], ["ok"]),
        (["busy", "ok"], ["busy", "ok"]),
        (["lost"], ["lost", "ok"]),
        (["late", "busy"], ["late", "busy", "ok"]),
        (["lost", "late", "lost"], ["lost", "late", "lost", "ok"]),
    ],
    ids=["at once", "500", "a time-out after success", "a 500 after success", "one after the other"],
)
def test_whatever_goes_wrong_there_is_one_order_and_points_are_spent_once(
    app: Flask, store: Shop, plan: list[str], calls: list[str]
) -> None:
    ada, card = person(app, points=900), supplied(app, store, stock=5)
    number = choose(app, ada, card)
    store.plan = list(plan)
    work(app)
    for _ in range(len(plan) + 1):
        later(app)
        if look(app, number).is_open:
            assert purse(app, ada)[1] == 500, "nothing is given back while nobody knows"
    assert (look(app, number).state, list(store.orders)) == (
        THERE[store.kind],
        [f"hurrah-redemption-{number}"],
    )
    asked = [call.partition(":")[0] for call in store.calls if not call.startswith("look")]
    assert asked == calls[: len(asked)]
    assert entries(app, "redemption:") == [(f"redemption:{number}", -500, "redemption")]
    assert (purse(app, ada), stock(app, card)) == ((400, 0, 900), (4, 1))
    assert differences(app) == []


def test_a_refusal_gives_points_and_stock_back_once_with_its_reason(app: Flask, store: Shop) -> None:
    ada, card = person(app, points=900), supplied(app, store, stock=5)
    number = choose(app, ada, card)
    store.plan = ["refuse"]
    work(app)
    later(app)
    found = look(app, number)
    assert (found.state, purse(app, ada), stock(app, card), store.orders) == (
        "refused",
        (900, 0, 900),
        (5, 0),
        {},
    )
    with app.app_context():
        kinds = set(db.session.scalars(select(Notice.kind).where(Notice.member_id == ada)))
        words = [note.words for note, _ in queries.notes(number)]
    assert "redemption.refused" in kinds
    assert "no such" in words[0]
    assert differences(app) == []


def test_what_nobody_knows_is_never_given_up_and_told_after_a_day(app: Flask, store: Shop) -> None:
    ada, grace = person(app, points=900), person(app, "grace", roles=("manager",))
    number = choose(app, ada, supplied(app, store))
    store.plan = ["lost", *["busy"] * 40]
    work(app)
    assert look(app, number).state == "unknown"
    for verb, who in (
        (rewards.cancel, {"member_id": ada}),
        (rewards.refuse, {"by_id": grace, "words": "No."}),
    ):
        with pytest.raises(Refusal):
            act(app, verb, number, **who)
    with app.app_context(), edges.unit():
        db.session.get_one(Redemption, number).unknown_at = now() - dt.timedelta(hours=25)
    if store.kind == "tremendous":
        store.orders.clear()  # it never came to them, so there is nothing to be found
    later(app)
    with app.app_context():
        told = set(db.session.scalars(select(Notice.kind).where(Notice.member_id == grace)))
    assert "redemption.stuck" in told
    assert (look(app, number).state, purse(app, ada)) == ("unknown", (900, 500, 900))
    act(app, moving.resolve, number, arrived=False, by_id=grace, words="They looked for it: nothing.")
    act(app, rewards.refuse, number, by_id=grace, words="Sorry.")
    assert purse(app, ada) == (900, 0, 900)
    assert differences(app) == []


def test_a_supplier_that_is_switched_off_costs_nobody_anything(app: Flask, store: Shop) -> None:
    ada, card = person(app, points=900), supplied(app, store)
    with app.app_context(), edges.unit():
        db.session.scalars(select(Supplier)).one().is_on = False
    number = choose(app, ada, card)
    work(app)
    found = look(app, number)
    assert (found.state, found.error, store.calls) == ("approved", "This supplier is switched off.", [])
    with app.app_context(), edges.unit():
        db.session.scalars(select(Supplier)).one().is_on = True
    later(app)
    assert look(app, number).state == THERE[store.kind]


def test_what_is_done_by_hand_has_no_supplier(app: Flask, store: Shop) -> None:
    ada, card = person(app, points=900), supplied(app, store)
    with app.app_context(), edges.unit():
        found = db.session.get_one(Reward, card)
        composing.change(
            found, {"provider": "manual", "supplier_id": found.supplier_id}, by_id=None, now=now()
        )
        assert found.supplier_id is None
    number = choose(app, ada, card)
    assert look(app, number).supplier_id is None
    act(app, moving.dispatch, number, by_id=None)
    work(app)
    assert store.calls == []


def news(app: Flask, number: int, kind: str, *, secret: str | None = None, **data: str) -> int:
    """The supplier's own message; the answer's status."""
    with app.app_context():
        plain = secret or unseal(db.session.scalars(select(Supplier.sealed)).one())
    said = {"type": f"redemption.{kind}", "data": {"reference": f"hurrah-redemption-{number}", **data}}
    body = json.dumps(said).encode()
    headers = sign(plain, f"news-{kind}", body, now())
    return app.test_client().post("/webhooks/rewards/webhook", data=body, headers=headers).status_code


def test_news_from_a_supplier_moves_it_on_once_and_never_back(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "SECONDS", 0.3)
    with shop("webhook") as store:
        ada = person(app, points=900)
        number = choose(app, ada, supplied(app, store))
        store.plan = ["lost"]
        work(app)
        assert look(app, number).state == "unknown"
        for _ in range(3):
            assert news(app, number, "sent", tracking="T-9", tracking_url="https://t.example.com/9") == 202
        assert (look(app, number).state, look(app, number).tracking) == ("sent", "T-9")
        assert news(app, number, "delivered") == 202
        assert news(app, number, "sent") == 202
        assert news(app, number, "refused", reason="Too late.") == 202
        found = look(app, number)
        assert found.state == "delivered", "a refusal after it was sent is for people to look at"
        assert "Too late." in found.error
        assert purse(app, ada) == (400, 0, 900)
        assert news(app, number, "sent", secret="whsec_" + base64.b64encode(b"x" * 32).decode()) == 401
        assert news(app, number + 1, "sent") == 400
        assert news(app, number, "lost") == 400
        assert differences(app) == []


def test_orders_are_signed_as_standard_webhooks_say(app: Flask) -> None:
    secret = "whsec_" + base64.b64encode(b"k" * 32).decode()
    headers = sign(secret, "hurrah-redemption-7", b"{}", now())
    signed = f"hurrah-redemption-7.{headers['webhook-timestamp']}.{{}}".encode()
    expected = base64.b64encode(hmac.new(keys(secret)[0], signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "A b"}, "name"),
        ({"address": "http://10.0.0.1/x"}, "address"),
        ({"address": "https://u:p@x.example"}, "address"),
        ({"kind": "tremendous", "address": "moon", "token": "t"}, "address"),
        ({"kind": "tremendous", "address": "sandbox"}, "token"),
    ],
)
def test_a_supplier_that_can_not_be_is_refused_at_its_field(
    app: Flask, given: dict[str, str], field: str
) -> None:
    wish = {"name": "w", "kind": "webhook", "address": "https://w.example.com/x", **given}
    with app.app_context(), edges.unit(), pytest.raises(Unfit) as unfit:
        suppliers.keep(None, suppliers.Wish(options={}, **wish), by_id=None, now=now())  # type: ignore[arg-type]
    assert set(unfit.value.errors) == {field}


def test_an_inner_address_is_never_called(app: Flask) -> None:
    with shop("webhook") as store:
        ada, card = person(app, points=900), supplied(app, store)
        app.config["OUTGOING_ALLOW_PRIVATE"] = False
        number = choose(app, ada, card)
        work(app)
        assert store.calls == []
        assert "We don't call this address" in look(app, number).error
        assert look(app, number).state == "approved"


def test_a_secret_is_sealed_and_shown_once(app: Flask) -> None:
    with app.app_context(), edges.unit():
        wish = suppliers.Wish(name="w", kind="webhook", address="https://w.example.com/x", options={})
        made = suppliers.keep(None, wish, by_id=None, now=now())
        kept = suppliers.by_name("w")
        assert made is not None
        assert kept is not None
        assert made not in kept.sealed
        assert unseal(kept.sealed) == made
        assert suppliers.keep(kept, wish, by_id=None, now=now()) is None
        assert unseal(kept.sealed) == made
        assert seal(made) != kept.sealed
