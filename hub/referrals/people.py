"""Who is introduced, and what makes two introductions mean one person."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from hub.core.db import db
from hub.members.addresses import plain_email, plain_phone
from hub.referrals.models import Referral


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """Who is introduced, and in which words."""

    name: str = ""
    email: str | None = None
    phone: str | None = None
    company: str | None = None
    title: str | None = None
    relation: str | None = None
    why: str | None = None
    consent_note: str | None = None


def lead_key(email: str | None) -> str | None:
    """One person's e-mail however it is written: lower case, without what follows a plus, Gmail's dots dropped."""
    return plain_email(email)


def person_key(contact: Contact) -> str | None:
    """Who is meant, however it is written: the e-mail, else the digits of the telephone number."""
    return next(iter(ways(contact)), None)


def ways(contact: Contact) -> list[str]:
    """All that somebody is known by, however it is written: the e-mail, and the digits of the telephone number."""
    digits = plain_phone(contact.phone)
    return [key for key in (lead_key(contact.email), f"tel:{digits}" if digits else None) if key]


def same_form(word: str | None, contact: Contact, *beside: str | None) -> str:
    """One form sent twice is one introduction; the same form with somebody else in it is another one."""
    who = person_key(contact) or contact.name
    return hashlib.sha256("|".join(str(each) for each in (word, *beside, who)).encode()).hexdigest()[:40]


def reopen(referral_id: int) -> None:
    """A lost referral goes on: its person is taken again, unless somebody else introduced them meanwhile."""
    columns = select(Referral.contact_email, Referral.contact_phone).where(Referral.id == referral_id)
    email, phone = db.session.execute(columns).one()
    key = person_key(Contact(email=email, phone=phone))
    if key is None:
        return
    taken = update(Referral).where(Referral.id == referral_id).values(lead_key=key)
    try:
        with db.session.begin_nested():
            db.session.execute(taken.execution_options(synchronize_session=False))
    except IntegrityError:
        return
