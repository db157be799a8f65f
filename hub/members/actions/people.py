"""Members: added, changed, given roles, disabled."""

import datetime as dt
from collections.abc import Collection, Sequence
from zoneinfo import available_timezones

from sqlalchemy.exc import IntegrityError

from hub import activity
from hub.core import edges
from hub.core.db import db
from hub.members import addresses, passwords, queries
from hub.members.models import ROLES, STAFF_ROLES, TYPES, Member
from hub.members.names import LANGUAGES, Refusal, address, chosen_handle, handle_base, handle_variant, spoken


def add(
    email: str,
    *,
    name: str,
    now: dt.datetime,
    roles: Sequence[str] = ("advocate",),
    type: str = "customer",  # noqa: A002 - the product's word
    company_id: int | None = None,
    title: str | None = None,
    password: str | None = None,
    handle: str | None = None,
    confirmed: bool = True,
) -> Member:
    """A new member who may sign in at once. Whoever adds somebody vouches for the address; that of somebody who came
    by themselves isn't `confirmed`.

    Refuses a taken or throw-away e-mail, a taken handle, unknown roles and types, and weak passwords.
    """
    name = named(name)
    email = free_address(email)
    if password is not None:
        passwords.check_rules(password, about=(email, email.split("@")[0], name))
    member = Member(
        email=email, name=name, type=_known_type(type), title=spoken(title or "") or None, company_id=company_id,
        password_hash=passwords.digest(password) if password is not None else None, joined_at=now, created_at=now,
        email_confirmed_at=now if confirmed else None,
    )  # fmt: skip
    wear(member, roles)
    keep(member, handle=handle)
    activity.record("member.joined", subject=f"member:{member.id}", by_id=member.id, now=now)
    return member


def named(name: str) -> str:
    """A name as kept. Refuses an empty or endless one."""
    name = spoken(name)
    if not name or len(name) > 120:
        raise Refusal("A name has between 1 and 120 characters.")
    return name


def free_address(email: str, *, except_id: int | None = None) -> str:
    """The address as kept. Refuses one that belongs to somebody else, and one that is thrown away after use."""
    email = lasting(email)
    other = queries.find(email)
    if other is not None and other.id != except_id:
        raise Refusal(f"Somebody with the address {email} is here already.")
    return email


def lasting(email: str) -> str:
    """The address as kept. Refuses a mailbox that is made to be thrown away."""
    email = address(email)
    if addresses.is_disposable(email):
        raise Refusal(
            f"{addresses.domain_of(email)} gives out addresses that are thrown away after use. Take one that stays "
            "yours: it is how your points find you."
        )
    return email


def vouch(member: Member, *, now: dt.datetime, by_id: int | None) -> None:
    """Counts the address as confirmed, once: its mailbox, or a provider that checked it, says so."""
    if member.email_confirmed_at is not None or not member.email:
        return
    member.email_confirmed_at = now
    db.session.flush()
    activity.record("member.email_confirmed", subject=f"member:{member.id}", by_id=by_id, now=now)


def wear(member: Member, roles: Collection[str]) -> None:
    """Sets the roles and what follows from them. Refuses unknown ones."""
    unknown = set(roles) - set(ROLES)
    if unknown:
        raise Refusal(f"There is no role “{min(unknown)}”; roles are {', '.join(ROLES)}.")
    member.roles_held = [role for role in ROLES if role in set(roles)]
    member.is_staff = bool(STAFF_ROLES & set(roles))


def keep(member: Member, *, handle: str | None = None) -> Member:
    """Stores a new member under the handle wished for, or one made from the name that nobody has."""
    if handle is not None and queries.taken_handles([chosen_handle(handle)]):
        raise Refusal(f"The handle {handle} is taken.")
    base = chosen_handle(handle) if handle is not None else handle_base(member.name)
    member.handle = handle_variant(base) if queries.taken_handles([base]) else base
    try:
        with edges.attempt():
            db.session.add(member)
    except IntegrityError:
        # Somebody else took the address or the handle in this very moment; the address decides what to say.
        if member.email:
            free_address(member.email)
        member.handle = handle_variant(base)
        with edges.attempt():
            db.session.add(member)
    return member


def set_roles(member: Member, roles: Sequence[str], *, now: dt.datetime, by: Member | None = None) -> Member:
    """Gives a member exactly these roles, at once. Only an admin makes or unmakes admins; nobody unmakes themself.

    `by` is None for the operator at the command line, who may do everything.
    """
    touches_admin = "admin" in member.roles ^ set(roles)
    if by is not None and touches_admin and ("admin" not in by.roles or by.id == member.id):
        raise Refusal("Only another admin can give or take the admin role.")
    before = member.roles
    wear(member, roles)
    if before != member.roles:
        data = {"roles": member.roles_held}
        activity.record("member.roles_changed", subject=f"member:{member.id}", by_id=by.id if by else None,
                        now=now, data=data)  # fmt: skip
    return member


def disable(member: Member, *, now: dt.datetime, by: Member | None = None) -> Member:
    """Ends the membership and every session of it at once; points and history stay.

    Refuses oneself, and admins to managers.
    """
    if by is not None and by.id == member.id:
        raise Refusal("You can't disable yourself.")
    if by is not None and "admin" in member.roles and "admin" not in by.roles:
        raise Refusal("Only an admin can disable an admin.")
    if member.disabled_at is None:
        member.disabled_at = now
        member.session_epoch += 1
        activity.record(
            "member.disabled", subject=f"member:{member.id}", by_id=by.id if by else None, now=now
        )
    return member


def enable(member: Member, *, now: dt.datetime, by: Member | None = None) -> Member:
    """Takes a disabled member back; old sessions stay ended. An admin only by an admin."""
    if by is not None and "admin" in member.roles and "admin" not in by.roles:
        raise Refusal("Only an admin can take an admin back.")
    if member.disabled_at is not None:
        member.disabled_at = None
        activity.record("member.enabled", subject=f"member:{member.id}", by_id=by.id if by else None, now=now)
    return member


def place_in(
    member: Member,
    *,
    company_id: int | None,
    type: str,  # noqa: A002 - the product's word
    title: str | None,
    by_id: int,
    now: dt.datetime,
) -> Member:
    """Sets company, type and title. Refuses an unknown type."""
    before = (member.company_id, member.type)
    member.company_id, member.type, member.title = company_id, _known_type(type), spoken(title or "") or None
    if before != (member.company_id, member.type):
        data = {"was": before[1]} if before[1] != member.type else {}
        activity.record("member.placed", subject=f"member:{member.id}", by_id=by_id, now=now, data=data)
    return member


def update_profile(
    member: Member,
    *,
    name: str,
    title: str | None,
    pseudonym: str | None,
    zone: str | None,
    is_opted_out: bool,
    now: dt.datetime,
    language: str | None = None,
) -> Member:
    """What members decide about themselves. Refuses an unknown time zone or language.

    Whoever lists members by points has to know when visibility changes: the fact `member.visibility_changed` says so.
    """
    if zone and zone not in available_timezones():
        raise Refusal(f"There is no time zone “{zone}”.")
    if language and language not in LANGUAGES:
        raise Refusal(f"There is no language “{language}”.")
    if language is not None:  # not asked is not "no preference"
        member.language = language or None
    hidden_before, zone_before = member.is_opted_out, member.zone
    member.name, member.title, member.zone = named(name), spoken(title or "") or None, zone or None
    member.pseudonym = spoken(pseudonym or "")[:60] or None
    member.is_opted_out = is_opted_out
    if zone_before != member.zone:
        activity.record("member.zone_changed", subject=f"member:{member.id}", by_id=member.id, now=now)
    if hidden_before != is_opted_out:
        activity.record("member.visibility_changed", subject=f"member:{member.id}", by_id=member.id, now=now)
    return member


def reset_sessions(member: Member) -> Member:
    """Ends every session of the member, this one included."""
    member.session_epoch += 1
    return member


def _known_type(wish: str) -> str:
    if wish not in TYPES:
        raise Refusal(f"There is no type “{wish}”; types are {', '.join(TYPES)}.")
    return wish
