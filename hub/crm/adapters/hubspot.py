"""HubSpot webhooks, signature version 3: a list of subscription events.

HubSpot repeats and reorders events, calls its own eventId not unique, and sends the same change as `deal.*`
or, by generic subscriptions, as `object.*` of the type 0-3.
"""

import base64
import hashlib
import hmac
import json
import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from hub.crm.adapters import proof
from hub.crm.adapters.base import (
    EVENTS_IN_A_MESSAGE,
    Answer,
    Event,
    Inbound,
    Kind,
    NotAuthentic,
    NotReadable,
    Refusal,
    json_answer,
    refused_event,
    unnamed_key,
)
from hub.crm.adapters.fields import FieldError, Fields, kind_of, shown
from hub.crm.adapters.parse import read_json

OBJECTS = {"0-1": "contact", "0-3": "deal"}
IDENTITY = ("objectId", "propertyName", "propertyValue", "occurredAt", "eventId")
MERGED_AT_MOST = 100
# HubSpot signs the address with these twelve escapes undone, and no others.
ESCAPES = re.compile(r"%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)", re.ASCII | re.IGNORECASE)


class HubSpot:
    kind = "hubspot"
    needs_account = False
    secret_in_path = False

    def authenticate(self, inbound: Inbound) -> int:
        given = inbound.header("X-HubSpot-Signature-v3")
        stamp = inbound.header("X-HubSpot-Request-Timestamp")
        if not given or not stamp:
            # Versions 1 and 2 sign no time: whoever has seen one message could repeat it for ever.
            raise NotAuthentic(
                "X-HubSpot-Signature-v3 or its timestamp is missing; v1 and v2 are not accepted"
            )
        proof.fresh(stamp, now=inbound.now, per_second=1000)
        address = signed_address(inbound.public_url, inbound.path, inbound.query)
        signed = proof.as_bytes(inbound.method + address) + inbound.body + stamp.encode("ascii")
        return proof.proven_secret(
            inbound.secrets, lambda secret: proof.same(given, signature(secret, signed))
        )

    def message_id(self, inbound: Inbound) -> None:  # noqa: ARG002 - HubSpot's messages have none
        return None

    def read(self, inbound: Inbound) -> tuple[Event, ...]:
        items = read_json(inbound.body)
        if not isinstance(items, list):
            raise NotReadable("body", f"must be a list of events, not {kind_of(items)}")
        if len(items) > EVENTS_IN_A_MESSAGE:
            raise NotReadable("body", f"holds more than {EVENTS_IN_A_MESSAGE:,} events")
        return tuple(_event(inbound, position, item) for position, item in enumerate(items))

    def normal_deal_id(self, text: str) -> str:
        return text.strip()

    def answer(self, kept: int, duplicates: int, refused: Sequence[Refusal]) -> Answer:
        return json_answer(kept, duplicates, refused)

    def new_secret(self) -> str:
        return str(uuid.uuid4())


def signed_address(public_url: str, path: str, query: str) -> str:
    """The address as HubSpot was told it. Never the Host header, which is the sender's to choose."""
    address = public_url.rstrip("/") + path + (f"?{query}" if query else "")
    return ESCAPES.sub(lambda match: chr(int(match[1], 16)), address)


def signature(secret: str, signed: bytes) -> str:
    digest = hmac.new(proof.as_bytes(secret), signed, hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


def _event(inbound: Inbound, position: int, item: object) -> Event:
    key = unnamed_key(inbound.body, position)
    if not isinstance(item, dict):
        return refused_event(key, position, "event", f"must be an object, not {kind_of(item)}")
    fields = Fields(item)
    try:
        subscription = _subscription(fields)
        key = _key(fields, subscription)
        portal = fields.required("portalId", numbers=True)
        if inbound.account and portal != inbound.account.strip():
            raise fields.refuse("portalId", "is another HubSpot account than this connection's")
        return _read(subscription, fields)(key, position, fields)
    except FieldError as error:
        return refused_event(key, position, error.field, error.why)


def _subscription(fields: Fields) -> str:
    """`deal.propertyChange`, also where the guide's `eventType` or a generic `object.*` says it."""
    name = "subscriptionType" if fields.has("subscriptionType") else "eventType"
    if not fields.has(name):
        raise fields.refuse("subscriptionType", "is missing")
    given = fields.required(name)
    subject, _, change = given.partition(".")
    if subject == "object":
        number = fields.text("objectTypeId") or "unknown"
        subject = OBJECTS.get(number, f"object {number}")
    return f"{subject}.{change}"


def _key(fields: Fields, subscription: str) -> str:
    """What makes an event that event. Not attemptNumber, and not eventId alone, which HubSpot reuses."""
    told = fields.values.get("subscriptionType") or subscription
    identity = [fields.values.get("portalId"), told, *(fields.values.get(name) for name in IDENTITY)]
    if any(isinstance(part, dict | list) for part in identity):
        raise fields.refuse("event", "has an object or a list where a plain value belongs")
    text = json.dumps([part if part is None else str(part) for part in identity])
    return "hubspot:" + hashlib.sha256(text.encode("ascii")).hexdigest()


Reader = Callable[[str, int, Fields], Event]


def _read(subscription: str, fields: Fields) -> Reader:
    if subscription == "deal.propertyChange":
        return PROPERTIES.get(fields.required("propertyName"), _other_property)
    return SUBSCRIPTIONS.get(subscription, _other)


def _stage(key: str, position: int, fields: Fields) -> Event:
    return Event(
        key=key,
        position=position,
        deal_id=fields.required("objectId", numbers=True),
        stage=fields.required("propertyValue", numbers=True, why="names no stage"),
        occurred_at=fields.instant_ms("occurredAt"),
        # Not HubSpot's order, but a total one: ties end the same however they arrive.
        sequence=fields.integer("eventId"),
    )


def _amount(key: str, position: int, fields: Fields) -> Event:
    amount = fields.amount("propertyValue", below_zero_is_none=True)
    return Event(
        key=key,
        position=position,
        kind="amount",
        deal_id=fields.required("objectId", numbers=True),
        amount=amount,
        occurred_at=fields.instant_ms("occurredAt"),
        sequence=fields.integer("eventId"),
        skip="HubSpot sent no amount, or one below zero." if amount is None else None,
    )


def _whole(key: str, position: int, fields: Fields, *, kind: Kind, skip: str | None = None) -> Event:
    return Event(
        key=key,
        position=position,
        kind=kind,
        deal_id=fields.required("objectId", numbers=True),
        occurred_at=fields.instant_ms("occurredAt"),
        sequence=fields.integer("eventId"),
        skip=skip,
    )


def _merged(key: str, position: int, fields: Fields) -> Event:
    """Two deals became a third, or one of them; whichever lives on is never its own ancestor."""
    event = _whole(key, position, fields, kind="merged")
    primary = fields.text("primaryObjectId", numbers=True) or event.deal_id
    into = fields.text("newObjectId", numbers=True) or primary
    given = fields.values.get("mergedObjectIds")
    if not isinstance(given, list) or not 0 < len(given) <= MERGED_AT_MOST:
        raise fields.refuse("mergedObjectIds", f"must be a list of 1 to {MERGED_AT_MOST} ids")
    ids = [primary, event.deal_id, *(fields.name_of(one, "mergedObjectIds", numbers=True) for one in given)]
    gone = tuple(dict.fromkeys(each for each in ids if each and each != into))
    return replace(event, merged_into=into, merged_from=gone)


def _privacy(key: str, position: int, fields: Fields) -> Event:
    return Event(
        key=key,
        position=position,
        kind="privacy",
        contact_id=fields.required("objectId", numbers=True),
        email=fields.email("email"),
        occurred_at=fields.instant_ms("occurredAt"),
    )


def _referral_code(key: str, position: int, fields: Fields) -> Event:
    skip = "HubSpot sent a deal's referral code; that links the deal and moves nothing."
    event = _whole(key, position, fields, kind="other", skip=skip)
    return replace(event, referral_code=fields.text("propertyValue"))


def _other_property(key: str, position: int, fields: Fields) -> Event:
    name = shown(fields.required("propertyName"), 60)
    skip = f"HubSpot sent a change of {name}; only dealstage and amount are used."
    return _whole(key, position, fields, kind="other", skip=skip)


def _created(key: str, position: int, fields: Fields) -> Event:
    skip = "HubSpot sent deal.creation, which names no stage; the stage comes in an event of its own."
    return _whole(key, position, fields, kind="other", skip=skip)


def _other(key: str, position: int, fields: Fields) -> Event:
    subscription = shown(_subscription(fields), 60)
    return Event(
        key=key,
        position=position,
        kind="other",
        occurred_at=fields.instant_ms("occurredAt"),
        skip=f"HubSpot sent {subscription}; only deals move referrals.",
    )


PROPERTIES: dict[str, Reader] = {"dealstage": _stage, "amount": _amount, "referral_code": _referral_code}
SUBSCRIPTIONS: dict[str, Reader] = {
    "deal.creation": _created,
    "deal.deletion": partial(_whole, kind="deleted"),
    "deal.restore": partial(_whole, kind="restored"),
    "deal.merge": _merged,
    "contact.privacyDeletion": _privacy,
}
