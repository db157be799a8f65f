"""Clicks retire by whole months: what they came to stays."""

import datetime as dt

from sqlalchemy import delete, func, select

from hub.core.db import db
from hub.outbox.actions import insert_ignoring
from hub.sharing.models import Click, ClickMonth

BATCH = 500


def retire_months(now: dt.datetime, *, kept: int) -> list[str]:
    """Closes the months older than the last `kept` full ones; from here on their clicks can be deleted. Gives those
    closed now."""
    first = first_kept(now.date(), kept)
    query = select(Click.month).where(Click.month < first).group_by(Click.month)
    closed = select(ClickMonth.month)
    months = sorted(db.session.scalars(query.where(Click.month.not_in(closed))))
    for month in months:
        db.session.execute(insert_ignoring(ClickMonth).values(month=month, retired_at=now))
    return months


def first_kept(today: dt.date, kept: int) -> str:
    """`2025-10`: the first month whose clicks are kept, so many before this one."""
    months = today.year * 12 + today.month - 1 - kept
    return f"{months // 12}-{months % 12 + 1:02}"


def delete_retired() -> int:
    """Deletes one batch of clicks of retired months; gives how many."""
    some = select(Click.id).where(Click.month.in_(select(ClickMonth.month))).limit(BATCH)
    gone = db.session.execute(
        delete(Click).where(Click.id.in_(some)).execution_options(synchronize_session=False)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def latest_retired() -> str | None:
    """The youngest month that has retired."""
    return db.session.scalar(select(func.max(ClickMonth.month)))
