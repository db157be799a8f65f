"""Sign-ins at a provider. Who somebody is is said by issuer and subject; an e-mail address only helps to join."""

import datetime as dt
from dataclasses import dataclass

from hub import activity
from hub.core import edges
from hub.core.db import db
from hub.members import queries
from hub.members.actions.people import add, vouch
from hub.members.actions.tickets import claim, join
from hub.members.joining import actions as joining
from hub.members.joining import queries as codes
from hub.members.models import Identity, Member
from hub.members.names import Refusal


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What the provider says of a person, after every check of the protocol."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    name: str


class OwnerMustConfirm(Refusal):
    """A member has this address already: only they, signed in, can connect the two."""


def arrive(
    proof: Proof, *, now: dt.datetime, invitation: str | None = None, join_code: str | None = None
) -> Member:
    """The member behind a proof; a newcomer joins.

    Known issuer and subject: that member, whatever the address says today. Otherwise an invitation link decides, then a
    stub with the verified address, then the code by which they came, and else the person joins as an advocate: the
    operator's own provider vouches, with a code or without.
    Refuses disabled members, unverified addresses, and (OwnerMustConfirm) an address that a member has already.
    """
    known = queries.identified(proof.issuer, proof.subject)
    if known is not None:
        if not known.is_active:
            raise Refusal("Your membership is switched off. Ask the community manager.")
        _vouch(known, proof, now)
        return known
    if invitation is not None:
        member = claim(invitation, name=proof.name, email=_invited_address(invitation, proof, now), password=None,
                       now=now)  # fmt: skip
    else:
        member = _newcomer(proof, join_code, now=now)
    link(member, proof, now=now)
    return member


def link(member: Member, proof: Proof, *, now: dt.datetime) -> Identity:
    """Connects a proof to a member. Refuses one that is somebody else's."""
    other = queries.identified(proof.issuer, proof.subject)
    if other is not None and other.id != member.id:
        raise Refusal("That sign-in belongs to somebody else here.")
    mine = [
        i for i in queries.identities(member.id) if (i.issuer, i.subject) == (proof.issuer, proof.subject)
    ]
    _vouch(member, proof, now)
    if mine:
        return mine[0]
    identity = Identity(issuer=proof.issuer, subject=proof.subject, member_id=member.id, created_at=now)
    db.session.add(identity)
    db.session.flush()
    activity.record("member.sign_in_connected", subject=f"member:{member.id}", by_id=member.id, now=now)
    return identity


def _vouch(member: Member, proof: Proof, now: dt.datetime) -> None:
    """A provider that checked the very address we have confirms it."""
    if proof.email_verified and member.email and proof.email.strip().lower() == member.email.lower():
        vouch(member, now=now, by_id=member.id)


def _invited_address(invitation: str, proof: Proof, now: dt.datetime) -> str:
    found = queries.open_ticket(invitation, ("invitation", "claim"), now=now)
    kept = found[1].email if found else None
    if kept is None and not (proof.email and proof.email_verified):
        raise Refusal(
            "Your provider doesn't vouch for an e-mail address. Choose a password on your invitation instead."
        )
    return kept or proof.email


def _newcomer(proof: Proof, join_code: str | None, *, now: dt.datetime) -> Member:
    if not proof.email or not proof.email_verified:
        raise Refusal("Your provider hasn't confirmed your e-mail address. Confirm it there, then try again.")
    found = queries.find(proof.email)
    if found is None:
        found = _by_code(proof, join_code, now)
        if found is not None:
            return found
        company = queries.company_by_domain(proof.email.rpartition("@")[2])
        return add(proof.email, name=proof.name, now=now, company_id=company.id if company else None)
    if found.disabled_at or found.erased_at:
        raise Refusal("Your membership is switched off. Ask the community manager.")
    if not found.is_stub:
        raise OwnerMustConfirm("A member with this address is here already.")
    join(found, name=proof.name, email=proof.email, now=now)
    return found


def _by_code(proof: Proof, word: str | None, now: dt.datetime) -> Member | None:
    """Who joins by a code becomes what it makes; None when it isn't for them, or lets nobody in any more."""
    code = codes.by_word(word) if word else None
    if code is None or not joining.is_for(code, proof.email):
        return None
    try:
        with edges.attempt():
            return joining.admit(code, name=proof.name, email=proof.email, now=now)
    except Refusal:
        return None
