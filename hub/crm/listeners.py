"""A referral appeared, or staff named its deal: what waited for it is looked at again."""

from sqlalchemy import func, or_, select

from hub import activity
from hub.activity.queries import fact
from hub.core.clock import now
from hub.crm import redaction
from hub.crm.matching import sent_as
from hub.crm.models import DeliveryState
from hub.crm.states import ring_again
from hub.referrals import queries
from hub.referrals.models import Deal, Referral
from hub.referrals.rights.forgetting import same_person
from hub.referrals.rights.models import FORGOTTEN


@activity.listens("referral.submitted", "crm.match_submitted")
def match_submitted(fact_id: int) -> None:
    """Rings for deliveries that name a new referral by deal, code or e-mail."""
    _match(fact_id)


@activity.listens("referral.deal_linked", "crm.match_linked")
def match_linked(fact_id: int) -> None:
    """Rings for deliveries of a deal that staff linked."""
    _match(fact_id)


@activity.listens("referral.person_corrected", "crm.match_corrected")
def match_corrected(fact_id: int) -> None:
    """Rings for deliveries that name somebody by the e-mail they have now."""
    _match(fact_id)


@activity.listens("referrals.imported", "crm.match_imported")
def match_imported(fact_id: int) -> None:  # noqa: ARG001 - whichever import it was, we look at all that wait
    """Rings for deliveries that waited for a referral which an import has brought."""
    deals = select(Deal.deal_id)
    emails = select(Referral.contact_email).where(Referral.import_key.is_not(None))
    # The first fifteen characters: Salesforce shows those and sends eighteen. One rung for too many waits again.
    names = (DeliveryState.deal_id, func.substr(DeliveryState.deal_id, 1, 15))
    known = [name.in_(deals) for name in names] + [DeliveryState.email.in_(emails)]
    ring_again(DeliveryState.state == "waiting", or_(*known), now=now())


@activity.listens("referral.person_answered", "crm.forget_person")
def forget_person(fact_id: int) -> None:
    """What a CRM sent of somebody who is forgotten goes, too; so does what went wrong in sending them."""
    told = fact(fact_id)
    if told.data.get("state") not in FORGOTTEN:
        return
    redaction.forget_referrals(same_person(int(told.subject.split(":")[1])))


def _match(fact_id: int) -> None:
    referral = queries.referral(int(fact(fact_id).subject.split(":")[1]))
    if referral is None:
        return
    names = [DeliveryState.referral_code == referral.code]
    names += [DeliveryState.deal_id.in_(sent_as(deal.deal_id)) for deal in queries.deals_of(referral.id)]
    if referral.contact_email:
        names.append(DeliveryState.email == referral.contact_email)
    ring_again(DeliveryState.state == "waiting", or_(*names), now=now())
