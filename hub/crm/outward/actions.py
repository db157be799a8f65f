"""Switching sending on and off; a push begun, taken in hand, sent, missed, sent again."""

import datetime as dt
import re
from collections.abc import Mapping

from sqlalchemy import select, update

from hub import activity, outbox
from hub.core.crypto import seal
from hub.core.db import db
from hub.crm.adapters import ADAPTERS
from hub.crm.matching import forms, sent_as
from hub.crm.models import Connection, DeliveryState
from hub.crm.outward import queries
from hub.crm.outward.kinds import KINDS, Sent, Wrong
from hub.crm.outward.models import Push, PushTarget
from hub.crm.states import ring_again
from hub.outbox.actions import insert_ignoring
from hub.outbox.models import Message
from hub.referrals.models import Deal, Referral
from hub.referrals.resting import last_of

SEND = "crm.send_referral"
IN_HAND = dt.timedelta(seconds=240)  # less than the five minutes that the outbox gives an errand
AGAIN_FOR = dt.timedelta(days=7)
OFF = "Sending was switched off before it went out."
TOKEN_LENGTH, OPTION_LENGTH = 2000, 200
FIELD = re.compile(r"[A-Za-z0-9_]+", re.ASCII)  # they become parts of addresses and queries


def switch_on(
    connection: Connection, *, now: dt.datetime, by_id: int | None = None, address: str | None = None,
    token: str | None = None, options: Mapping[str, str] | None = None, allow_private: bool = False,
) -> str | None:  # fmt: skip
    """Sends new referrals to this connection from now on; what was set aside is sent again.

    What isn't given stays as it was. Returns credentials that were made here, which are shown once. Refuses (Wrong) an
    address that isn't this CRM's, missing or odd credentials, and wishes that this kind doesn't know.
    """
    kind, found = KINDS[connection.kind], queries.target(connection.id)
    if address is not None or found is None:
        address = kind.address(address, allow_private=allow_private)
    wishes = dict(found.options if found else {}) | _options(connection.kind, options or {})
    wishes = {name: value for name, value in wishes.items() if value}
    if connection.kind == "salesforce" and not wishes.get("client_id"):
        raise Wrong("client_id", "name the consumer key of the external client app")
    made = kind.new_token() if token is None and found is None else None
    plain = token or made
    if plain is None and found is None:
        raise Wrong("token", f"{kind.called} needs one; it is kept sealed")
    if plain is not None and not (plain.isascii() and plain.isprintable() and len(plain) <= TOKEN_LENGTH):
        raise Wrong("token", "it has characters that no token has")
    if found is None:
        found = PushTarget(
            connection_id=connection.id, address=address, sealed="", options={}, changed_at=now
        )
        db.session.add(found)
    found.is_on, found.options, found.by_id, found.changed_at = True, wishes, by_id, now
    found.address = address or found.address
    found.sealed = seal(plain) if plain else found.sealed
    db.session.flush()
    activity.record("connection.push_on", subject=f"connection:{connection.id}", by_id=by_id, now=now)
    resend_all(connection.id, now=now)
    return made


def _options(kind: str, given: Mapping[str, str]) -> dict[str, str]:
    for name, value in given.items():
        if name not in KINDS[kind].options:
            known = ", ".join(KINDS[kind].options) or "none"
            raise Wrong(name, f"{kind} has no such option; it has {known}")
        if len(value) > OPTION_LENGTH or not value.isprintable():
            raise Wrong(name, f"use at most {OPTION_LENGTH} characters, on one line")
        if name.endswith("_field") and value and not FIELD.fullmatch(value):
            raise Wrong(name, "use the field's internal name: letters, digits and underscores")
        if kind == "pipedrive" and name in ("pipeline", "stage") and value and not value.isdecimal():
            raise Wrong(name, "use its number")
    return {name: value.strip() for name, value in given.items()}


def switch_off(connection: Connection, *, now: dt.datetime, by_id: int | None = None) -> bool:
    """Sends nothing more to this connection. False when nothing was sent anyway."""
    found = queries.target(connection.id)
    if found is None or not found.is_on:
        return False
    found.is_on, found.by_id, found.changed_at = False, by_id, now
    db.session.flush()
    activity.record("connection.push_off", subject=f"connection:{connection.id}", by_id=by_id, now=now)
    return True


def begin(referral: Referral, *, now: dt.datetime) -> int:
    """A push of this referral to each connection that takes them; returns how many are new. Safe twice."""
    if why_not(referral):
        return 0
    fresh = 0
    for target in queries.targets_on():
        if queries.linked_deal(referral.id, target.connection_id):
            continue
        row = {"referral_id": referral.id, "connection_id": target.connection_id, "state": "pending", "attempts": 0,
               "is_lasting": False, "created_at": now, "next_try_at": now}  # fmt: skip
        statement = insert_ignoring(Push).values(**row).returning(Push.id)
        push_id = db.session.execute(statement).scalar_one_or_none()
        if push_id is not None:
            outbox.post(SEND, {"push_id": push_id}, key=f"push:{push_id}:0", now=now)
            fresh += 1
    return fresh


def take_along(old_id: int, new_id: int) -> None:
    """The pushes of a credit that moved are the new referral's: it is one person, and the same code there."""
    theirs = update(Push).where(Push.referral_id == old_id).values(referral_id=new_id)
    db.session.execute(theirs.execution_options(synchronize_session="fetch"))


def why_not(referral: Referral) -> str | None:
    """Why this referral is not for a CRM, or None."""
    if referral.source == "import":
        return "It came from a spreadsheet, so its deal is in the CRM already."
    if referral.merged_into_id is not None:
        return "It was merged with an earlier referral."
    if not (
        referral.contact_name or referral.contact_email or referral.contact_phone or referral.contact_company
    ):
        return "The contact was erased."
    return None


def take(push_id: int, referral: Referral | None, *, now: dt.datetime) -> Push | None:
    """Takes a push in hand for one try; None when there is nothing to send, or somebody else is at it."""
    push = db.session.get(Push, push_id, with_for_update=True, populate_existing=True)
    if push is None or push.state == "sent" or referral is None:
        return None
    if push.taken_until is not None and push.taken_until > now:
        return None
    target = queries.target(push.connection_id)
    linked = queries.linked_deal(push.referral_id, push.connection_id)
    reason = why_not(referral) or (None if target is not None and target.is_on else OFF)
    if linked:
        _end(push, Sent(linked, was_there=True, remark="It had this deal already."), now)
    elif reason:
        _drop(push, reason)
    else:
        if push.taken_until is not None:  # whoever had it died on the way
            push.state = "unknown"
        push.attempts += 1
        push.first_tried_at = push.first_tried_at or now
        push.taken_until = now + IN_HAND
    db.session.flush()
    return push if not linked and not reason else None


def _drop(push: Push, reason: str) -> None:
    """Nothing is sent: what was never tried leaves no trace, unless it is only switched off and may be sent later."""
    if push.attempts or reason == OFF:
        push.state, push.error, push.is_lasting = "failed", reason, False
        push.taken_until = push.next_try_at = None
    else:
        db.session.delete(push)


def sent(push_id: int, result: Sent, *, now: dt.datetime) -> None:
    """Notes that a referral is in the CRM, and links its deal, so that what the CRM says of it finds the referral."""
    push = db.session.get_one(Push, push_id, with_for_update=True, populate_existing=True)
    if push.state == "sent":
        return
    connection = db.session.get_one(Connection, push.connection_id)
    if result.deal_id is not None:
        deal_id = ADAPTERS[connection.kind].normal_deal_id(result.deal_id)
        result = Sent(deal_id, result.was_there, _link(push, deal_id, now) or result.remark)
    _end(push, result, now)
    db.session.flush()


def _end(push: Push, result: Sent, now: dt.datetime) -> None:
    push.state, push.sent_at, push.deal_id, push.remark = "sent", now, result.deal_id, result.remark
    push.outcome = "unnumbered" if result.deal_id is None else "found" if result.was_there else "created"
    push.error = push.next_try_at = push.taken_until = None
    push.is_lasting = False
    data = {"connection_id": push.connection_id, "deal_id": push.deal_id}
    activity.record("referral.sent_to_crm", subject=f"referral:{push.referral_id}", now=now, data=data)


def _link(push: Push, deal_id: str, now: dt.datetime) -> str | None:
    """Links the deal and has looked at what waited for it; when the deal is another referral's, it stays that one's,
    and a remark says so."""
    mine = last_of([push.referral_id]).get(push.referral_id, push.referral_id)
    other = _holder(deal_id, push.connection_id, mine)
    if other is None:
        row = {
            "connection_id": push.connection_id, "deal_id": deal_id, "referral_id": mine, "created_at": now,
        }  # fmt: skip
        db.session.execute(insert_ignoring(Deal).values(**row))
        other = _holder(deal_id, push.connection_id, mine)  # who was told of it in the same moment
    if other is not None:
        return f"Deal {deal_id} belongs to referral {queries.code(other)} already."
    ring_again(
        DeliveryState.state == "waiting", DeliveryState.connection_id == push.connection_id,
        DeliveryState.deal_id.in_(sent_as(deal_id)), now=now,
    )  # fmt: skip
    return None


def _holder(deal_id: str, connection_id: int, mine: int) -> int | None:
    """Another referral that has this deal, in whatever way it was noted."""
    holders = queries.deal_holders(forms(deal_id), connection_id)
    onwards = last_of(holders)
    return next((each for each in holders if onwards.get(each, each) != mine), None)


def missed(
    push_id: int, reason: str, *, is_lasting: bool, maybe_arrived: bool, next_at: dt.datetime | None
) -> None:
    """Notes a try that failed, and when the next one is; None sets the push aside."""
    push = db.session.get_one(Push, push_id, with_for_update=True, populate_existing=True)
    if push.state == "sent":
        return
    push.error, push.is_lasting, push.next_try_at, push.taken_until = reason[:1000], is_lasting, next_at, None
    if next_at is None:
        push.state = "failed"
    elif maybe_arrived:
        push.state = "unknown"
    db.session.flush()


def resend(push: Push, *, now: dt.datetime) -> bool:
    """Sends what was set aside again; False when it is sent or on its way."""
    if push.state != "failed":
        return False
    mine = Message.name == SEND, Message.key.startswith(f"push:{push.id}:"), Message.done_at.is_(None)
    open_messages = db.session.scalars(select(Message).where(*mine).with_for_update()).all()
    for message in open_messages:
        outbox.retry(message.id, now=now)
    if not open_messages:
        key = f"push:{push.id}:{int(now.timestamp() * 1000)}"
        outbox.post(SEND, {"push_id": push.id}, key=key, now=now)
    push.state, push.is_lasting, push.next_try_at = "unknown" if push.attempts else "pending", False, now
    db.session.flush()
    return True


def resend_all(connection_id: int, *, now: dt.datetime) -> int:
    """Sends everything again that a connection has set aside; returns how many."""
    return sum(resend(push, now=now) for push in queries.failed(connection_id))


def resend_passing(*, now: dt.datetime) -> int:
    """Sends again, for a week, what failed for a reason that may have passed: a CRM that was away for longer."""
    return sum(resend(push, now=now) for push in queries.failed(passing_since=now - AGAIN_FOR))
