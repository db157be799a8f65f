"""How much each signal weighs and from which score on people look: the signals' own, unless a manager chose."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hub import activity
from hub.core.db import db
from hub.referrals.fairness.models import Limits
from hub.referrals.fairness.signals import Bounds
from hub.referrals.fairness.signals.known import every_signal
from hub.referrals.ladder import HIGHEST_TOTAL

THRESHOLD, SECOND_ABOVE, ALARM_DAYS = 60, 5_000, 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """What an introduction is weighed with. `second_above` None: one person may release everything."""

    threshold: int = THRESHOLD
    second_above: int | None = SECOND_ABOVE
    alarm_days: int = ALARM_DAYS
    region: str | None = None
    weights: Mapping[str, int] = field(default_factory=dict)
    bounds: Bounds = field(default_factory=dict)

    def weight(self, name: str) -> int:
        """What a signal weighs here."""
        return self.weights.get(name, every_signal()[name].weight)

    @property
    def alone(self) -> int:
        """The total up to which one person may release."""
        return HIGHEST_TOTAL if self.second_above is None else self.second_above


def scale() -> Scale:
    """The hub's scale; one statement, none within the same transaction."""
    row = db.session.get(Limits, 1)
    if row is None:
        return Scale()
    return Scale(
        threshold=row.threshold, second_above=row.second_above, alarm_days=row.alarm_days, region=row.region,
        weights=row.weights, bounds=row.bounds,
    )  # fmt: skip


def choose(wished: Scale, *, by_id: int, now: dt.datetime) -> None:
    """Keeps a manager's scale. It weighs what comes from now on; what people decided stays decided."""
    row = db.session.get(Limits, 1, with_for_update=True)
    values: dict[str, Any] = {
        "threshold": wished.threshold, "second_above": wished.second_above, "alarm_days": wished.alarm_days,
        "region": wished.region, "weights": dict(wished.weights), "bounds": dict(wished.bounds), "by_id": by_id,
        "changed_at": now,
    }  # fmt: skip
    if row is None:
        db.session.add(Limits(id=1, **values))
    else:
        for name, value in values.items():
            setattr(row, name, value)
    db.session.flush()
    activity.record("fairness.limits_changed", subject="hub:1", by_id=by_id, now=now)
