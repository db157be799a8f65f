"""The sample CRM's connection, and its deals once the sample referrals are there."""

import datetime as dt

from hub.core import registry
from hub.crm.sample import actions


@registry.seed(35, "sample CRM")
def plant(*, now: dt.datetime) -> None:
    """The connection with its mapping. Safe twice."""
    actions.connect(now=now)


@registry.seed(45, "sample CRM's deals")
def plant_deals(*, now: dt.datetime) -> None:
    """A deal for each of the latest referrals. Safe twice."""
    actions.open_latest(now=now)
