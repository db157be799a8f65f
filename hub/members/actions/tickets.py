"""One-time links: invitation, claim of a stub, password reset, confirmation of an address, sign-in.

A ticket is 256 random bits; only their digest is kept, and for its mail a sealed copy that the database alone can't
open. Of several who use it at once, one conditional UPDATE picks one.
"""

import datetime as dt
import secrets
from collections.abc import Sequence

from sqlalchemy import update

from hub import activity, outbox
from hub.core import crypto
from hub.core.db import db
from hub.members import passwords, queries
from hub.members.actions.people import free_address, lasting, named, vouch, wear
from hub.members.actions.sessions import set_password
from hub.members.actions.stubs import stub
from hub.members.models import Member, Ticket
from hub.members.names import Refusal

LASTS = {
    "invitation": dt.timedelta(days=14),
    "claim": dt.timedelta(days=14),
    "reset": dt.timedelta(hours=1),
    "forgotten": dt.timedelta(minutes=30),
    "confirmation": dt.timedelta(days=3),
    "sign_in": dt.timedelta(minutes=15),
}
CONFIRMATION, SIGN_IN = "confirmation", "sign_in"
FORGOTTEN = "members.forgotten"
MAIL_LINK = "notices.mail_link"  # by name: the room that mails lies downhill
SPENT = "This link has been used or has expired. Ask whoever sent it for a new one."


def invite(
    email: str,
    *,
    name: str,
    now: dt.datetime,
    by: Member | None,
    roles: Sequence[str] | None = None,
    type: str | None = None,  # noqa: A002 - the product's word
    company_id: int | None = None,
) -> str:
    """Invites somebody and returns the token of their link; a stub with this address is invited as it is, but for what
    is said here.

    Refuses members, and admins invited by managers.
    """
    kept = lasting(email)
    found = queries.find(kept)
    if found is not None and not found.is_stub:
        raise Refusal(f"Somebody with the address {kept} is here already.")
    if by is not None and "admin" in (roles or ()) and "admin" not in by.roles:
        raise Refusal("Only an admin can invite an admin.")
    member = found or stub(name, company_id=company_id, key=f"invitation:{kept}", now=now, email=kept)
    if roles is not None:
        wear(member, roles)
    member.type = type or member.type
    member.company_id = company_id or member.company_id
    by_id = by.id if by else None
    activity.record("member.invited", subject=f"member:{member.id}", by_id=by_id, now=now)
    return issue(member, "invitation", now=now, by_id=by_id)


def claim_link(member: Member, *, now: dt.datetime, by_id: int | None = None) -> str:
    """The token of a link by which a stub becomes a member. Refuses members who have joined, and disabled ones."""
    if not member.is_stub or member.disabled_at or member.erased_at:
        raise Refusal(f"{member.name} has joined already; there is nothing to claim.")
    return issue(member, "claim", now=now, by_id=by_id)


def reset_link(member: Member, *, now: dt.datetime, by: Member | None = None) -> str:
    """The token of a link to set a new password. Refuses who can't sign in anyway, and admins to managers."""
    if not member.is_active:
        raise Refusal(f"{member.name} can't sign in: a stub, disabled or erased.")
    if by is not None and "admin" in member.roles and "admin" not in by.roles:
        raise Refusal("Only an admin can reset an admin's password.")
    return issue(member, "reset", now=now, by_id=by.id if by else None)


def ask_for_reset(email: str, *, now: dt.datetime) -> None:
    """Somebody says they forgot their password. Whether we know them is found out afterwards, by a job: the answer, and
    the time it takes, is the same for every address. The address travels sealed."""
    outbox.post(FORGOTTEN, {"sealed": crypto.seal(email.strip()[:320])}, now=now)


def forgotten(email: str, *, now: dt.datetime) -> bool:
    """Mails a link for half an hour to whoever has this address and a password; links asked for before are void. False,
    and no mail, for everybody else: strangers, stubs, the switched off, and those who sign in elsewhere."""
    found = queries.find(email)
    if found is None or not found.is_active or found.password_hash is None:
        return False
    void(found, now=now, purpose="reset")
    issue(found, "reset", now=now, by_id=found.id, mail="forgotten")
    return True


def claim(token: str, *, name: str, email: str, password: str | None, now: dt.datetime) -> Member:
    """Uses an invitation or claim: the stub becomes a member, same row, same account, points waiting.

    `password` is None when the person proved who they are at the hub's own provider instead. Refuses a used or expired
    link, a taken address, a weak password.
    """
    member = spend(token, ("invitation", "claim"), now=now)
    if not member.is_stub:
        raise Refusal(SPENT)
    join(member, name=name, email=email, now=now)
    if password is not None:
        passwords.check_rules(password, about=(email, email.split("@")[0], name))
        member.password_hash = passwords.digest(password)
    return member


def join(member: Member, *, name: str, email: str, now: dt.datetime) -> None:
    """Turns a stub into a member who may sign in, and voids every other link to it. The address we wrote to is
    confirmed by that; another one isn't yet, and gets a link that confirms it."""
    known = member.email
    member.name = named(name)
    member.email = free_address(email, except_id=member.id)
    member.is_stub, member.joined_at = False, now
    member.email_confirmed_at = now if known and known.lower() == member.email else None
    member.session_epoch += 1
    void(member, now=now)
    if member.email_confirmed_at is None:
        issue(member, CONFIRMATION, now=now, by_id=member.id)
    activity.record("member.joined", subject=f"member:{member.id}", by_id=member.id, now=now)


def reset_password(token: str, password: str, *, now: dt.datetime) -> Member:
    """Uses a reset link: sets the password, ends every session, voids other links. A link that only
    the mailbox got confirms the address as well. Refuses a used or expired link."""
    found = queries.open_ticket(token, ("reset",), now=now)
    member = spend(token, ("reset",), now=now)
    set_password(member, password, now=now, by_id=member.id)
    if (
        found is not None and found[0].by_id == member.id
    ):  # asked for by themselves: nobody else was shown the link
        vouch(member, now=now, by_id=member.id)
    void(member, now=now)
    return member


def issue(member: Member, purpose: str, *, now: dt.datetime, by_id: int | None, mail: str = "") -> str:
    """A new link: its token, which is mailed too where there is an address."""
    token, mail = secrets.token_urlsafe(32), mail or purpose
    ticket = Ticket(token_digest=crypto.digest(token), purpose=purpose, member_id=member.id, by_id=by_id,
                    created_at=now, expires_at=now + LASTS[mail])  # fmt: skip
    db.session.add(ticket)
    db.session.flush()
    if member.email:
        args = {
            "ticket_id": ticket.id,
            "member_id": member.id,
            "purpose": mail,
            "sealed": crypto.seal(token),
        }
        outbox.post(MAIL_LINK, {**args, "by_id": by_id or 0}, now=now)
    return token


def spend(token: str, purposes: Sequence[str], *, now: dt.datetime) -> Member:
    """Uses a link, once, and gives whom it is for. Refuses a used, expired or unknown one."""
    found = queries.open_ticket(token, purposes, now=now)
    if found is None:
        raise Refusal(SPENT)
    ticket, member = found
    mine = update(Ticket).where(Ticket.id == ticket.id, Ticket.used_at.is_(None)).values(used_at=now)
    if not db.session.execute(mine).rowcount:  # type: ignore[attr-defined]
        raise Refusal(SPENT)
    return member


def void(member: Member, *, now: dt.datetime, purpose: str | None = None) -> None:
    """Ends the member's other open links, or those of one purpose."""
    others = update(Ticket).where(Ticket.member_id == member.id, Ticket.used_at.is_(None))
    if purpose is not None:
        others = others.where(Ticket.purpose == purpose)
    db.session.execute(others.values(used_at=now))
