"""The sample CRM's connection and deals."""

import datetime as dt

from hub.core import registry
from hub.crm.sample import actions


@registry.seed(35, "sample CRM")
def plant(*, now: dt.datetime) -> None:
    """The connection with its mapping, and a deal for each of the latest referrals. Safe twice."""
    actions.connect(now=now)
    actions.open_latest(now=now)
