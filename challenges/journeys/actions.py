"""Making journeys, opening and closing them."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import delete

from challenges.journeys.models import Journey, JourneyStep
from challenges.journeys.queries import forget_known
from challenges.queries import of_ids
from hub import activity
from hub.core import edges
from hub.core.db import db
from hub.segments.fields import Unclear
from hub.segments.models import Segment

MOST_STEPS = 12
STATES = ("draft", "open", "closed")


def save(
    journey: Journey | None, *, name: str, says: str, segment: Segment | None, challenge_ids: Sequence[int],
    waits: bool, by_id: int, now: dt.datetime,
) -> Journey:  # fmt: skip
    """A new journey, or another state of one. Refuses (Unclear) no name, and less than two open challenges."""
    name, ids = " ".join(name.split()), list(dict.fromkeys(challenge_ids))
    if not 1 <= len(name) <= 80:
        raise Unclear("Give it a name of at most 80 characters.", "name")
    if not 2 <= len(ids) <= MOST_STEPS:
        raise Unclear(f"A journey has 2 to {MOST_STEPS} challenges. Number them in their order.", "steps")
    if {one.id for one in of_ids(ids) if one.state == "open"} != set(ids):
        raise Unclear("Only challenges that are open can be on the way.", "steps")
    if journey is None:
        journey = Journey(created_at=now, by_id=by_id, state="draft")
        db.session.add(journey)
    journey.name, journey.says, journey.waits = name, says.replace("\0", "").strip()[:300], waits
    journey.segment_id = segment.id if segment else None
    db.session.flush()
    db.session.execute(delete(JourneyStep).where(JourneyStep.journey_id == journey.id))
    db.session.add_all(
        JourneyStep(journey_id=journey.id, challenge_id=number, position=place)
        for place, number in enumerate(ids, 1)
    )
    db.session.flush()
    edges.after_commit("journeys.forget", forget_known)
    activity.record("journey.saved", subject=f"journey:{journey.id}", by_id=by_id, now=now)
    return journey


def turn(journey: Journey, state: str, *, by_id: int, now: dt.datetime) -> None:
    """Opens it to its audience, or closes it: nobody waits for it any more. Refuses (Unclear) other states."""
    if state not in STATES:
        raise Unclear("A journey is a draft, open or closed.", "state")
    journey.state = state
    db.session.flush()
    edges.after_commit("journeys.forget", forget_known)
    activity.record(f"journey.{state}", subject=f"journey:{journey.id}", by_id=by_id, now=now)
