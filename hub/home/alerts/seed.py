"""In the sample, a rep hears when one of their customers becomes one of the most engaged."""

import datetime as dt

from hub import members
from hub.core import registry
from hub.home.alerts import actions, queries
from hub.segments.queries import by_slug


@registry.seed(90, "alerts")
def plant(*, now: dt.datetime) -> None:
    """One alert."""
    grace, segment = members.find("grace@example.com"), by_slug("most-engaged")
    if grace is not None and segment is not None and not queries.listed():
        actions.make("is one of the most engaged now", segment=segment, tells="rep", person_id=None, points=0,
                     by_id=grace.id, now=now)  # fmt: skip
