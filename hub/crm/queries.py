"""Reads for the desk: connections, unmapped stages, deliveries."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from hub.core.db import db
from hub.crm.matching import sent_as
from hub.crm.models import Connection, ConnectionSecret, Delivery, DeliveryBody, DeliveryState, StageMapping

PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A delivery with what became of it."""

    delivery: Delivery
    state: DeliveryState


@dataclass(frozen=True, slots=True)
class Count:
    """How many deliveries of a connection are in each state, and when the last one came."""

    states: dict[str, int]
    last_at: dt.datetime | None


def connections() -> list[Connection]:
    """All connections by name."""
    return list(db.session.scalars(select(Connection).order_by(Connection.name)))


def connection(name: str) -> Connection | None:
    """One connection by name."""
    return db.session.scalar(select(Connection).where(Connection.name == name))


def counts() -> dict[int, Count]:
    """Per connection: deliveries by state, and when the last one came."""
    query = select(DeliveryState.connection_id, DeliveryState.state, func.count()).group_by(
        DeliveryState.connection_id, DeliveryState.state
    )
    states: dict[int, dict[str, int]] = {}
    for connection_id, state, count in db.session.execute(query):
        states.setdefault(connection_id, {})[state] = count
    latest = select(Delivery.connection_id, func.max(Delivery.received_at)).group_by(Delivery.connection_id)
    last = {connection_id: at for connection_id, at in db.session.execute(latest)}
    return {
        connection_id: Count(by_state, last.get(connection_id)) for connection_id, by_state in states.items()
    }


def secrets(connection_id: int) -> list[ConnectionSecret]:
    """A connection's secrets, the newest first, retired ones too."""
    query = select(ConnectionSecret).where(ConnectionSecret.connection_id == connection_id)
    return list(db.session.scalars(query.order_by(ConnectionSecret.id.desc())))


def mapped(connection_id: int) -> list[StageMapping]:
    """A connection's stage mappings by the CRM's stage."""
    query = select(StageMapping).where(StageMapping.connection_id == connection_id)
    return list(db.session.scalars(query.order_by(StageMapping.crm_stage)))


def unmapped(connection_id: int) -> list[tuple[str, int]]:
    """Stages nobody has mapped, with how many deliveries wait for each, the most first."""
    query = (
        select(DeliveryState.crm_stage, func.count())
        .where(DeliveryState.connection_id == connection_id, DeliveryState.state == "unmapped")
        .group_by(DeliveryState.crm_stage)
        .order_by(func.count().desc(), DeliveryState.crm_stage)
    )
    return [(stage, count) for stage, count in db.session.execute(query) if stage]


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which deliveries are wanted: words (a deal, code, e-mail, stage or message id), a state, a connection."""

    words: str = ""
    state: str = ""
    connection_id: int | None = None


def _fits(sieve: Sieve) -> Iterator[ColumnElement[bool]]:
    if sieve.state:
        yield DeliveryState.state == sieve.state
    if sieve.connection_id:
        yield DeliveryState.connection_id == sieve.connection_id
    if sieve.words:
        word = sieve.words
        yield or_(
            DeliveryState.deal_id.in_(sent_as(word)), DeliveryState.referral_code == word.upper(),
            DeliveryState.email == word.lower(), func.lower(DeliveryState.crm_stage) == word.lower(),
            DeliveryState.delivery_id.in_(select(Delivery.id).where(Delivery.message_id == word)),
        )  # fmt: skip


def fitting(sieve: Sieve) -> Select[int]:
    """The ids of the deliveries that fit."""
    return select(DeliveryState.delivery_id).where(*_fits(sieve))


def deliveries(sieve: Sieve, *, before: int | None = None, limit: int = PAGE) -> list[Row]:
    """The deliveries that fit, newest first."""
    query = (
        select(Delivery, DeliveryState)
        .join(DeliveryState, DeliveryState.delivery_id == Delivery.id)
        .options(joinedload(Delivery.connection))
        .where(*_fits(sieve))
        .order_by(Delivery.id.desc())
        .limit(limit)
    )
    query = query.where(Delivery.id < before) if before else query
    return [Row(delivery, state) for delivery, state in db.session.execute(query)]


def delivery(delivery_id: int) -> tuple[Row, DeliveryBody] | None:
    """One delivery with its state and the bytes as they came."""
    query = (
        select(Delivery, DeliveryState, DeliveryBody)
        .join(DeliveryState, DeliveryState.delivery_id == Delivery.id)
        .join(DeliveryBody, DeliveryBody.id == Delivery.body_id)
        .options(joinedload(Delivery.connection))
        .where(Delivery.id == delivery_id)
    )
    found = db.session.execute(query).one_or_none()
    return (Row(found[0], found[1]), found[2]) if found else None


def about_referral(referral_id: int) -> list[Row]:
    """The deliveries of a referral, oldest first."""
    query = (
        select(Delivery, DeliveryState)
        .join(DeliveryState, DeliveryState.delivery_id == Delivery.id)
        .options(joinedload(Delivery.connection))
        .where(DeliveryState.referral_id == referral_id)
        .order_by(Delivery.id)
    )
    return [Row(delivery, state) for delivery, state in db.session.execute(query)]


def last_booked() -> dt.datetime | None:
    """When a delivery was last worked off."""
    return db.session.scalar(select(func.max(DeliveryState.done_at)))


def oldest_in(states: Sequence[str]) -> dt.datetime | None:
    """Since when the longest-waiting delivery in these states has been due."""
    return db.session.scalar(select(func.min(DeliveryState.due_at)).where(DeliveryState.state.in_(states)))


def undone() -> list[int]:
    """Deliveries said to be done without a date, or waiting without a reason."""
    wrong = or_(
        DeliveryState.state.in_(("done", "skipped")) & DeliveryState.done_at.is_(None),
        DeliveryState.state.in_(("waiting", "unmapped", "set_aside")) & DeliveryState.reason.is_(None),
    )
    return list(
        db.session.scalars(select(DeliveryState.delivery_id).where(wrong).order_by(DeliveryState.delivery_id))
    )


def stateless() -> list[int]:
    """Deliveries without a state: they would never be worked on."""
    query = (
        select(Delivery.id)
        .outerjoin(DeliveryState, DeliveryState.delivery_id == Delivery.id)
        .where(DeliveryState.delivery_id.is_(None))
    )
    return list(db.session.scalars(query))
