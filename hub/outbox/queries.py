"""Reads of the outbox: what waits, since when, what was set aside."""

import datetime as dt
from dataclasses import dataclass

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


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueState:
    """How a queue does: what waits, since when the longest-waiting due message is due, what was set aside."""

    waiting: int
    oldest_at: dt.datetime | None
    parked: int
    last_done_at: dt.datetime | None


def queue_state(queue: str, *, now: dt.datetime) -> QueueState:
    """The state of a queue, in one statement."""
    mine = Message.queue == queue
    open_ = select(func.count()).where(mine, text(OPEN)).scalar_subquery()
    oldest = select(func.min(Message.due_at)).where(mine, text(OPEN), Message.due_at <= now).scalar_subquery()
    parked = select(func.count()).where(mine, Message.parked_at.is_not(None)).scalar_subquery()
    done = select(func.max(Message.done_at)).where(mine).scalar_subquery()
    row = db.session.execute(select(open_, oldest, parked, done)).one()
    return QueueState(waiting=row[0], oldest_at=row[1], parked=row[2], last_done_at=row[3])


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
