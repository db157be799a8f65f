"""Raw bodies hold names and addresses: after 30 days only hashes, keys and outcomes stay."""

import datetime as dt
from collections.abc import Collection

from sqlalchemy import ColumnElement, or_, select, update

from hub.core.db import db
from hub.crm.models import Delivery, DeliveryBody, DeliveryState
from hub.crm.outward.models import Push
from hub.referrals.models import Deal

KEPT_DAYS = 30


def redact(*, now: dt.datetime) -> int:
    """Blanks bodies older than 30 days, and notes and e-mails of their ended events. Returns how many bodies."""
    old = select(DeliveryBody.id).where(
        DeliveryBody.received_at < now - dt.timedelta(days=KEPT_DAYS), DeliveryBody.redacted_at.is_(None)
    )
    body_ids = list(db.session.scalars(old.limit(5000)))
    for start in range(0, len(body_ids), 500):
        part = body_ids[start : start + 500]
        theirs = select(Delivery.id).where(Delivery.body_id.in_(part))
        blank(DeliveryState.delivery_id.in_(theirs), DeliveryState.state.in_(("done", "skipped")))
        bodies = update(DeliveryBody).where(DeliveryBody.id.in_(part)).values(body=None, redacted_at=now)
        db.session.execute(bodies.execution_options(synchronize_session=False))
    return len(body_ids)


def is_late(received_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether a message that ends now has been redacted before."""
    return received_at < now - dt.timedelta(days=KEPT_DAYS)


def blank_ended(delivery_ids: Collection[int]) -> None:
    """Blanks events that ended after their message was redacted."""
    if delivery_ids:
        blank(DeliveryState.delivery_id.in_(delivery_ids))


def forget_referrals(referral_ids: Collection[int]) -> None:
    """Drops what a CRM sent of these referrals' people, and what went wrong in sending them."""
    deals = select(Deal.deal_id).where(Deal.referral_id.in_(referral_ids))
    blank(or_(DeliveryState.referral_id.in_(referral_ids), DeliveryState.deal_id.in_(deals)))
    words = update(Push).where(Push.referral_id.in_(referral_ids)).values(error=None, remark=None)
    db.session.execute(words.execution_options(synchronize_session=False))


def blank(*which: ColumnElement[bool]) -> None:
    """Drops the words and the e-mail addresses of these events."""
    for state in db.session.scalars(
        select(DeliveryState).where(*which).execution_options(populate_existing=True)
    ):
        state.event = {**state.event, "note": None, "owner_email": None, "contact_id": None}
        state.email = None
    db.session.flush()
