"""What this room does in the background."""

from hub import outbox
from hub.core.clock import now
from hub.referrals import programmes
from hub.referrals.rights import jobs as _rights  # noqa: F401 - registers its jobs

TAKE_ALONG = "referrals.take_along"


def take_along(programme_id: int, version_id: int, *, by_id: int | None) -> None:
    """Asks for the open referrals of a programme to come along to a version, batch by batch, after this commit."""
    args = {"programme_id": programme_id, "version_id": version_id, "after": 0, "by_id": by_id or 0}
    outbox.post(TAKE_ALONG, args, now=now())


@outbox.handles(TAKE_ALONG)
def _take_along(programme_id: int, version_id: int, after: int, by_id: int) -> None:
    """One batch, and a message for the next. Safe to run twice: who has come along is left alone."""
    at = now()
    batch = programmes.apply_batch(programme_id, version_id, after=after, by_id=by_id or None, now=at)
    if batch is not None:
        args = {
            "programme_id": programme_id,
            "version_id": version_id,
            "after": batch.last_id,
            "by_id": by_id,
        }
        outbox.post(TAKE_ALONG, args, now=at)
