"""Reads of the outbox: what waits, since when, what was set aside."""

import datetime as dt

from sqlalchemy import func, select, text

from hub.core.db import db
from hub.outbox.models import OPEN, Lease, Message


def oldest_due(queue: str, *, now: dt.datetime) -> dt.datetime | None:
    """When the longest-waiting due message of a queue fell due."""
    due = select(func.min(Message.due_at)).where(Message.queue == queue, text(OPEN), Message.due_at <= now)
    return db.session.scalar(due)


def waiting(queue: str) -> int:
    """How many messages of a queue are not done."""
    return db.session.scalar(select(func.count()).where(Message.queue == queue, text(OPEN))) or 0


def parked(limit: int = 50) -> list[Message]:
    """Messages that failed eight times, latest first."""
    query = (
        select(Message).where(Message.parked_at.is_not(None)).order_by(Message.parked_at.desc()).limit(limit)
    )
    return list(db.session.scalars(query))


def parked_count() -> int:
    """How many messages are set aside."""
    return db.session.scalar(select(func.count()).where(Message.parked_at.is_not(None))) or 0


def last_done(queue: str) -> dt.datetime | None:
    """When a message of a queue was last done."""
    return db.session.scalar(select(func.max(Message.done_at)).where(Message.queue == queue))


def holder(name: str) -> Lease | None:
    """Who holds a lease."""
    return db.session.get(Lease, name)
