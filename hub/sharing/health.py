"""The hop of clicks: how many wait for the writer on either side, and since when."""

import datetime as dt
import time
from collections.abc import Iterable

from redis.exceptions import RedisError
from sqlalchemy import func, select

from hub.core.clock import now
from hub.core.db import db
from hub.core.registry import Hop, State, health
from hub.outbox.relay import doorbell
from hub.sharing import codes
from hub.sharing.clicks import stream
from hub.sharing.clicks.writing import waiting_since
from hub.sharing.models import Click, PendingClick

LATE, STUCK = dt.timedelta(minutes=1), dt.timedelta(minutes=10)


@health("sharing")
def hops() -> Iterable[Hop]:
    """Unwritten clicks in Redis and in the database, and the last that was written."""
    at = now()
    length, oldest = _length(), waiting_since(at)
    pending, last = db.session.execute(
        select(
            select(func.count()).select_from(PendingClick).scalar_subquery(),
            select(func.max(Click.id)).scalar_subquery(),
        )
    ).one()
    waiting = pending + (length or 0)
    age = at - oldest if oldest else dt.timedelta()
    state: State = "broken" if age > STUCK else "watch" if age > LATE or length is None else "ok"
    says = f"{waiting:,} wait to be written" if waiting else "All are written"
    if length is None:
        says += "; Redis doesn’t answer, so they go into the database one by one"
    todo = "See whether a worker runs: `hurrah work books`." if age > LATE else ""
    yield Hop(
        name="sharing.clicks", title="Clicks on personal links", state=state, says=says, todo=todo,
        last_success_at=codes.clicked_at(last) if last else None, waiting=waiting, oldest_at=oldest,
    )  # fmt: skip


def _length() -> int | None:
    bell = doorbell()
    if time.monotonic() < bell.quiet_until:
        return None
    try:
        return int(bell.redis.xlen(stream.STREAM))
    except (RedisError, OSError):
        return None
