"""Writing messages, claiming them, marking them done, parking what keeps failing."""

import datetime as dt
import hashlib
from typing import Any

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from hub.core import bulk
from hub.core.clock import now as clock_now
from hub.core.db import db, is_sqlite, table_of
from hub.outbox.models import Lease, Message, Run
from hub.outbox.names import HANDLERS
from hub.outbox.relay import bell

ATTEMPTS = 8
KEPT_DAYS = 7


def insert_ignoring(model: Any) -> Any:
    """INSERT … ON CONFLICT DO NOTHING, in the dialect of this hub's database."""
    table = table_of(model)
    statement = sqlite_insert(table) if is_sqlite() else postgresql_insert(table)
    return statement.on_conflict_do_nothing()


def post(
    name: str,
    args: dict[str, Any] | None = None,
    *,
    key: str | None = None,
    now: dt.datetime | None = None,
    due_at: dt.datetime | None = None,
) -> None:
    """Writes a message in the current transaction and rings after its commit.

    With a `key`, a second message of that key is the first one. Refuses a name nobody handles.
    """
    handler = HANDLERS[name]
    now = now or clock_now()
    row = {
        "name": name, "queue": handler.queue, "args": args or {}, "key": key, "attempts": 0,
        "created_at": now, "due_at": due_at or now,
    }  # fmt: skip
    db.session.execute(insert_ignoring(Message).values(**row))
    bell(f"messages.{handler.queue}")


def post_many(name: str, rows: list[dict[str, Any]], *, now: dt.datetime) -> None:
    """Writes many messages of one name in one statement."""
    if not rows:
        return
    handler = HANDLERS[name]
    base = {
        "name": name,
        "queue": handler.queue,
        "key": None,
        "attempts": 0,
        "created_at": now,
        "due_at": now,
    }
    bulk.put(Message, [{**base, "args": args} for args in rows])
    bell(f"messages.{handler.queue}")


def claim(queue: str, *, now: dt.datetime, limit: int, names: set[str] | None = None) -> list[Message]:
    """Locks due messages of a queue, oldest first; others' locks are skipped."""
    query = (
        select(Message)
        .where(Message.queue == queue, text("done_at IS NULL AND parked_at IS NULL"), Message.due_at <= now)
        .order_by(Message.due_at, Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if names is not None:
        query = query.where(Message.name.in_(names))
    return list(db.session.scalars(query))


def done(message_id: int, *, now: dt.datetime) -> None:
    """Marks a message done."""
    db.session.get_one(Message, message_id).done_at = now


def put_off(message_id: int, *, until: dt.datetime) -> None:
    """Nobody else takes the message before then; whoever dies with it frees it by the clock."""
    db.session.get_one(Message, message_id).due_at = until


def failed(
    message_id: int, error: str, *, now: dt.datetime, at_least_seconds: float = 0
) -> dt.datetime | None:
    """Counts a failed try: the next one later, from 5 s up to an hour; the eighth parks the message.

    Returns when the next try is due; None when the message was parked.
    """
    message = db.session.get_one(Message, message_id)
    message.attempts += 1
    message.error = error[:2000]
    if message.attempts >= ATTEMPTS:
        message.parked_at = now
        return None
    seconds = max(at_least_seconds, min(3600, 5 * 2 ** (message.attempts - 1)))
    message.due_at = now + dt.timedelta(seconds=seconds)
    return message.due_at


def retry(message_id: int, *, now: dt.datetime) -> bool:
    """Takes a parked message back into the queue. False when it isn't parked."""
    message = db.session.get(Message, message_id)
    if message is None or message.parked_at is None:
        return False
    message.parked_at, message.attempts, message.due_at = None, 0, now
    bell(f"messages.{message.queue}")
    return True


def lease(name: str, holder: str, *, now: dt.datetime, seconds: float) -> bool:
    """Takes or renews a lease; False while somebody else's still runs."""
    until = now + dt.timedelta(seconds=seconds)
    db.session.execute(insert_ignoring(Lease).values(name=name, holder=holder, until=until))
    mine = update(Lease).where(Lease.name == name, (Lease.holder == holder) | (Lease.until < now))
    return bool(db.session.execute(mine.values(holder=holder, until=until)).rowcount)  # type: ignore[attr-defined]


def release(name: str, holder: str) -> None:
    """Gives a lease back, so that a successor need not wait it out."""
    db.session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))


def only_one(name: str) -> bool:
    """Whether this transaction alone may do `name`; the claim ends with the transaction, however that ends.

    On SQLite a writing transaction is alone by itself. On PostgreSQL the lease row is locked, and skipped when taken.
    """
    if is_sqlite():
        return True
    never = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    db.session.execute(insert_ignoring(Lease).values(name=name, holder="", until=never))
    row = select(Lease.name).where(Lease.name == name).with_for_update(skip_locked=True)
    return db.session.execute(row).scalar_one_or_none() is not None


def post_periodic(name: str, *, seconds: int, now: dt.datetime) -> bool:
    """Posts a periodic task if it is due; of two schedulers one gets to."""
    never = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    db.session.execute(insert_ignoring(Run).values(name=name, last_at=never))
    due = update(Run).where(Run.name == name, Run.last_at <= now - dt.timedelta(seconds=seconds))
    if not db.session.execute(due.values(last_at=now)).rowcount:  # type: ignore[attr-defined]
        return False
    stamp = hashlib.sha256(f"{name}:{now.timestamp()}".encode()).hexdigest()[:16]
    post(name, key=f"every:{name}:{stamp}", now=now)
    return True


def forget_done(*, now: dt.datetime) -> int:
    """Deletes messages done a week ago."""
    old = delete(Message).where(Message.done_at < now - dt.timedelta(days=KEPT_DAYS))
    return int(db.session.execute(old).rowcount)  # type: ignore[attr-defined]
