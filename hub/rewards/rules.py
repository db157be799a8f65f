"""The rules of the house for rewards: one row, defaults until a manager saves it."""

import datetime as dt
from typing import Any

from sqlalchemy import select

from hub import activity
from hub.core.db import db
from hub.rewards.models import RewardRules

DEFAULTS = {
    "currency": "USD", "approve_above": 10_000, "two_above": 5_000, "per_thousand_hundredths": 3_500, "age_days": 7,
    "lapse_months": None, "warn_days": 30, "lapse_from_on": None,
}  # fmt: skip


def rules() -> RewardRules:
    """The rules as they stand; never a row that isn't saved yet in the session."""
    return db.session.scalar(select(RewardRules).where(RewardRules.id == 1)) or RewardRules(id=1, **DEFAULTS)


def change(values: dict[str, Any], *, by_id: int | None, now: dt.datetime) -> None:
    """Saves the rules. A policy for points that lapse begins when it is switched on: nobody's past silence counts more
    than it did the day before."""
    found = rules()
    before = found.lapse_months
    db.session.add(found)
    for name, value in values.items():
        setattr(found, name, value)
    if found.lapse_months is not None and before is None:
        found.lapse_from_on = now.date()
    found.by_id, found.changed_at = by_id, now
    db.session.flush()
    activity.record("rewards.ruled", subject="hub:1", by_id=by_id, now=now)
