"""Tremendous: gift cards, prepaid cards and donations by e-mail (its API v2, orders and rewards).

`external_id` makes an order single: asked again, Tremendous answers with the order that is there. So an answer that
never came costs nothing: we look for our reference first, and order only what isn't there.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from hub.crm.outward.kinds.base import Line, Trouble, inside
from hub.rewards.models import Reward
from hub.rewards.providers.base import Order, Placed, Problem, Refused, Target

PLACES = {
    "production": "https://www.tremendous.com/api/v2",
    "sandbox": "https://testflight.tremendous.com/api/v2",
}  # fmt: skip
ENDED = {
    "FAILED": "Tremendous could not process the order.",
    "CANCELED": "The order was cancelled at Tremendous.",
}
DELIVERY_ENDED = {"FAILED": "Tremendous could not deliver it."}


class Tremendous:
    name = "tremendous"
    title = "Tremendous"
    says = "Gift cards and donations, sent by e-mail at once. Needs an account with Tremendous."

    def problems(self, reward: Reward) -> Iterator[Problem]:
        if reward.supplier is None or reward.supplier.kind != self.name:
            yield "supplier_id", "Choose the Tremendous account that pays."
        elif not reward.supplier.is_on:
            yield "supplier_id", "This account is switched off."
        if not reward.data.get("item"):
            yield (
                "item",
                "Name the products, separated by commas, or a campaign as campaign:ID. Members choose among them.",
            )
        if not reward.cost_hundredths:
            yield "cost", "Say how much money it is: that is what Tremendous sends."

    def place(self, order: Order, target: Target, *, now: dt.datetime) -> Placed:  # noqa: ARG002
        line = Line(
            "Tremendous", target.address, {"Authorization": f"Bearer {target.secret.value}"}, target.call
        )
        if order.asked_before:
            known = line.get("/orders", {"external_id": order.reference})
            if found := inside(known, "orders", 0):
                return told({"order": found})
        status, made = line.ask(
            "POST", "/orders", wanted(order, target.options), writes=True, allow=(409, 422)
        )
        if status == 422 and order.may_be_there:
            raise Trouble(f"{reason(made)} It may be there already.", is_lasting=True, maybe_arrived=True)
        if status == 422:
            raise Refused(reason(made))
        if status == 409:  # it is being made at this moment: the next look will find it
            raise Trouble("Tremendous is at this order already.", maybe_arrived=True)
        return told(made)


def wanted(order: Order, options: Mapping[str, str]) -> dict[str, Any]:
    """The order, in the names of its API."""
    item = str(order.data.get("item") or "")
    campaign = item.removeprefix("campaign:").strip()
    products = [each.strip() for each in item.split(",") if each.strip()]
    choice = {"campaign_id": campaign} if item.startswith("campaign:") else {"products": products}
    return {
        "external_id": order.reference,
        "payment": {"funding_source_id": options.get("funding_source_id") or "balance"},
        "reward": {
            **choice,
            "value": {"denomination": order.value_hundredths / 100, "currency_code": order.currency},
            "recipient": {"name": order.name, "email": order.email},
            "delivery": {"method": "EMAIL"},
        },
    }  # fmt: skip


def told(values: Any) -> Placed:
    """How far an order is. What it says beyond its number and its states is none of our business, so nothing new in
    it can make us believe that an order which is there isn't."""
    number, status = inside(values, "order", "id"), inside(values, "order", "status")
    if not isinstance(number, str) or not number:
        raise Trouble("Tremendous took it and told no number.", maybe_arrived=True)
    delivery = inside(values, "order", "rewards", 0, "delivery", "status")
    if status in ENDED:
        raise Refused(ENDED[status])
    if delivery in DELIVERY_ENDED:
        raise Trouble(
            f"{DELIVERY_ENDED[delivery]} Look at order {number} there.", is_lasting=True, maybe_arrived=True
        )
    there = status == "EXECUTED" and delivery == "SUCCEEDED"  # until then they have it, and we ask again
    return Placed(state="delivered" if there else "sending", outside_id=number)


def reason(values: Any) -> str:
    """Why it was refused, in its words."""
    said = inside(values, "errors", "message")
    return (
        f"Tremendous doesn’t take it: {said[:200]}"
        if isinstance(said, str)
        else "Tremendous doesn’t take this order."
    )
