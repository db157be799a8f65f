"""The errand that sends a referral: prepared with all it needs, called outside any transaction, then settled."""

import datetime as dt
from dataclasses import dataclass
from functools import partial

from flask import current_app

from hub import outbox
from hub.core import outgoing
from hub.core.clock import now
from hub.core.crypto import Unreadable, unseal
from hub.crm.adapters import Secret
from hub.crm.outward import actions, queries
from hub.crm.outward.kinds import KINDS, Lead, Sent, Target, Trouble
from hub.crm.outward.kinds.base import Call
from hub.crm.outward.models import Push
from hub.referrals.models import Referral
from hub.referrals.queries import referral


@dataclass(frozen=True, slots=True)
class Parcel:
    """A lead, where it goes, and why it can't, if that is known beforehand."""

    kind: str
    lead: Lead
    target: Target | None
    trouble: str = ""


def door() -> Call:
    """The way out. Inner addresses are for tests alone, which say so in the app's own configuration."""
    return partial(outgoing.call, allow_private=allows_private())


def allows_private() -> bool:
    """Whether inner addresses may be called: never by a setting."""
    return bool(current_app.config.get("OUTGOING_ALLOW_PRIVATE"))


def prepare(push_id: int) -> Parcel | None:
    """Everything a try needs; None when there is nothing to send any more."""
    known = queries.push(push_id)
    about = referral(known.referral_id) if known else None
    push = actions.take(push_id, about, now=now())
    target = queries.target(push.connection_id) if push else None
    if push is None or about is None or target is None:
        return None
    lead = lead_of(about, push)
    try:
        secret = Secret(unseal(target.sealed))
    except Unreadable as error:
        return Parcel(target.connection.kind, lead, None, f"The credentials can't be read: {error}.")
    options = {name: str(value) for name, value in target.options.items()}
    to = Target(address=target.address, secret=secret, call=door(), options=options)
    return Parcel(target.connection.kind, lead, to)


def lead_of(about: Referral, push: Push) -> Lead:
    """The referral in a CRM's words."""
    advocate, owner = about.advocate, about.owner
    company = about.company or (advocate.company if advocate else None)
    return Lead(
        code=about.code, programme=about.version.name, submitted_at=about.created_at, name=about.contact_name,
        email=about.contact_email, phone=about.contact_phone, company=about.contact_company, title=about.contact_title,
        relation=about.relation, why=about.why, advocate=advocate.name if advocate else "Somebody",
        advocate_company=company.name if company else None, owner=owner.name if owner else None,
        owner_email=owner.email if owner else None,
        first_tried_at=push.first_tried_at if push.attempts > 1 else None,
    )  # fmt: skip


def call(parcel: Parcel) -> Sent:
    """Has the lead in the CRM. Whatever goes wrong raises, and the outbox tries again later."""
    if parcel.target is None:
        raise Trouble(parcel.trouble, is_lasting=True)
    return KINDS[parcel.kind].send(parcel.lead, parcel.target, now=now())


def settle(result: Sent, push_id: int) -> None:
    """Notes the answer and links the deal."""
    actions.sent(push_id, result, now=now())


def failed(error: Exception, next_at: dt.datetime | None, push_id: int) -> None:
    """Notes a failed try where people look."""
    if not isinstance(error, Trouble):
        error = Trouble(f"Something unforeseen: {type(error).__name__}.", maybe_arrived=True)
    actions.missed(
        push_id, str(error), is_lasting=error.is_lasting, maybe_arrived=error.maybe_arrived, next_at=next_at
    )


outbox.calls(outbox.Errand(name=actions.SEND, prepare=prepare, call=call, settle=settle, failed=failed))


@outbox.every(1800, "crm.send_again")
def send_again() -> None:
    """What failed eight times because the CRM was away is sent again while the referral is fresh."""
    actions.resend_passing(now=now())
