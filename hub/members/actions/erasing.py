"""Erasing: the person is blanked, in every room; the history stays, and says “Former member”."""

import datetime as dt
import secrets

from hub import activity
from hub.core import personal
from hub.core.db import db
from hub.members import queries
from hub.members.models import Member
from hub.members.names import Refusal

FORMER = "Former member"


def erase(member: Member, *, now: dt.datetime, by: Member | None) -> Member:
    """Blanks a person for ever: name, address, handle, words and settings go, every session ends; entries, facts and
    stage events stay as they are, for they hold ids only. A second time is the first.

    Refuses the last admin, and admins to managers. `by` is None for the operator at the command line.
    """
    if member.erased_at is not None:
        return member
    if "admin" in member.roles:
        if by is not None and "admin" not in by.roles:
            raise Refusal("Only an admin can erase an admin.")
        if len(queries.staff("admin")) <= 1 and member.is_active:
            raise Refusal(
                "You are the only admin. Make somebody else one first, or nobody could run the hub."
            )
    db.session.flush()
    personal.forget(member.id, now)
    _blank(member, now)
    by_id = by.id if by is not None else None
    activity.record("member.erased", subject=f"member:{member.id}", by_id=by_id, now=now)
    return member


def _blank(member: Member, now: dt.datetime) -> None:
    db.session.refresh(member)
    member.name, member.handle = FORMER, f"former-{secrets.token_hex(6)}"
    member.email = member.title = member.pseudonym = member.zone = member.language = None
    member.password_hash = member.stub_key = member.company_id = member.email_confirmed_at = None
    member.roles_held, member.is_staff = ["advocate"], False
    member.erased_at = now
    member.session_epoch += 1
    db.session.flush()
