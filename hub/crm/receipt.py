"""Keeping what a CRM sends: one body, a row per event, nothing else before the answer."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select

from hub import outbox
from hub.core.db import db
from hub.crm.adapters import Event, Reading, Refusal
from hub.crm.adapters.base import bounded
from hub.crm.models import Connection, Delivery, DeliveryBody, DeliveryState
from hub.outbox.actions import insert_ignoring

DRAIN = "crm.deliveries"


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a message: events kept, known already, and kept but of no use."""

    kept: int
    duplicates: int
    refused: tuple[Refusal, ...]


def keep(connection: Connection, reading: Reading, body: bytes, *, now: dt.datetime) -> Kept:
    """Keeps a message's events, each once for ever by the sender's identity for it.

    A message id that comes again with another body is kept aside for staff and not applied.
    """
    refused = tuple(event.refused for event in reading.events if event.refused is not None)
    known = _known_digest(connection.id, reading.message_id)
    if known is not None and known != reading.digest:
        _keep_aside(connection, reading, body, now)
        return Kept(0, len(reading.events), ())
    if not reading.events:
        _write(connection, reading, [_nothing(reading)], body, now)
        return Kept(0, 0, ())
    fresh = _write(connection, reading, reading.events, body, now)
    outbox.bell(DRAIN)
    return Kept(fresh, len(reading.events) - fresh, refused)


def _nothing(reading: Reading) -> Event:
    key = bounded(f"empty:{reading.message_id or reading.digest}")
    return Event(key=key, position=0, kind="other", skip="The message held no events.")


def _known_digest(connection_id: int, message_id: str | None) -> str | None:
    if message_id is None:
        return None
    query = select(Delivery.digest).where(
        Delivery.connection_id == connection_id, Delivery.message_id == message_id
    )
    return db.session.scalar(query.order_by(Delivery.id).limit(1))


def _keep_aside(connection: Connection, reading: Reading, body: bytes, now: dt.datetime) -> None:
    event = Event(
        key=f"{(reading.message_id or '')[:120]}!{reading.digest[:32]}", position=0, kind="other",
        refused=Refusal(0, "webhook-id", "the same id came before with another body; this one was not applied"),
    )  # fmt: skip
    _write(connection, reading, [event], body, now)


def _write(
    connection: Connection, reading: Reading, events: Sequence[Event], body: bytes, now: dt.datetime
) -> int:
    with db.session.begin_nested() as savepoint:
        body_row = insert(DeliveryBody).values(body=body, received_at=now).returning(DeliveryBody.id)
        body_id = db.session.execute(body_row).scalar_one()
        base = {
            "connection_id": connection.id, "message_id": reading.message_id, "digest": reading.digest,
            "body_id": body_id, "received_at": now,
        }  # fmt: skip
        by_key: dict[str, Event] = {}
        for event in events:  # in the message's order: of two alike the first is meant
            by_key.setdefault(event.key, event)
        rows = [{**base, "event_key": key, "position": event.position} for key, event in by_key.items()]
        written = insert_ignoring(Delivery).returning(Delivery.id, Delivery.event_key)
        fresh = db.session.execute(written, rows).all()
        if not fresh:
            savepoint.rollback()
            return 0
        states = [_state(connection.id, delivery_id, by_key[key], now) for delivery_id, key in fresh]
        db.session.execute(insert(DeliveryState), states)
    return len(fresh)


def _state(connection_id: int, delivery_id: int, event: Event, now: dt.datetime) -> dict[str, Any]:
    state, reason = "pending", None
    if event.refused is not None:
        state, reason = "set_aside", f"{event.refused.field}: {event.refused.why}"
    elif event.skip is not None:
        state, reason = "skipped", event.skip
    return {
        "delivery_id": delivery_id, "connection_id": connection_id, "state": state, "reason": reason,
        "attempts": 0, "due_at": now, "done_at": now if state == "skipped" else None, "kind": event.kind,
        "crm_stage": event.stage, "deal_id": event.deal_id, "email": event.email.lower() if event.email else None,
        "referral_code": event.referral_code.upper() if event.referral_code else None,
        "event": to_json(event, now), "referral_id": None,
    }  # fmt: skip


def to_json(event: Event, received_at: dt.datetime) -> dict[str, Any]:
    """What the drain needs of an event beside the columns."""
    return {
        "received_at": received_at.isoformat(),
        "aliases": list(event.aliases),
        "amount": str(event.amount) if event.amount is not None else None,
        "currency": event.currency,
        "note": event.note,
        "owner_email": event.owner_email,
        "contact_id": event.contact_id,
        "occurred_at": event.occurred_at.isoformat() if event.occurred_at else None,
        "sequence": event.sequence,
        "merged_into": event.merged_into,
        "merged_from": list(event.merged_from),
    }


def oldest_pending(now: dt.datetime) -> dt.datetime | None:
    """Since when the longest-waiting delivery could have been worked on."""
    query = select(func.min(DeliveryState.due_at)).where(
        DeliveryState.state == "pending", DeliveryState.due_at <= now
    )
    return db.session.scalar(query)
