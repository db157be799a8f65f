"""Reminders: a day before and an hour before, each guest once for each time that a hangout was set to."""

import datetime as dt

from sqlalchemy import select

from hub import notices
from hub.core.db import db
from hub.hangouts import seats
from hub.hangouts.desk_queries import due_reminders
from hub.hangouts.models import Guest, Hangout

DAY, HALF, HOUR = dt.timedelta(days=1), dt.timedelta(hours=12), dt.timedelta(hours=1)


def remind(now: dt.datetime) -> int:
    """Reminds the seated guests of what is near; gives how many were told. Whoever sat down after the hour of the
    reminder needs none."""
    return sum(_remind(found, now) for found in due_reminders(now))


def _remind(found: Hangout, now: dt.datetime) -> int:
    seats.alone(found.id)
    db.session.refresh(found)
    if not found.is_upcoming(now) or found.starts_at is None:
        return 0
    told = 0
    if found.starts_at - now <= HOUR and found.hour_reminded_for != found.starts_at:
        found.hour_reminded_for = found.day_reminded_for = found.starts_at
        told = _tell(found, 1, found.starts_at - HOUR, now)
    elif found.starts_at - now <= DAY and found.day_reminded_for != found.starts_at:
        found.day_reminded_for = found.starts_at
        # So late, the one an hour before is enough.
        told = _tell(found, 24, found.starts_at - DAY, now) if found.starts_at - now >= HALF else 0
    db.session.flush()
    return told


def _tell(found: Hangout, hours: int, since: dt.datetime, now: dt.datetime) -> int:
    query = select(Guest.member_id).where(
        Guest.hangout_id == found.id, Guest.state == "seated", Guest.moved_at < since
    )
    ids = list(db.session.scalars(query.order_by(Guest.member_id)))
    rows = [
        {"member_id": one, "kind": "hangout.reminder", "subject": found.subject,
         "key": f"{found.subject}:reminder:{hours}:{found.sequence}:{one}", "data": {"hours": hours}}
        for one in ids
    ]  # fmt: skip
    if rows:
        notices.tell_many(rows, now=now)
    return len(rows)
