"""What staff do about deliveries: map a stage and book what waited, replay, set aside, link to a referral."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, cast, func, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB

from hub import activity, outbox
from hub.core.db import db, is_sqlite
from hub.crm import connections
from hub.crm.adapters import ADAPTERS
from hub.crm.apply import LACKING
from hub.crm.matching import forms
from hub.crm.models import Connection, Delivery, DeliveryState
from hub.crm.receipt import DRAIN
from hub.crm.states import ring_again
from hub.outbox.actions import insert_ignoring
from hub.referrals.models import ANY_CONNECTION, Deal, Referral
from hub.referrals.queries import by_code

CHUNK = 500
SET_ASIDE = ("pending", "waiting", "unmapped")


class CannotLink(Exception):
    """A delivery can't be linked so; the sentence is for whoever tried."""


def replayable() -> ColumnElement[bool]:
    """Deliveries that another look may help: those that wait or were set aside, and stages that moved nothing.

    Not what was never fit to apply (a message that came twice with two bodies, a field of the wrong type).
    """
    again = and_(DeliveryState.state.in_(("waiting", "unmapped", "set_aside")), DeliveryState.kind != "other")
    moved_nothing = and_(
        DeliveryState.state == "skipped", DeliveryState.kind == "stage", DeliveryState.crm_stage.is_not(None)
    )
    return or_(again, moved_nothing)


def awaits(connection_id: int, crm_stage: str) -> ColumnElement[bool]:
    """Deliveries of a connection that wait for this stage's mapping, by its name or by a narrower one."""
    return and_(
        DeliveryState.connection_id == connection_id,
        or_(DeliveryState.crm_stage == crm_stage, _alias(crm_stage)),
        or_(
            DeliveryState.state == "unmapped",
            and_(DeliveryState.state == "set_aside", DeliveryState.reason.contains(LACKING)),
        ),
    )


def _alias(crm_stage: str) -> ColumnElement[bool]:
    if is_sqlite():
        alias = func.json_each(DeliveryState.event, "$.aliases").table_valued("value")
        return select(1).select_from(alias).where(alias.c.value == crm_stage).exists()
    return cast(DeliveryState.event["aliases"], JSONB).contains([crm_stage])


def awaiting(connection_id: int, crm_stage: str) -> int:
    """How many deliveries mapping this stage would book."""
    query = select(func.count()).select_from(DeliveryState).where(awaits(connection_id, crm_stage))
    return db.session.scalar(query) or 0


def map_and_book(connection: Connection, crm_stage: str, rung: str, *, by_id: int, now: dt.datetime) -> int:
    """Maps a stage and takes what waited for it back into the queue; returns how many."""
    mapping = connections.map_stage(connection, crm_stage, rung, by_id=by_id, now=now)
    subject, data = f"connection:{connection.id}", {"stage": mapping.crm_stage, "rung": mapping.rung}
    activity.record("connection.stage_mapped", subject=subject, by_id=by_id, now=now, data=data)
    return ring_again(awaits(connection.id, mapping.crm_stage), now=now)


def replay(*conditions: ColumnElement[bool], by_id: int, now: dt.datetime) -> int:
    """Has these deliveries looked at again; returns how many. Booking twice is impossible, so it is always safe."""
    query = update(DeliveryState).where(replayable(), *conditions)
    values = {"state": "pending", "reason": None, "attempts": 0, "due_at": now, "done_at": None}
    statement = query.values(**values).returning(DeliveryState.delivery_id)
    ids = db.session.scalars(statement.execution_options(synchronize_session=False)).all()
    _tell("delivery.replayed", ids, by_id, now)
    if ids:
        outbox.bell(DRAIN)
    return len(ids)


def replayable_count(ids: Select[int] | Sequence[int]) -> int:
    """How many of these deliveries another look may help."""
    query = (
        select(func.count())
        .select_from(DeliveryState)
        .where(replayable(), DeliveryState.delivery_id.in_(ids))
    )
    return db.session.scalar(query) or 0


def set_aside(ids: Sequence[int], reason: str, *, by_id: int, now: dt.datetime) -> int:
    """Sets unbooked deliveries aside with staff's own reason; returns how many. What is booked stays booked."""
    query = update(DeliveryState).where(
        DeliveryState.delivery_id.in_(ids), DeliveryState.state.in_(SET_ASIDE)
    )
    statement = query.values(state="set_aside", reason=f"Set aside by staff: {reason}")
    done = db.session.scalars(
        statement.returning(DeliveryState.delivery_id).execution_options(synchronize_session=False)
    ).all()
    _tell("delivery.set_aside", done, by_id, now)
    return len(done)


def _tell(kind: str, ids: Sequence[int], by_id: int, now: dt.datetime) -> None:
    facts = [{"kind": kind, "subject": f"delivery:{each}", "by_id": by_id} for each in sorted(ids)]
    for start in range(0, len(facts), CHUNK):
        activity.record_many(facts[start : start + CHUNK], now=now)


def link(delivery: Delivery, state: DeliveryState, code: str, *, by_id: int, now: dt.datetime) -> Referral:
    """Says which referral a waiting delivery is about, and books it and all others of its deal.

    Refuses a delivery that waits for nothing, a code nobody has, and a deal that belongs to another referral.
    """
    if state.state not in ("waiting", "set_aside") or state.kind == "other":
        raise CannotLink("This delivery waits for no referral any more.")
    referral = by_code(code.replace("\0", ""))
    if referral is None:
        raise CannotLink(f"No referral has the code {code.strip().upper()[:20]}.")
    if state.deal_id is None:
        state.referral_code = referral.code
        db.session.flush()
        ring_again(DeliveryState.delivery_id == delivery.id, now=now)
        return referral
    deal_id = ADAPTERS[delivery.connection.kind].normal_deal_id(state.deal_id)
    _own(delivery.connection_id, deal_id, referral, by_id=by_id, now=now)
    ring_again(
        DeliveryState.connection_id == delivery.connection_id,
        DeliveryState.deal_id.in_({deal_id, state.deal_id}),
        or_(DeliveryState.state == "waiting", DeliveryState.delivery_id == delivery.id), now=now,
    )  # fmt: skip
    return referral


def _own(connection_id: int, deal_id: str, referral: Referral, *, by_id: int, now: dt.datetime) -> None:
    row = {"connection_id": connection_id, "deal_id": deal_id, "referral_id": referral.id, "created_at": now}
    fresh = db.session.execute(insert_ignoring(Deal).values(**row).returning(Deal.id)).scalar_one_or_none()
    taken = select(Referral.id, Referral.code).join(Deal, Deal.referral_id == Referral.id).where(
        Deal.connection_id.in_((connection_id, ANY_CONNECTION)), Deal.deal_id.in_(forms(deal_id)),
        Deal.referral_id != referral.id,
    )  # fmt: skip
    other = db.session.execute(taken).first()
    if other is not None:
        raise CannotLink(f"Deal {deal_id} belongs to referral {other.code} already.")
    if fresh is not None:
        data = {"deal_id": deal_id, "connection_id": connection_id}
        activity.record("referral.deal_linked", subject=referral.subject, by_id=by_id, now=now, data=data)
