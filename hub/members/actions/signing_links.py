"""A way in without a password: a mailed link, once, for a quarter of an hour."""

import datetime as dt

from hub import outbox
from hub.core import crypto
from hub.members import queries
from hub.members.actions.people import vouch
from hub.members.actions.tickets import SIGN_IN, issue, spend, void
from hub.members.models import Member
from hub.members.names import Refusal

ASKED = "members.sign_in_asked"


def ask_for_sign_in(email: str, *, now: dt.datetime) -> None:
    """Somebody wants in without a password. As with a forgotten one, the answer is the same for every address."""
    outbox.post(ASKED, {"sealed": crypto.seal(email.strip()[:320])}, now=now)


def send_sign_in(email: str, *, now: dt.datetime) -> bool:
    """Mails the link to whoever has this address; False, and no mail, for strangers."""
    found = queries.find(email)
    return found is not None and mail_sign_in(found, now=now)


def mail_sign_in(member: Member, *, now: dt.datetime) -> bool:
    """Mails the link; links asked for before are void. False, and no mail, to stubs, the switched off, and those who
    sign in with their organisation: whoever leaves it is out there at once, and shall be here."""
    if not member.is_active or not member.email:
        return False
    if member.password_hash is None and queries.identities(member.id):
        return False
    void(member, now=now, purpose=SIGN_IN)
    issue(member, SIGN_IN, now=now, by_id=member.id)
    return True


def sign_in_by(token: str, *, now: dt.datetime) -> Member:
    """Uses the link, once; its mailbox confirms the address as well. Refuses a used or expired one, and somebody who
    left."""
    member = spend(token, (SIGN_IN,), now=now)
    if not member.is_active:
        raise Refusal("This membership has ended.")
    vouch(member, now=now, by_id=member.id)
    void(member, now=now, purpose=SIGN_IN)
    return member
