"""In the sample, newcomers have a way that begins small."""

import datetime as dt

from challenges import queries
from challenges.journeys import actions
from challenges.journeys.queries import listed
from hub import members
from hub.core import registry
from hub.segments.queries import by_slug

NAME, SAYS = "Your first month", "Small things first. Introducing somebody comes last, and only if you like."
STEPS = ("tell-us-who-you-are", "what-is-new-in-autumn", "how-are-we-doing", "whom-we-help-best")


@registry.seed(72, "journeys")
def plant(*, now: dt.datetime) -> None:
    """One journey, for those who are new."""
    grace = members.find("grace@example.com")
    found = [one for slug in STEPS if (one := queries.by_slug(slug)) is not None and one.state == "open"]
    if grace is None or len(found) < 2 or listed():
        return
    made = actions.save(
        None, name=NAME, says=SAYS, segment=by_slug("new-here"), challenge_ids=[one.id for one in found], waits=True,
        by_id=grace.id, now=now,
    )  # fmt: skip
    actions.turn(made, "open", by_id=grace.id, now=now)
