"""Reads of consents: whose link this is, what waits, what was answered."""

import datetime as dt

from sqlalchemy import or_, select

from hub.core import crypto
from hub.core.db import db
from hub.referrals import queries
from hub.referrals.models import Referral
from hub.referrals.people import lead_key
from hub.referrals.rights.models import Consent, VettingAnswer


def consent(referral_id: int) -> Consent | None:
    """What the person of a referral said; None when nobody asked."""
    return db.session.get(Consent, referral_id)


def by_token(token: str, now: dt.datetime) -> tuple[Consent, Referral] | None:
    """The consent of a link that still works, with its referral and people."""
    if not 20 <= len(token) <= 100 or not token.isascii():
        return None
    query = select(Consent).where(Consent.token_digest == crypto.digest(token), Consent.expires_at > now)
    found = db.session.scalar(query)
    about = queries.referral(found.referral_id) if found else None
    return (found, about) if found and about else None


def of_person(email: str) -> list[int]:
    """The referrals of whoever has this address, merged ones too, oldest first."""
    query = select(Referral.id).where(
        or_(Referral.contact_email == email, Referral.lead_key == lead_key(email))
    )
    return list(db.session.scalars(query.order_by(Referral.id)))


def answers(referral_id: int) -> list[VettingAnswer]:
    """What was answered to the programme's questions, in the order of their keys."""
    query = select(VettingAnswer).where(VettingAnswer.referral_id == referral_id).order_by(VettingAnswer.key)
    return list(db.session.scalars(query))


def waits(referral_id: int) -> bool:
    """Whether the person has yet to say yes."""
    return db.session.scalar(select(Consent.state).where(Consent.referral_id == referral_id)) == "asked"
