"""What `hurrah prove` recomputes of credits and consents: from the touches, answers and decisions behind them."""

from collections.abc import Iterator

from sqlalchemy import func, or_, select

from hub.core import registry
from hub.core.db import db
from hub.referrals.disputes.models import Dispute
from hub.referrals.landing.models import Touch
from hub.referrals.models import Referral
from hub.referrals.rights.models import FORGOTTEN, Consent


@registry.check("whoever came by a link is credited to the touch that counts, or says why not")
def credits_of_links() -> Iterator[str]:
    """At most one credited touch, of the advocate who is credited; without one there is a reason."""
    query = (
        select(
            Referral.id,
            Referral.advocate_id,
            Referral.breakage,
            func.count(Touch.id),
            func.max(Touch.advocate_id),
        )
        .join(Touch, Touch.referral_id == Referral.id)
        .where(Touch.is_credited)
        .group_by(Referral.id, Referral.advocate_id, Referral.breakage)
        .order_by(Referral.id)
    )
    for number, advocate_id, _breakage, count, touched_by in db.session.execute(query):
        if count > 1:
            yield f"referral {number}: {count} touches are credited"
        elif advocate_id != touched_by:
            yield f"referral {number}: credited to member {advocate_id}, its touch is of member {touched_by}"
    bare = select(Referral.id).where(
        Referral.mode == "link", Referral.advocate_id.is_(None), func.coalesce(Referral.breakage, "") == ""
    )
    for number in db.session.scalars(bare.order_by(Referral.id)):
        yield f"referral {number}: came by a link, is credited to nobody, and doesn't say why"


@registry.check("nothing is kept of whoever said no, and little of whoever was asked")
def forgotten() -> Iterator[str]:
    """Blank where they declined, were erased or never answered; sealed where they have yet to say yes."""
    named = or_(
        Referral.contact_name != "", Referral.contact_email.is_not(None), Referral.contact_phone.is_not(None),
        Referral.contact_company.is_not(None), Referral.why.is_not(None), Referral.lead_key.is_not(None),
    )  # fmt: skip
    query = (
        select(Referral.id, Consent.state)
        .join(Consent, Consent.referral_id == Referral.id)
        .order_by(Referral.id)
    )
    for number, state in db.session.execute(query.where(Consent.state.in_(FORGOTTEN), named)):
        yield f"referral {number}: its person is {state}, and something of them is kept"
    told = or_(
        Referral.contact_title.is_not(None), Referral.relation.is_not(None), Referral.why.is_not(None),
        Referral.consent_note.is_not(None),
    )  # fmt: skip
    for number, _state in db.session.execute(query.where(Consent.state == "asked", told)):
        yield f"referral {number}: its person has yet to say yes, and more than name, company and a way to them is open"


@registry.check("a credit that moved is where the decision says")
def moved() -> Iterator[str]:
    """The old referral rests in the new one, which is of whoever doubted."""
    query = (
        select(Dispute.id, Dispute.by_id, Dispute.into_id, Referral.merged_into_id)
        .join(Referral, Referral.id == Dispute.referral_id)
        .where(Dispute.state == "moved")
        .order_by(Dispute.id)
    )
    for number, by_id, into_id, merged_into_id in db.session.execute(query):
        new = db.session.get(Referral, into_id)
        if merged_into_id != into_id or new is None or new.advocate_id != by_id:
            yield f"dispute {number}: the credit isn't with member {by_id}, whom it was given to"
