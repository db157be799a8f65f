"""Any system that takes a signed message: Standard Webhooks, `redemption.approved`.

The message's id is made of our reference, so asking again is the same message to whoever keeps ids. A 2xx takes the
order; the answer may say more: {"state": "sent", "order_id": …, "tracking": …, "tracking_url": …}, or "refused" with
a reason. Once they have it, or may, only that word refuses it: a bare 404 says nothing about an order. Later news
comes back to /webhooks/rewards/<name>, signed with the same secret.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Any

from hub.core.outgoing import Answer
from hub.crm.adapters.fields import shown
from hub.crm.adapters.generic import sign
from hub.crm.outward.kinds.base import Line, Trouble, refusal
from hub.rewards.models import Reward
from hub.rewards.providers.base import Order, Placed, Problem, Refused, Target

APPROVED = "redemption.approved"
STATES = ("sending", "sent", "delivered")
GONE_WRONG = (400, 404, 409, 410, 422)  # it read the order and doesn't take it


class Webhook:
    name = "webhook"
    title = "A signed message"
    says = "Another system of yours, or of a partner, gets each order and reports back."

    def problems(self, reward: Reward) -> Iterator[Problem]:
        if reward.supplier is None or reward.supplier.kind != self.name:
            yield "supplier_id", "Choose the system that gets the orders."
        elif not reward.supplier.is_on:
            yield "supplier_id", "This system is switched off."

    def place(self, order: Order, target: Target, *, now: dt.datetime) -> Placed:
        body = json.dumps(message(order, now)).encode()
        headers = sign(target.secret, order.reference, body, now)
        headers |= {"Content-Type": "application/json", "Accept": "application/json"}
        line = Line("The supplier", target.address, {}, target.call)
        answer = line.reach("POST", "", headers, body, writes=True)
        values = _values(answer)
        if answer.status // 100 == 2:
            return told(values)
        if answer.status not in GONE_WRONG:
            raise refusal("The supplier", answer, writes=True)
        if order.may_be_there and values.get("state") != "refused":
            raise Trouble(
                f"The supplier may have this order, and answers {answer.status}. {_reason(values)}".strip(),
                is_lasting=True, maybe_arrived=True,
            )  # fmt: skip
        raise Refused(_reason(values) or f"The supplier doesn’t take this order ({answer.status}).")


def message(order: Order, now: dt.datetime) -> dict[str, Any]:
    """What is sent."""
    at = now.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "type": APPROVED, "timestamp": at,
        "data": {
            "reference": order.reference,
            "reward": {"title": order.title, "kind": order.kind, "item": str(order.data.get("item") or "")},
            "value": {"value": f"{order.value_hundredths / 100:.2f}", "currency": order.currency},
            "recipient": {"name": order.name, "email": order.email, "address": order.address},
            "options": dict(order.options),
        },
    }  # fmt: skip


def told(values: Mapping[str, Any]) -> Placed:
    """How far it is, in a supplier's words. Raises Refused when they say so."""
    state = values.get("state")
    if state == "refused":
        raise Refused(_reason(values) or "The supplier doesn’t take this order.")
    found = values.get("order_id")
    link = str(values.get("tracking_url") or "")[:500]
    return Placed(
        state=state if state in STATES else "sending",
        outside_id=str(found)[:200] if isinstance(found, str | int) and not isinstance(found, bool) else None,
        tracking=shown(values.get("tracking") or "", 200), tracking_url=link if link.startswith("https://") else "",
    )  # fmt: skip


def _values(answer: Answer) -> Mapping[str, Any]:
    try:
        found = answer.json() if answer.body else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _reason(values: Mapping[str, Any]) -> str:
    said = values.get("reason") or values.get("message")
    return shown(said, 300) if isinstance(said, str) else ""
