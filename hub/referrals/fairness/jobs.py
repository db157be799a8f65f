"""What happens by itself: points that waited their days are booked, prints of older introductions are made up for."""

import datetime as dt

from hub import outbox
from hub.core.clock import now
from hub.referrals.fairness import actions, limits, prints

WAITED, PRINTS = "referrals.pay_waited", "referrals.leave_prints"
LOOKS_BACK = dt.timedelta(days=400)


@outbox.every(60, WAITED)
def pay_waited() -> None:
    """A batch; when it was a full one, the next follows at once."""
    at = now()
    if actions.pay_waited(now=at) == actions.BATCH:
        outbox.post(WAITED, now=at)


@outbox.every(3600, PRINTS)
def leave_prints() -> None:
    """Introductions from before this room weighed them, and imported ones, so that later ones can be compared."""
    at = now()
    if prints.leave_missing(at - LOOKS_BACK, limits.scale().region) == prints.BATCH:
        outbox.post(PRINTS, now=at)
