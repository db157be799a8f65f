"""What is swept by the clock: addresses that nobody needs any more."""

import datetime as dt

from sqlalchemy import delete, or_, select

from hub.core.db import db
from hub.rewards.models import OPEN, Redemption, RedemptionAddress

KEPT = dt.timedelta(days=30)


def forget_addresses(*, now: dt.datetime) -> int:
    """Blanks addresses of what has arrived or ended, and of what was sent a month ago, whether anybody said so or
    not."""
    needed = select(Redemption.id).where(
        or_(Redemption.state.in_(OPEN), (Redemption.state == "sent") & (Redemption.sent_at > now - KEPT))
    )
    gone = delete(RedemptionAddress).where(RedemptionAddress.redemption_id.not_in(needed))
    return int(db.session.execute(gone.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]
