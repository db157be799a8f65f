"""A referral appeared, or staff named its deal: what waited for it is looked at again."""

from sqlalchemy import or_

from hub import activity
from hub.activity.queries import fact
from hub.core.clock import now
from hub.crm.models import DeliveryState
from hub.crm.states import ring_again
from hub.referrals import queries


@activity.listens("referral.submitted", "crm.match_submitted")
def match_submitted(fact_id: int) -> None:
    """Rings for deliveries that name a new referral by deal, code or e-mail."""
    _match(fact_id)


@activity.listens("referral.deal_linked", "crm.match_linked")
def match_linked(fact_id: int) -> None:
    """Rings for deliveries of a deal that staff linked."""
    _match(fact_id)


def _match(fact_id: int) -> None:
    referral = queries.referral(int(fact(fact_id).subject.split(":")[1]))
    if referral is None:
        return
    names = [DeliveryState.referral_code == referral.code]
    names += [DeliveryState.deal_id == deal.deal_id for deal in queries.deals_of(referral.id)]
    if referral.contact_email:
        names.append(DeliveryState.email == referral.contact_email)
    ring_again(DeliveryState.state == "waiting", or_(*names), now=now())
