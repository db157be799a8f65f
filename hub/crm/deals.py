"""Deals merged in the CRM, and people whom the CRM has erased."""

import datetime as dt

from sqlalchemy import select, update

from hub.core.db import db
from hub.crm import redaction
from hub.crm.models import DeliveryState
from hub.crm.states import Pending, ring_again
from hub.outbox.actions import insert_ignoring
from hub.referrals import resting
from hub.referrals.models import ANY_CONNECTION, Deal
from hub.referrals.rights.actions import erased_elsewhere
from hub.referrals.rights.queries import of_person


def merge(state: Pending, *, now: dt.datetime) -> None:
    """Deals became one: the earliest referral goes on with the new deal, the others keep what they earned.

    Nothing is paid twice, for the ladder is the earliest referral's. Events that waited for the new deal are rung
    again.
    """
    into = state.event["merged_into"]
    ids = {into, *state.event["merged_from"]}
    query = select(Deal).where(
        Deal.deal_id.in_(ids), Deal.connection_id.in_((ANY_CONNECTION, state.connection_id))
    )
    known = db.session.scalars(query).all()
    if not known:
        return
    named = {deal.referral_id for deal in known}
    onwards = resting.last_of(named)
    going = {onwards.get(number, number) for number in named}
    winner = min(going)
    _point(state.connection_id, ids, winner, now)
    for loser in sorted(going - {winner}):
        resting.merge(loser, winner, now=now)
    ring_again(
        DeliveryState.deal_id.in_(ids), DeliveryState.state == "waiting",
        DeliveryState.connection_id == state.connection_id, now=now,
    )  # fmt: skip


def _point(connection_id: int, deal_ids: set[str], referral_id: int, now: dt.datetime) -> None:
    for deal_id in sorted(deal_ids):
        row = {
            "connection_id": connection_id,
            "deal_id": deal_id,
            "referral_id": referral_id,
            "created_at": now,
        }
        db.session.execute(insert_ignoring(Deal).values(**row))
        query = update(Deal).where(
            Deal.deal_id == deal_id, Deal.connection_id.in_((ANY_CONNECTION, connection_id))
        )
        db.session.execute(query.values(referral_id=referral_id).execution_options(synchronize_session=False))


def forget(state: Pending, *, now: dt.datetime) -> str:
    """The CRM erased a person: the referrals that hold their e-mail forget them as if they had asked. Points stay."""
    if not state.email:
        return "The CRM erased a contact that we can't recognise without an e-mail."
    found = of_person(state.email)
    for referral_id in found:
        erased_elsewhere(referral_id, now=now)
    redaction.blank(DeliveryState.email == state.email)
    return f"The CRM erased this person; {len(found)} referrals were blanked."
