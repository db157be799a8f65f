"""Whom never to ask again: a mark for each way to somebody who said no, until they say yes by their own mailbox."""

import datetime as dt
from collections.abc import Collection, Iterable

from sqlalchemy import delete, select

from hub.core import crypto
from hub.core.db import db
from hub.outbox.actions import insert_ignoring
from hub.referrals.models import Referral
from hub.referrals.people import Contact, ways
from hub.referrals.rights.models import LeftAlone


def is_left_alone(contact: Contact) -> bool:
    """Whether this person told us not to ask again, by whichever of their ways they are named."""
    asked = select(LeftAlone.digest).where(LeftAlone.digest.in_(_marks(ways(contact))))
    return db.session.scalar(asked.limit(1)) is not None


def mark(referral_ids: Collection[int], now: dt.datetime) -> None:
    """They said no: nobody asks them again, by e-mail or telephone."""
    found = db.session.scalars(select(Referral).where(Referral.id.in_(referral_ids))).all()
    keys = {key for referral in found for key in (*_ways(referral), referral.lead_key)}
    for key in sorted(key for key in keys if key):
        db.session.execute(insert_ignoring(LeftAlone).values(digest=_marks([key])[0], since=now))


def unmark(referral: Referral) -> None:
    """Somebody who said no once says yes by the link in their mailbox: they may be spoken of again."""
    db.session.execute(delete(LeftAlone).where(LeftAlone.digest.in_(_marks(_ways(referral)))))


def sign(referral: Referral) -> str:
    """What stands for the person of a referral where nobody is to read who it is."""
    return _marks(_ways(referral) or [referral.code])[0]


def _ways(referral: Referral) -> list[str]:
    return ways(Contact(email=referral.contact_email, phone=referral.contact_phone))


def _marks(keys: Iterable[str]) -> list[str]:
    # Keyed, so that the table alone doesn't tell who said no.
    return [digest for key in keys for digest in crypto.keyed(f"left alone:{key}")]
