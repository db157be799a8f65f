"""Systems outside that fulfil rewards: set up, switched off, heard from."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from hub import activity
from hub.core.crypto import Unreadable, seal, unseal
from hub.core.db import db
from hub.core.outgoing import Forbidden, goal
from hub.crm.adapters import NotReadable, Secret
from hub.crm.adapters.fields import shown
from hub.crm.adapters.generic import Generic
from hub.rewards.actions import fulfilling, steps
from hub.rewards.models import Redemption, Supplier
from hub.rewards.providers import Placed, Refused
from hub.rewards.providers.tremendous import PLACES
from hub.rewards.wishes import Unfit

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
REFERENCE = re.compile(r"hurrah-redemption-(\d{1,15})", re.ASCII)
TYPES = {"redemption.sent": "sent", "redemption.delivered": "delivered", "redemption.refused": "refused"}
TOKEN_LENGTH = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A supplier as it was filled in. An empty token leaves the old one, or has one made where that is ours to make."""

    name: str
    kind: str
    address: str = ""
    token: str = ""
    options: dict[str, Any]
    is_on: bool = True


def keep(
    found: Supplier | None, wish: Wish, *, by_id: int | None, now: dt.datetime, allow_private: bool = False
) -> str | None:
    """A new supplier, or another state of one. Returns a secret that was made here, which is shown once. Refuses
    (Unfit) a name that can't stand in an address, an address that is none, missing or odd credentials."""
    errors, made = {}, None
    name = wish.name.strip().lower()
    if not NAME.fullmatch(name) or (found is None and by_name(name) is not None):
        errors["name"] = "Use up to 40 small letters, digits and dashes, and a name nobody else has."
    address = PLACES.get(wish.address, "") if wish.kind == "tremendous" else wish.address.strip()
    try:
        goal(address, allow_private=allow_private)
    except Forbidden as error:
        errors["address"] = str(error) if wish.kind == "webhook" else "Choose production or sandbox."
    token = wish.token.strip()
    if not token and found is None and wish.kind == "webhook":
        token = made = Generic().new_secret()
    if not token and found is None:
        errors["token"] = "Paste the API key; it is kept sealed."  # noqa: S105 - a sentence
    if token and not (token.isascii() and token.isprintable() and len(token) <= TOKEN_LENGTH):
        errors["token"] = "It has characters that no key has."  # noqa: S105
    if errors:
        raise Unfit(errors)
    if found is None:
        found = Supplier(name=name, kind=wish.kind, sealed="", options={}, address=address)
        db.session.add(found)
    found.address, found.options, found.is_on = address, wish.options, wish.is_on
    found.sealed = seal(token) if token else found.sealed
    found.by_id, found.changed_at = by_id, now
    db.session.flush()
    activity.record("supplier.changed", subject=f"supplier:{found.id}", by_id=by_id, now=now)
    return made


def by_name(name: str) -> Supplier | None:
    """One supplier by its name."""
    return db.session.scalar(select(Supplier).where(Supplier.name == name))


def get(supplier_id: int) -> Supplier | None:
    """One supplier."""
    return db.session.get(Supplier, supplier_id)


def listed() -> list[Supplier]:
    """All of them, by name."""
    return list(db.session.scalars(select(Supplier).order_by(Supplier.name)))


def secret_of(name: str) -> Secret | None:
    """What a supplier signs with, also while it is switched off: what it has it may still report. None when there is no
    such supplier, or it doesn't sign."""
    found = by_name(name) if NAME.fullmatch(name) else None
    if found is None or found.kind != "webhook":
        return None
    try:
        return Secret(unseal(found.sealed))
    except Unreadable:
        return None


def heard(name: str, message: Any, *, now: dt.datetime) -> bool:
    """News of an order: moves the redemption on, never back; whether it did. Raises NotReadable where it can't be read,
    and for an order that this supplier was never given."""
    said = message if isinstance(message, dict) else {}
    inner = said.get("data")
    data: dict[str, Any] = inner if isinstance(inner, dict) else {}
    state, match = TYPES.get(str(said.get("type"))), REFERENCE.fullmatch(str(data.get("reference") or ""))
    if state is None:
        raise NotReadable("type", f"is none of {', '.join(TYPES)}")
    supplier = by_name(name)
    found = db.session.get(Redemption, int(match[1])) if match else None
    if found is None or supplier is None or found.supplier_id != supplier.id:
        raise NotReadable("reference", "is no order of this supplier")
    before = found.state
    fulfilling.settle(found.id, _answer(state, data), now=now)
    return bool(steps.fresh(found.id).state != before)


def _answer(state: str, data: dict[str, Any]) -> Placed | Refused:
    if state == "refused":
        said = data.get("reason")
        return Refused(
            shown(said, 300) if isinstance(said, str) and said else "The supplier doesn’t take this order."
        )
    link, number = str(data.get("tracking_url") or "")[:500], data.get("order_id")
    return Placed(
        state="sent" if state == "sent" else "delivered",
        outside_id=str(number)[:200] if isinstance(number, str) and number else None,
        tracking=shown(str(data.get("tracking") or ""), 200), tracking_url=link if link.startswith("https://") else "",
    )  # fmt: skip
