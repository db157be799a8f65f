"""Raw bodies hold names and addresses: after 30 days only hashes, keys and outcomes stay."""

import datetime as dt

from sqlalchemy import select, update

from hub.core.db import db
from hub.crm.models import Delivery, DeliveryBody, DeliveryState

KEPT_DAYS = 30


def redact(*, now: dt.datetime) -> int:
    """Blanks bodies older than 30 days, and notes and e-mails of their ended events. Returns how many bodies."""
    old = select(DeliveryBody.id).where(
        DeliveryBody.received_at < now - dt.timedelta(days=KEPT_DAYS), DeliveryBody.redacted_at.is_(None)
    )
    body_ids = list(db.session.scalars(old.limit(5000)))
    for start in range(0, len(body_ids), 500):
        part = body_ids[start : start + 500]
        ended = (
            select(DeliveryState)
            .join(Delivery, Delivery.id == DeliveryState.delivery_id)
            .where(Delivery.body_id.in_(part), DeliveryState.state.in_(("done", "skipped")))
        )
        for state in db.session.scalars(ended):
            state.event = {**state.event, "note": None, "owner_email": None, "contact_id": None}
            state.email = None
        blank = update(DeliveryBody).where(DeliveryBody.id.in_(part)).values(body=None, redacted_at=now)
        db.session.execute(blank.execution_options(synchronize_session=False))
    return len(body_ids)
