"""A person's details, put right by a manager: whom we compare, ask and send follows."""

import datetime as dt
import secrets

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hub import activity
from hub.core import crypto
from hub.core.db import db
from hub.notices import strangers
from hub.referrals.fairness import limits, prints
from hub.referrals.intake import Refusal, tidy
from hub.referrals.models import Referral
from hub.referrals.people import Contact, lead_key, person_key
from hub.referrals.rights.left_alone import is_left_alone
from hub.referrals.rights.models import FORGOTTEN, Consent

REASONS = {
    "typo": "A slip while typing",
    "moved": "They have changed company or address",
    "other": "Something else",
}
FIELDS = ("name", "company", "email", "phone", "title")


def correct(referral_id: int, contact: Contact, reason: str, *, by_id: int, now: dt.datetime) -> bool:
    """Puts name, company, e-mail, telephone and title right; False when nothing differs. Whoever is reached another way
    now gets a new link to their own page, and is asked or told there, if that is still open.

    Refuses (Refusal) somebody who is forgotten, merged or asked to be left alone, a title before their yes, and an
    address by which another referral knows its person.
    """
    found = db.session.get_one(Referral, referral_id, with_for_update=True, populate_existing=True)
    consent = db.session.get(Consent, referral_id, with_for_update=True, populate_existing=True)
    contact = tidy(contact)
    if found.merged_into_id is not None or (consent is not None and consent.state in FORGOTTEN):
        raise Refusal(
            "form", "There is nobody here to correct: they are forgotten, or it goes on as another referral."
        )
    if contact.title and consent is not None and consent.state == "asked":
        raise Refusal("contact_title", "They have yet to say yes, so this stays sealed.")
    changed = [
        name for name in FIELDS if (getattr(contact, name) or "") != (getattr(found, f"contact_{name}") or "")
    ]
    if not changed:
        return False
    before = person_key(Contact(email=found.contact_email, phone=found.contact_phone))
    reached_by = {"email", "phone"} & set(changed)
    if reached_by and is_left_alone(contact):
        raise Refusal(_field(contact), "This person asked us to leave them alone.")
    _write(found, contact, person_key(contact), before)
    prints.forget([referral_id])
    prints.leave([referral_id], limits.scale().region)
    if reached_by and consent is not None:
        _ask_there(found, consent, now)
    data = {"reason": reason, "fields": changed}
    activity.record("referral.person_corrected", subject=found.subject, by_id=by_id, now=now, data=data)
    return True


def _field(contact: Contact) -> str:
    return "contact_email" if lead_key(contact.email) else "contact_phone"


def _write(found: Referral, contact: Contact, key: str | None, before: str | None) -> None:
    number, programme_id = found.id, found.programme_id
    try:
        with db.session.begin_nested():
            for name in FIELDS:
                setattr(found, f"contact_{name}", getattr(contact, name))
            # A lost referral let go of its person: somebody else may have introduced them since.
            if key != before and (found.lead_key is not None or found.state != "lost"):
                found.lead_key = key
    except IntegrityError:
        query = select(Referral.code).where(
            Referral.programme_id == programme_id, Referral.lead_key == key, Referral.id != number
        )
        raise Refusal(
            _field(contact), f"Referral {db.session.scalar(query)} is of this person already."
        ) from None


def _ask_there(found: Referral, consent: Consent, now: dt.datetime) -> None:
    # Whoever had the old link, by a wrong address, is somebody else.
    token = secrets.token_urlsafe(32)
    consent.token_digest, consent.sealed_token = crypto.digest(token), crypto.seal(token)
    db.session.flush()
    if consent.state in ("asked", "told") and found.contact_email:
        strangers.write("referral.person_asked", found.id, token=token, now=now)
