"""Passwords and sessions."""

import datetime as dt

from sqlalchemy import delete

from hub import activity
from hub.core import crypto
from hub.core.db import db
from hub.members import passwords
from hub.members.models import EndedSession, Member
from hub.members.names import Refusal
from hub.outbox.actions import insert_ignoring


def set_password(member: Member, password: str, *, now: dt.datetime, by_id: int | None) -> Member:
    """Sets a password that keeps the rules and ends every session of the member."""
    email = member.email or ""
    passwords.check_rules(password, about=(email, email.split("@")[0], member.name))
    member.password_hash = passwords.digest(password)
    member.session_epoch += 1
    activity.record("member.password_changed", subject=f"member:{member.id}", by_id=by_id, now=now)
    return member


def change_password(member: Member, *, old: str, new: str, now: dt.datetime) -> Member:
    """Changes one's own password and ends every session. Refuses a wrong old password and a weak new one."""
    if not passwords.fits(old, member.password_hash):
        raise Refusal("That isn't your password now.")
    return set_password(member, new, now=now, by_id=member.id)


def renew_digest(member: Member, password: str) -> None:
    """Keeps today's stronger digest of a password that was just proven right."""
    if member.password_hash and passwords.is_outdated(member.password_hash):
        member.password_hash = passwords.digest(password)


def end_session(token: str, *, until: dt.datetime) -> None:
    """Makes one session's cookie worthless; remembered until it would have expired anyway."""
    row = {"digest": crypto.digest(token), "expires_at": until}
    db.session.execute(insert_ignoring(EndedSession).values(**row))


def forget_ended(*, now: dt.datetime) -> None:
    """Drops ended sessions whose cookies have expired by themselves."""
    db.session.execute(delete(EndedSession).where(EndedSession.expires_at < now))
