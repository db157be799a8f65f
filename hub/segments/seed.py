"""In the sample, most companies are well, and two are not."""

import datetime as dt

from hub.core import registry
from hub.members import customer_health
from hub.members.queries import companies

HEALTH = (86, 74, 91, 63, 35, 78, 82, 55, 69, 88, 28, 95)


@registry.seed(15, "customer health")
def plant(*, now: dt.datetime) -> None:
    """A number for each company, once."""
    if customer_health.of_companies():
        return
    for number, company in enumerate(companies()):
        customer_health.say(HEALTH[number % len(HEALTH)], now=now, by_id=None, company_id=company.id)
