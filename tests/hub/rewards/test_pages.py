"""What members and managers see and do: forms that come back as typed, the queue, the desk's money."""

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub import rewards
from hub.core import edges
from hub.core.db import db
from hub.members.models import Member
from hub.rewards import suppliers
from hub.rewards.models import GiftLimit, Refund, Reward, RewardPlan, RewardWish
from hub.rewards.rules import rules
from tests.hub.rewards.scene import HOME, act, choose, look, person, purse, reward, stock

TOKEN = "token-12345"
FORM = {f"address-{name}": value for name, value in HOME.items() if name != "country"} | {
    "country": "GB",
    "token": TOKEN,
}


def browser(app: Flask, member_id: int) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = f"{member_id}.0", True
    return client


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    return browser(app, person(app, points=5_000))


@pytest.fixture
def grace(app: Flask) -> FlaskClient:
    return browser(app, person(app, "grace", roles=("manager",)))


def slug(app: Flask, reward_id: int) -> str:
    with app.app_context():
        return db.session.get_one(Reward, reward_id).slug


def test_the_catalogue_says_what_is_within_reach_and_how_far_the_rest_is(
    app: Flask, ada: FlaskClient
) -> None:
    reward(app, "A mug")
    reward(app, "A laptop", price=32_000, stock=2)
    reward(app, "A secret", publish=False)
    page = ada.get("/rewards").text
    assert page.index("You have enough") < page.index("To aim for")
    assert "27,000 to go" in page
    assert "A secret" not in page
    assert "Refer somebody" in ada.get("/rewards/quickest?points=27000").text
    assert ada.get("/rewards/a-secret").status_code == 404


def test_a_form_comes_back_as_it_was_typed_with_each_error_at_its_field(app: Flask, ada: FlaskClient) -> None:
    shirt = reward(app, "A shirt", needs_address=True, options=[{"name": "Size", "values": ["S", "M"]}])
    answer = ada.post("/rewards/a-shirt/redemptions", data={**FORM, "address-city": "", "option-0": "M"})
    assert answer.status_code == 422
    assert 'value="1 Lane"' in answer.text
    assert "Town: it can’t be sent without." in answer.text
    assert f'value="{TOKEN}"' in answer.text
    assert stock(app, shirt) == (None, 0)
    assert ada.post("/rewards/a-shirt/redemptions", data={"token": "x"}).status_code == 400


def test_choosing_twice_with_one_form_leads_to_the_same_redemption(app: Flask, ada: FlaskClient) -> None:
    reward(app, "A mug", needs_address=True)
    first, second = (ada.post("/rewards/a-mug/redemptions", data=FORM) for _ in range(2))
    assert (first.status_code, first.location) == (303, second.location)
    page = ada.get(first.location).text
    assert "Being prepared" in page
    assert "Goes to Ada, 1 Lane" in page
    assert "1 Lane" in ada.get("/redemptions/1").text
    assert ada.post("/redemptions/1/cancellation").status_code == 303
    assert ada.post("/redemptions/1/cancellation").status_code == 409
    assert "500 points" in ada.get("/redemptions").text


def test_nobody_pays_more_than_the_page_said(app: Flask, ada: FlaskClient) -> None:
    mug = reward(app, "A mug", needs_address=True)
    assert 'name="price" value="500"' in ada.get("/rewards/a-mug").text

    def cost(price: int) -> None:
        with app.app_context(), edges.unit():
            db.session.get_one(Reward, mug).price = price

    cost(700)
    answer = ada.post("/rewards/a-mug/redemptions", data={**FORM, "price": "500"})
    assert answer.status_code == 409
    assert "It costs 700 points now; the page said 500." in answer.text
    assert 'value="1 Lane"' in answer.text
    assert 'name="price" value="700"' in answer.text
    assert stock(app, mug) == (None, 0)
    cost(400)
    assert ada.post("/rewards/a-mug/redemptions", data={**FORM, "price": "700"}).status_code == 303
    cost(900)
    assert ada.post("/rewards/a-mug/redemptions", data={**FORM, "price": "700"}).status_code == 303, (
        "it is chosen"
    )
    assert look(app, 1).points == 400


def test_nobody_sees_or_touches_what_others_chose(app: Flask, ada: FlaskClient) -> None:
    number = choose(app, person(app, "bea", points=900), reward(app))
    for path in ("cancellation", "receipt"):
        assert ada.post(f"/redemptions/{number}/{path}").status_code == 404
    assert ada.get(f"/redemptions/{number}").status_code == 404


def test_who_saves_towards_something_is_told_when_it_is_within_reach(app: Flask, ada: FlaskClient) -> None:
    reward(app, "A mug")
    ada.post("/rewards/a-mug/wish")
    ada.post("/rewards/a-mug/wish")
    assert "On your list" in ada.get("/rewards").text
    assert "You have enough for A mug" in ada.get("/").text
    ada.post("/rewards/a-mug/wish", data={"off": "1"})
    with app.app_context():
        assert db.session.scalars(select(RewardWish)).all() == []


def test_many_are_decided_each_by_itself(app: Flask, grace: FlaskClient) -> None:
    mug = reward(app, needs_approval=True)
    numbers = [choose(app, person(app, f"m{n}", points=500), mug) for n in range(3)]
    act(app, rewards.cancel, numbers[1], member_id=look(app, numbers[1]).member_id)
    assert "Waits for a manager" in grace.get("/manage/redemptions").text
    grace.post("/manage/redemptions/many", data={"id": numbers, "verdict": "approve"})
    assert [look(app, number).state for number in numbers] == ["approved", "cancelled", "approved"]
    said = grace.get("/manage/redemptions?view=do").text
    assert "2 approved." in said
    assert "1 left as they were" in said


def test_the_desk_sends_refunds_and_says_no_with_words(app: Flask, grace: FlaskClient) -> None:
    ada = person(app, points=9_000)
    number = choose(app, ada, reward(app, price=6_000, stock=3))
    path = f"/manage/redemptions/{number}"
    assert grace.post(f"{path}/decision", data={"verdict": "refuse"}).status_code == 409
    assert grace.post(f"{path}/dispatch", data={"tracking_url": "javascript:x"}).status_code == 422
    assert (
        grace.post(
            f"{path}/dispatch", data={"tracking": "1Z", "tracking_url": "https://t.example.com/1"}
        ).status_code
        == 303
    )
    assert grace.post(f"{path}/delivery").status_code == 303
    refund = {"token": TOKEN, "points": "6001", "words": "Torn."}
    assert grace.post(f"{path}/refunds", data=refund).status_code == 409
    assert grace.post(f"{path}/refunds", data={**refund, "points": "6000"}).status_code == 303
    with app.app_context():
        back = db.session.scalars(select(Refund)).one().id
    assert grace.post(f"{path}/refunds/{back}/decision", data={"verdict": "agree"}).status_code == 409
    mary = browser(app, person(app, "mary", roles=("manager",)))
    assert mary.post(f"{path}/refunds/{back}/decision", data={"verdict": "agree"}).status_code == 303
    assert purse(app, ada) == (9_000, 0, 9_000)


def test_what_was_typed_at_the_desk_is_kept_when_it_has_moved_on(app: Flask, grace: FlaskClient) -> None:
    number = choose(app, person(app, points=900), reward(app, needs_approval=True))
    path = f"/manage/redemptions/{number}"
    no = grace.post(f"{path}/resolution", data={"arrived": "no", "words": "They looked for it."})
    assert (no.status_code, ">They looked for it.</textarea>" in no.text) == (409, True)
    act(app, rewards.cancel, number, member_id=look(app, number).member_id)
    typed = {"tracking": "1Z 999", "tracking_url": "https://t.example.com/1"}
    sent = grace.post(f"{path}/dispatch", data=typed)
    assert (sent.status_code, "You wrote: “1Z 999 · https://t.example.com/1”" in sent.text) == (409, True)


def test_a_reward_is_drafted_completed_published_and_archived(app: Flask, grace: FlaskClient) -> None:
    assert grace.post("/manage/rewards/new", data={"title": "", "kind": "product"}).status_code == 422
    made = grace.post("/manage/rewards/new", data={"title": "A cap", "kind": "product"}).location
    assert "Say in a sentence what it is." in grace.post(f"{made}/publication").text
    given = {
        "title": "A cap",
        "kind": "product",
        "summary": "Keeps the sun out.",
        "story": "**Blue.**",
        "sign": "shirt",
        "hue": "3",
        "price": "700",
        "cost": "9.50",
        "limit_period": "ever",
        "low_at": "2",
        "segment_id": "0",
        "zone": "Europe/Berlin",
        "asks": "Size: S, M",
        "provider": "manual",
        "supplier_id": "0",
        "owner_id": "0",
        "due_days": "5",
    }
    assert grace.post(made, data={**given, "asks": "Size"}).status_code == 422
    assert grace.post(made, data={**given, "cost": "1.00"}).status_code == 303
    lacking = grace.post(f"{made}/publication", data={**given, "summary": "", "story": "**Typed.**"})
    assert lacking.status_code == 422
    assert "**Typed.**</textarea>" in lacking.text
    assert grace.post(f"{made}/publication", data=given).status_code == 303, "what stands in the form"
    assert grace.post(made, data={**given, "story": ""}).status_code == 422, "an open reward stays complete"
    assert [
        grace.post(f"{made}/stock", data={"more": more}).status_code for more in ("5", "-6", "x", "-2")
    ] == [303, 409, 422, 303]
    with app.app_context():
        found = db.session.scalars(select(Reward)).one()
        assert (found.cost_hundredths, found.stock, found.options) == (
            950,
            3,
            [{"name": "Size", "values": ["S", "M"]}],
        )
    assert "<strong>Blue.</strong>" in grace.get(f"{made}/preview").text
    assert grace.post(f"{made}/archive").status_code == 303
    assert grace.get("/rewards/a-cap").status_code == 404


def test_codes_come_in_by_file_with_the_wrong_lines_named(app: Flask, grace: FlaskClient) -> None:
    voucher = reward(app, "A voucher", publish=False, provider="codes")
    path = f"/manage/rewards/{voucher}/codes"

    def send(raw: bytes) -> str:
        return grace.post(path, data={"file": (io.BytesIO(raw), "codes.csv")}).text

    assert "Line 2 is the same as line 1." in send(b"X-1\nX-1\nX-2\n")
    assert "no code in it" in send(b"")
    assert "UTF-8" in send(b"\xff\xfe")
    assert stock(app, voucher)[0] == 2
    assert grace.post(path, data={"make": "1", "count": "0"}).status_code == 422
    assert grace.post(path, data={"make": "1", "count": "3"}).status_code == 303
    assert "nobody yet" in grace.post(f"{path}/trace", data={"code": "X-2"}).text
    assert grace.post(f"{path}/trace", data={"code": "X-9"}).status_code == 422
    assert grace.get(f"/manage/rewards/{reward(app)}/codes").status_code == 404


def test_the_tax_sheet_holds_no_formula(app: Flask, grace: FlaskClient) -> None:
    ada = person(app, points=900)
    choose(app, ada, reward(app))
    with app.app_context(), edges.unit():
        db.session.get_one(Member, ada).name = "=HYPERLINK(1)"
    act(app, rewards.dispatch, 1, by_id=None)
    answer = grace.get("/manage/rewards/costs/tax.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert (rows[0]["name"], rows[0]["gifts_value"], rows[0]["country"]) == ("'=HYPERLINK(1)", "9.00", "GB")
    assert "attachment" in answer.headers["Content-Disposition"]


def test_rules_limits_plans_and_suppliers_are_saved_or_come_back(app: Flask, grace: FlaskClient) -> None:
    assert grace.post("/manage/rewards/rules", data={"currency": "usd"}).status_code == 422
    given = {
        "currency": "EUR",
        "approve_above": "900",
        "two_above": "10",
        "per_thousand": "3.5",
        "age_days": "3",
        "lapse_months": "12",
        "warn_days": "30",
    }
    assert grace.post("/manage/rewards/rules", data=given).status_code == 303
    with app.app_context():
        assert (rules().per_thousand_hundredths, rules().lapse_from_on is not None) == (350, True)
    limit = {
        "country": "GB",
        "member_type": "",
        "span": "year",
        "amount": "50",
        "action": "hold",
        "from_on": "2026-01-01",
        "until_on": "2025-01-01",
        "words": "A form first.",
    }
    assert grace.post("/manage/rewards/limits", data=limit).status_code == 422
    assert grace.post("/manage/rewards/limits", data={**limit, "until_on": ""}).status_code == 303
    assert grace.post("/manage/rewards/limits/1/end").status_code == 303
    with app.app_context():
        assert db.session.scalars(select(GiftLimit.until_on)).one() is not None
    made = grace.post(
        "/manage/rewards/suppliers",
        data={"name": "Shop-1", "kind": "webhook", "address": "https://s.example.com/x", "is_on": "y"},
    )
    assert "whsec_" in made.text
    assert "whsec_" not in grace.get("/manage/rewards/suppliers/1").text
    assert (
        grace.post(
            "/manage/rewards/suppliers", data={"name": "b", "kind": "webhook", "address": "http://localhost"}
        ).status_code
        == 422
    )
    with app.app_context():
        assert suppliers.by_name("shop-1") is not None
        assert db.session.scalars(select(RewardPlan)).all() == []
