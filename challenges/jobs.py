"""Work in the background: hangouts that complete challenges, files that nothing names any more."""

import datetime as dt

from challenges import actions, queries
from challenges.kinds import Given
from hub import activity, outbox
from hub.activity.queries import fact
from hub.core import uploads
from hub.core.clock import now
from hub.members.queries import get as member_by_id

DAY_SECONDS = 24 * 3600


@activity.listens("hangout.attended", "challenges.hangout_attended")
def hangout_attended(fact_id: int) -> None:
    """Completes the member's challenges that ask for nothing but this hangout; safe to run twice."""
    told = fact(fact_id)
    member = member_by_id(told.by_id) if told.by_id is not None else None
    if member is None:
        return
    for challenge in queries.asking_for_hangout(str(told.data.get("slug") or ""), now()):
        try:
            actions.answer(challenge, challenge.steps[0], member, Given(), now=now())
        except actions.Closed:
            continue  # done already, or not for them


@outbox.every(DAY_SECONDS, "challenges.sweep_uploads")
def sweep_uploads() -> None:
    """Removes files whose upload was undone after they were written."""
    for path in uploads.orphans(older_than=now() - dt.timedelta(days=1)):
        path.unlink(missing_ok=True)
