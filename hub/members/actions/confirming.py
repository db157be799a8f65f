"""An e-mail address is confirmed by a link that only its mailbox gets; until then, points wait to be spent."""

import datetime as dt

from hub.members.actions.people import vouch
from hub.members.actions.tickets import CONFIRMATION, issue, spend, void
from hub.members.models import Member
from hub.members.names import Refusal


def ask_to_confirm(member: Member, *, now: dt.datetime) -> bool:
    """Mails a link that confirms the member's address; links asked for before are void. False, and no mail, when it
    is confirmed already or there is nobody to mail to."""
    if member.email_confirmed_at is not None or not member.is_active or not member.email:
        return False
    void(member, now=now, purpose=CONFIRMATION)
    issue(member, CONFIRMATION, now=now, by_id=member.id)
    return True


def confirm_email(token: str, *, now: dt.datetime) -> Member:
    """Uses a confirmation link. Refuses a used or expired one, and somebody who left."""
    member = spend(token, (CONFIRMATION,), now=now)
    if not member.is_active:
        raise Refusal("This membership has ended.")
    vouch(member, now=now, by_id=member.id)
    void(member, now=now, purpose=CONFIRMATION)
    return member
