"""Our own format: a Standard Webhooks envelope around one event or a list of them.

For every CRM and script without an adapter of its own, and for `hurrah replay`. The sender can mend what it
sends, so it is told more: a message in which no event has its required fields is not accepted.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import cast

from hub.crm.adapters import proof
from hub.crm.adapters.base import (
    EVENTS_IN_A_MESSAGE,
    Answer,
    Event,
    Inbound,
    NotAuthentic,
    NotReadable,
    Refusal,
    Secret,
    bounded,
    json_answer,
    refused_event,
)
from hub.crm.adapters.fields import FieldError, Fields, kind_of, shown
from hub.crm.adapters.parse import read_json

STAGE_CHANGED = "referral.stage_changed"
PREFIX = "whsec_"
NAMES = ("referral_code", "deal_id", "email")
NAMES_WHY = "one of referral_code, deal_id and email is needed to find the referral"
# Id, time and body are signed as id.time.body: an id with a dot could be split in another way.
MESSAGE_ID = re.compile(r"[!-\-/-~]{1,500}", re.ASCII)
MOST_SIGNATURES = 32


class Generic:
    kind = "generic"
    needs_account = False
    secret_in_path = False

    def authenticate(self, inbound: Inbound) -> int:
        message_id = inbound.header("webhook-id") or ""
        if not MESSAGE_ID.fullmatch(message_id):
            raise NotAuthentic(
                "webhook-id is missing, has a dot or a space, or is longer than 500 characters"
            )
        stamp = inbound.header("webhook-timestamp")
        given = inbound.header("webhook-signature")
        if not stamp or not given:
            raise NotAuthentic("webhook-timestamp or webhook-signature is missing")
        proof.fresh(stamp, now=inbound.now, per_second=1)
        tokens = [token[3:] for token in given.split(" ") if token.startswith("v1,")][:MOST_SIGNATURES]
        signed = f"{message_id}.{stamp}.".encode("ascii") + inbound.body

        def proves(secret: str) -> bool:
            expected = [signature(key, signed) for key in keys(secret)]
            matches = [proof.same(token, each) for each in expected for token in tokens]
            return any(matches)

        return proof.proven_secret(inbound.secrets, proves)

    def message_id(self, inbound: Inbound) -> str | None:
        given = inbound.header("webhook-id")
        return bounded(given) if given else None

    def read(self, inbound: Inbound) -> tuple[Event, ...]:
        envelope = read_json(inbound.body)
        if not isinstance(envelope, dict):
            raise NotReadable("body", f"must be an object with data, not {kind_of(envelope)}")
        data = _data(envelope)
        _some_complete(data)
        message_id = self.message_id(inbound)
        if message_id is None:
            raise NotReadable("webhook-id", "is missing")
        return tuple(_event(message_id, position, each, envelope) for position, each in enumerate(data))

    def normal_deal_id(self, text: str) -> str:
        return text.strip()

    def answer(self, kept: int, duplicates: int, refused: Sequence[Refusal]) -> Answer:
        return json_answer(kept, duplicates, refused)

    def new_secret(self) -> str:
        return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def sign(secret: Secret | str, message_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """The three headers that make `body` authentic. `now` is aware; the id must hold no dot and no space."""
    text = secret.value if isinstance(secret, Secret) else secret
    if now.tzinfo is None or not MESSAGE_ID.fullmatch(message_id):
        raise ValueError("sign() needs an aware instant and an id without dots and spaces")
    stamp = str(int(now.timestamp()))
    signed = f"{message_id}.{stamp}.".encode("ascii") + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + signature(keys(text)[0], signed),
    }


def signature(key: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode("ascii")


def keys(secret: str) -> tuple[bytes, ...]:
    """The keys a secret may stand for, the standard's reading first.

    The standard means base64 behind `whsec_`. A secret without the prefix may be that too or plain text, and
    whoever signs knows only the one or the other, so both readings count.
    """
    text = secret.strip()
    bare = text.removeprefix(PREFIX)
    if not bare:
        return ()
    decoded = _from_base64(bare)
    if decoded and bare != text:
        return (decoded,)
    plain = (proof.as_bytes(text),) if bare == text else (proof.as_bytes(text), proof.as_bytes(bare))
    return (decoded, *plain) if decoded else plain


def _from_base64(text: str) -> bytes | None:
    """Either alphabet, with or without its padding."""
    try:
        given = text.rstrip("=").translate(str.maketrans("-_", "+/")).encode("ascii")
        return base64.b64decode(given + b"=" * (-len(given) % 4), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None


def _data(envelope: dict[str, object]) -> list[object]:
    named = envelope.get("type")
    if named is not None and not isinstance(named, str):
        raise NotReadable("type", f"must be text, not {kind_of(named)}")
    data = envelope.get("data")
    if isinstance(data, dict):
        return [data]
    if not isinstance(data, list):
        raise NotReadable("data", f"must be an event or a list of events, not {kind_of(data)}")
    if len(data) > EVENTS_IN_A_MESSAGE:
        raise NotReadable("data", f"holds more than {EVENTS_IN_A_MESSAGE:,} events")
    return data


def _some_complete(data: list[object]) -> None:
    """Refuses a message in which no event has its required fields, naming the first one's first gap."""
    gaps = [_gap(each) for each in data]
    if gaps and None not in gaps:
        field, why = cast(tuple[str, str], gaps[0])
        raise NotReadable(field, why)


def _gap(event: object) -> tuple[str, str] | None:
    if not isinstance(event, dict):
        return "data", f"each event must be an object, not {kind_of(event)}"
    fields = Fields(event)
    if not fields.has("stage"):
        return "stage", "is required"
    if not any(fields.has(name) for name in NAMES):
        return "referral_code", NAMES_WHY
    return None


def _event(message_id: str, position: int, data: object, envelope: dict[str, object]) -> Event:
    key = bounded(f"{message_id}/{position}")
    gap = _gap(data)
    if gap:
        return refused_event(key, position, *gap)
    try:
        return _stage(key, position, Fields(cast(dict[str, object], data)), envelope)
    except FieldError as error:
        return refused_event(key, position, error.field, error.why)


def _stage(key: str, position: int, fields: Fields, envelope: dict[str, object]) -> Event:
    named = Fields(envelope).text("type") or STAGE_CHANGED
    amount, currency = _money(fields)
    moved = named == STAGE_CHANGED
    return Event(
        key=key,
        position=position,
        kind="stage" if moved else "other",
        skip=None if moved else f"The message is {shown(named, 60)}; only {STAGE_CHANGED} moves referrals.",
        stage=fields.text("stage"),
        deal_id=fields.text("deal_id", numbers=True),
        referral_code=fields.text("referral_code"),
        email=fields.email("email"),
        amount=amount,
        currency=currency,
        owner_email=fields.email("owner_email"),
        note=fields.note("note"),
        # The envelope says when the message's event occurred; an event of a list may know better.
        occurred_at=fields.instant("occurred_at") or Fields(envelope).instant("timestamp"),
        sequence=position,
    )


def _money(fields: Fields) -> tuple[Decimal | None, str | None]:
    inner = fields.inner("amount") if isinstance(fields.values.get("amount"), dict) else None
    if inner:
        return inner.amount("value"), inner.currency("currency")
    return fields.amount("amount"), fields.currency("currency")
