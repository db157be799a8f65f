"""In the background: silence ends in forgetting, and a customer who was introduced is asked once to be an advocate."""

import datetime as dt

from hub import activity, outbox
from hub.activity.queries import fact
from hub.core.clock import now
from hub.referrals import queries
from hub.referrals.rights import actions

EXPIRE = "referrals.forget_unanswered"
NEWS = dt.timedelta(days=2)


@outbox.every(3600, EXPIRE)
def forget_unanswered() -> None:
    """Forgets whoever never answered, a batch at a time."""
    if actions.expire_batch(now()) == actions.BATCH:
        outbox.post(EXPIRE, now=now())


@activity.listens("referral.advanced", "referrals.offer_to_customer")
def offer_to_customer(fact_id: int) -> None:
    """A won deal's person is told that the programme is open to them; safe to run twice."""
    told = fact(fact_id)
    number = int(told.subject.partition(":")[2])
    found = queries.referral(number)
    if found is not None and found.state == "won" and now() - told.happened_at < NEWS:
        actions.offer(number, now=now())
