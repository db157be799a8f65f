"""Alerts follow the books, and once a quarter of an hour time itself."""

import datetime as dt
from collections.abc import Sequence

from hub import outbox
from hub.core.clock import now
from hub.home.alerts import actions
from hub.ledger.jobs import follows
from hub.segments.scoring import behind


@follows("alerts")
def follow(account_ids: Sequence[int], at: dt.datetime) -> None:
    """Whose account changed may fit now."""
    actions.hear(behind(account_ids), now=at)


@outbox.every(900, "alerts.look_around")
def look_around() -> None:
    """Whoever came to fit otherwise: by a tag, a company, a day."""
    actions.hear(None, now=now())
