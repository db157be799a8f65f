"""A referral was submitted: it goes to each CRM that takes them."""

from hub import activity
from hub.activity.queries import fact
from hub.core.clock import now
from hub.crm.outward import actions
from hub.referrals.disputes import queries as disputes
from hub.referrals.queries import referral
from hub.referrals.rights.queries import waits


@activity.listens("referral.submitted", "crm.push_submitted")
def push_submitted(fact_id: int) -> None:
    """Begins a push to each connection that is switched on, unless its person has yet to be asked."""
    found = referral(int(fact(fact_id).subject.split(":")[1]))
    if found is not None and not waits(found.id):
        actions.begin(found, now=now())


@activity.listens("referral.person_answered", "crm.push_agreed")
def push_agreed(fact_id: int) -> None:
    """Their yes sends what waited for it."""
    told = fact(fact_id)
    found = referral(int(told.subject.split(":")[1]))
    if found is not None and told.data.get("state") == "accepted":
        actions.begin(found, now=now())


@activity.listens("referral.dispute_decided", "crm.push_moved")
def push_moved(fact_id: int) -> None:
    """A credit moved: what was on its way goes on with it, what never went begins, unless its person has yet to be
    asked."""
    told = fact(fact_id)
    decided = disputes.one(told.data["dispute"])
    found = referral(int(told.subject.split(":")[1]))
    if decided is None or found is None or decided.dispute.into_id != found.id:
        return
    actions.take_along(decided.referral.id, found.id)
    if not waits(found.id):
        actions.begin(found, now=now())
