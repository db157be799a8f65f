"""What becomes of deliveries: claimed, ended with a reason, put off, rung again."""

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import select, update

from hub import outbox
from hub.core.db import db
from hub.crm.models import DeliveryState
from hub.crm.receipt import DRAIN

ATTEMPTS = 8


@dataclass(slots=True)
class Pending:
    """A delivery to work off, as it was read: thousands a second of them are too many to be followed by a session."""

    delivery_id: int
    connection_id: int
    kind: str
    crm_stage: str | None
    deal_id: str | None
    referral_code: str | None
    email: str | None
    event: dict[str, Any]
    referral_id: int | None


COLUMNS = [getattr(DeliveryState, one.name) for one in fields(Pending)]


def pending(*, limit: int, now: dt.datetime, connection_id: int | None = None) -> list[Pending]:
    """The oldest pending deliveries that are due, locked; of one connection, if it is named."""
    query = (
        select(*COLUMNS)
        .where(DeliveryState.state == "pending", DeliveryState.due_at <= now)
        .order_by(DeliveryState.due_at, DeliveryState.delivery_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if connection_id is not None:
        query = query.where(DeliveryState.connection_id == connection_id)
    return [Pending(*row) for row in db.session.execute(query)]


def failed(delivery_id: int, error: str, *, now: dt.datetime) -> None:
    """Counts a failed try: the next one later, from 5 s up to an hour; the eighth sets the delivery aside."""
    state = db.session.get_one(DeliveryState, delivery_id, populate_existing=True)
    state.attempts += 1
    state.reason = f"It failed {state.attempts} times. {error.strip().splitlines()[-1]}"[:2000]
    if state.attempts >= ATTEMPTS:
        state.state = "set_aside"
    else:
        state.due_at = now + dt.timedelta(seconds=min(3600, 5 * 2 ** (state.attempts - 1)))
    db.session.flush()


def ring_again(*conditions: Any, now: dt.datetime) -> int:
    """Takes waiting deliveries back to pending; returns how many, and rings for them."""
    query = update(DeliveryState).where(
        DeliveryState.state.in_(("waiting", "unmapped", "set_aside")), *conditions
    )
    values = {"state": "pending", "reason": None, "attempts": 0, "due_at": now}
    done = db.session.execute(query.values(**values).execution_options(synchronize_session=False))
    count = int(done.rowcount)  # type: ignore[attr-defined]
    if count:
        outbox.bell(DRAIN)
    return count
