"""Deliveries that are done although the referral never heard of them."""

from collections.abc import Iterator

from sqlalchemy import select

from hub.core.db import db
from hub.crm.apply import happened_at
from hub.crm.models import DeliveryState
from hub.referrals.models import StageEvent

CHUNK = 1000


def unbooked() -> Iterator[tuple[int, int]]:
    """(delivery, referral) for each done stage delivery without a stage event at its instant.

    The event may carry another delivery's number: two messages may tell of the same moment.
    """
    after = 0
    while True:
        query = (
            select(DeliveryState)
            .where(
                DeliveryState.state == "done", DeliveryState.kind == "stage",
                DeliveryState.crm_stage.is_not(None), DeliveryState.delivery_id > after,
            )
            .order_by(DeliveryState.delivery_id)
            .limit(CHUNK)
        )  # fmt: skip
        states = db.session.scalars(query).all()
        if not states:
            return
        after = states[-1].delivery_id
        yield from _missing([(s, s.referral_id) for s in states if s.referral_id is not None])


def _missing(states: list[tuple[DeliveryState, int]]) -> Iterator[tuple[int, int]]:
    ids = {referral_id for _, referral_id in states}
    query = select(StageEvent.referral_id, StageEvent.happened_at).where(StageEvent.referral_id.in_(ids))
    known = {(referral_id, at) for referral_id, at in db.session.execute(query)}
    for state, referral_id in states:
        if (referral_id, happened_at(state)) not in known:
            yield state.delivery_id, referral_id
