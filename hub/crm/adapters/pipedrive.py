"""Pipedrive webhooks, version 2: one change of one object, with the object as it is now.

There is no signature, only HTTP basic authentication. A stage's name here is Pipedrive's stage id (ids are
unique over all pipelines), or `won` and `lost`, which Pipedrive keeps apart from the stage; a mapping may
also say `pipeline/stage`, such as `1/won`, where pipelines differ.
"""

import base64
import binascii
import re
import secrets
from collections.abc import Sequence

from hub.crm.adapters import proof
from hub.crm.adapters.base import (
    Answer,
    Event,
    Inbound,
    Kind,
    NotAuthentic,
    NotReadable,
    Refusal,
    bounded,
    json_answer,
    refused_event,
    unnamed_key,
)
from hub.crm.adapters.fields import FieldError, Fields, kind_of, shown
from hub.crm.adapters.parse import read_json

ENDED = ("won", "lost")
KINDS: dict[str, Kind] = {"create": "stage", "change": "stage", "delete": "deleted"}
# Custom fields have hashes for names, so our code is known by its looks.
REFERRAL_CODE = re.compile(r"RF-[0-9A-Z]{4,16}", re.ASCII)


class Pipedrive:
    kind = "pipedrive"
    needs_account = False
    secret_in_path = False

    def authenticate(self, inbound: Inbound) -> int:
        given = _credentials(inbound.header("Authorization") or "")
        account = (inbound.account or "").strip()
        return proof.proven_secret(inbound.secrets, lambda secret: _proves(given, secret, account))

    def message_id(self, inbound: Inbound) -> None:  # noqa: ARG002 - meta.id is the event's
        return None

    def read(self, inbound: Inbound) -> tuple[Event, ...]:
        message = read_json(inbound.body)
        if not isinstance(message, dict):
            raise NotReadable("body", f"must be an object, not {kind_of(message)}")
        meta = message.get("meta")
        if not isinstance(meta, dict):
            raise NotReadable("meta", f"must be an object, not {kind_of(meta)}")
        for name in ("entity", "action"):
            if meta.get(name) is None:
                raise NotReadable(f"meta.{name}", "is missing; choose version 2 for the webhook in Pipedrive")
        return (_event(inbound.body, Fields(message), Fields(meta, "meta.")),)

    def normal_deal_id(self, text: str) -> str:
        return text.strip()

    def answer(self, kept: int, duplicates: int, refused: Sequence[Refusal]) -> Answer:
        return json_answer(kept, duplicates, refused)

    def new_secret(self) -> str:
        return secrets.token_urlsafe(24)


def _credentials(header: str) -> str:
    scheme, _, given = header.partition(" ")
    if scheme.lower() != "basic":
        raise NotAuthentic("there is no HTTP basic authorization")
    try:
        return base64.b64decode(given.strip().encode("ascii"), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeError):
        raise NotAuthentic("the authorization can't be read") from None


def _proves(given: str, secret: str, account: str) -> bool:
    """`account:secret`; without an account the secret is `user:password`, or a password for any user."""
    if account:
        whole = proof.same(given, f"{account}:{secret}")
        return proof.same(given, secret) or whole if secret.startswith(f"{account}:") else whole
    if ":" in secret:
        return proof.same(given, secret)
    return ":" in given and proof.same(given.partition(":")[2], secret)


def _event(body: bytes, message: Fields, meta: Fields) -> Event:
    key = unnamed_key(body, 0)
    try:
        key = bounded(meta.required("id", numbers=True))
        entity, action = meta.required("entity"), meta.required("action")
        if entity != "deal" or action not in KINDS:
            told = f"{shown(entity, 40)}.{shown(action, 40)}"
            skip = f"Pipedrive sent {told}; only deals that are created, changed or deleted move referrals."
            return Event(key=key, position=0, kind="other", skip=skip, occurred_at=meta.instant("timestamp"))
        return _gone(key, message, meta) if action == "delete" else _moved(key, message, meta)
    except FieldError as error:
        return refused_event(key, 0, error.field, error.why)


def _moved(key: str, message: Fields, meta: Fields) -> Event:
    deal = message.inner("data")
    if deal is None:
        raise message.refuse("data", "is missing")
    merged = _merged_from(meta)
    deal_id = deal.required("id", numbers=True)
    status = deal.text("status")
    stage, aliases = (None, ()) if status == "deleted" else _stage(deal, status)
    return Event(
        key=key,
        position=0,
        kind="stage" if stage else "deleted",
        stage=stage,
        aliases=aliases,
        deal_id=deal_id,
        referral_code=_referral_code(deal),
        amount=deal.amount("value", below_zero_is_none=True),
        currency=deal.currency("currency"),
        occurred_at=meta.instant("timestamp"),
        merged_into=deal_id if merged else None,
        merged_from=tuple(each for each in merged if each != deal_id),
    )


def _gone(key: str, message: Fields, meta: Fields) -> Event:
    """A deal was deleted; when it was merged into another, Pipedrive says into which."""
    before = message.inner("previous") or message.inner("data") or Fields({})
    deal_id = meta.text("entity_id", numbers=True) or before.text("id", numbers=True)
    if deal_id is None:
        raise meta.refuse("entity_id", "is missing")
    into = meta.text("merged_to_id", numbers=True)
    return Event(
        key=key,
        position=0,
        kind="merged" if into else "deleted",
        deal_id=deal_id,
        referral_code=_referral_code(before),
        occurred_at=meta.instant("timestamp"),
        merged_into=into,
        merged_from=(deal_id,) if into else (),
    )


def _stage(deal: Fields, status: str | None) -> tuple[str, tuple[str, ...]]:
    stage = status if status in ENDED else deal.required("stage_id", numbers=True)
    pipeline = deal.text("pipeline_id", numbers=True)
    return stage, (f"{pipeline}/{stage}",) if pipeline else ()


def _merged_from(meta: Fields) -> list[str]:
    given = meta.values.get("merged_from_id")
    ids = given if isinstance(given, list) else [given]
    if len(ids) > 100:
        raise meta.refuse("merged_from_id", "names more than 100 deals")
    return [meta.name_of(each, "merged_from_id", numbers=True) for each in ids if each is not None]


def _referral_code(deal: Fields) -> str | None:
    """The one custom field that looks like a code of ours; two different ones say nothing."""
    custom = deal.values.get("custom_fields")
    values = custom.values() if isinstance(custom, dict) else ()
    texts = (each.get("value") if isinstance(each, dict) else each for each in values)
    found = {
        each.strip() for each in texts if isinstance(each, str) and REFERRAL_CODE.fullmatch(each.strip())
    }
    return found.pop() if len(found) == 1 else None
