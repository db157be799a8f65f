"""Blanking a person: what the hub kept of them and what was said about them goes, what happened stays."""

import datetime as dt

from sqlalchemy import delete, or_, select, update

from hub import community
from hub.core.db import db
from hub.referrals.disputes.models import Dispute
from hub.referrals.fairness import prints
from hub.referrals.fairness.models import Review
from hub.referrals.models import Referral, StageEvent, StageEventNote
from hub.referrals.rights.models import Consent, VettingAnswer

BLANK = {
    "contact_name": "", "contact_email": None, "contact_phone": None, "contact_company": None, "contact_title": None,
    "relation": None, "why": None, "consent_note": None, "lead_key": None,
}  # fmt: skip


def forget_person(referral_id: int, now: dt.datetime) -> None:
    """Blanks the person of a referral, and of those that were merged into it: name, addresses, what was written about
    them by whomever. Its history stays. What a CRM sent of them is blanked by whoever listens to their answer."""
    ids = same_person(referral_id)
    events = select(StageEvent.id).where(StageEvent.referral_id.in_(ids))
    for statement in (
        update(Referral).where(Referral.id.in_(ids)).values(BLANK),
        delete(VettingAnswer).where(VettingAnswer.referral_id.in_(ids)),
        delete(StageEventNote).where(StageEventNote.stage_event_id.in_(events)),
        update(Consent).where(Consent.referral_id.in_(ids)).values(details=None, sealed_token=None),
        update(Dispute).where(Dispute.referral_id.in_(ids)).values(words="", answer=None),
        update(Review).where(Review.referral_id.in_(ids)).values(words=None, appeal=None, answer=None),
    ):
        db.session.execute(statement.execution_options(synchronize_session=False))
    prints.forget(ids)
    for number in ids:
        community.clear(f"referral:{number}", now)


def same_person(referral_id: int) -> list[int]:
    """A referral and those that were merged into it."""
    same = select(Referral.id).where(or_(Referral.id == referral_id, Referral.merged_into_id == referral_id))
    return list(db.session.scalars(same.order_by(Referral.id)))
