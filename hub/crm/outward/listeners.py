"""A referral was submitted: it goes to each CRM that takes them."""

from hub import activity
from hub.activity.queries import fact
from hub.core.clock import now
from hub.crm.outward import actions
from hub.referrals.queries import referral


@activity.listens("referral.submitted", "crm.push_submitted")
def push_submitted(fact_id: int) -> None:
    """Begins a push to each connection that is switched on."""
    found = referral(int(fact(fact_id).subject.split(":")[1]))
    if found is not None:
        actions.begin(found, now=now())
