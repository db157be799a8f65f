"""In the sample, whoever knows whom we help best is certified for a year."""

import datetime as dt

from challenges import queries
from challenges.certificates import actions
from challenges.certificates.queries import months
from hub.core import registry

CERTIFIES = {"whom-we-help-best": 12}


@registry.seed(61, "certificates")
def plant(*, now: dt.datetime) -> None:
    """Before anybody answers, so that everybody who has passed gets one."""
    for slug, good_for in CERTIFIES.items():
        found = queries.by_slug(slug)
        if found is not None and months(found.id) is None:
            found.repeat, found.repeat_times = "times", 10  # to be renewed
            actions.certify(found, good_for, by_id=None, now=now)
