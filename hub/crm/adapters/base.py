"""What every adapter speaks: one message comes in, events come out.

Nothing here knows a database, Flask or the clock: the instant is part of what comes in.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, Protocol

Kind = Literal["stage", "deleted", "restored", "merged", "privacy", "amount", "other"]
Answer = tuple[int, str, bytes]  # status, content type, body

KEY_LENGTH = 200
EVENTS_IN_A_MESSAGE = 1000


class NotAuthentic(Exception):
    """The sender could not prove itself. The reason holds nothing that was sent, so it may be logged."""


class NotReadable(Exception):
    """The body cannot be parsed or is not what this kind of CRM sends."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why


@dataclass(frozen=True, slots=True)
class Secret:
    """One active secret in plain text. It never shows itself in a log or a traceback."""

    value: str

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True, slots=True)
class Inbound:
    """A request as it arrived. `path` is the path before percent-decoding, where the server still has it."""

    method: str
    path: str
    public_url: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    tail: str | None
    secrets: tuple[Secret, ...]
    account: str | None
    now: datetime

    def header(self, name: str) -> str | None:
        """The header without the spaces around it, whatever case it was sent in."""
        wanted = name.lower()
        for given, value in self.headers.items():
            if given.lower() == wanted:
                return value.strip(" \t")
        return None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one event can't be used: kept, shown to staff and told to the sender."""

    index: int
    field: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened in the CRM, in our words.

    `stage` is the CRM's own name for it; `aliases` are narrower names that a mapping may use instead, the
    narrowest first (Pipedrive: `pipeline/stage`). `merged_from` may be set on a stage event too: then those
    deals live on as `merged_into`. An event with `skip` or `refused` is kept and shown, never applied.
    """

    key: str
    position: int
    kind: Kind = "stage"
    stage: str | None = None
    aliases: tuple[str, ...] = ()
    deal_id: str | None = None
    referral_code: str | None = None
    email: str | None = None
    contact_id: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    owner_email: str | None = None
    note: str | None = None
    occurred_at: datetime | None = None
    sequence: int | None = None
    merged_into: str | None = None
    merged_from: tuple[str, ...] = ()
    skip: str | None = None
    refused: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """An authentic message, read. `message_id` with another `digest` is the same id with another body."""

    events: tuple[Event, ...]
    secret_used: int
    message_id: str | None
    digest: str


class Adapter(Protocol):
    """One CRM. A new one is one file, one line in ADAPTERS and one in the contract test's list."""

    kind: str
    needs_account: bool  # without an account nothing this kind sends is authentic
    secret_in_path: bool  # the secret is the last segment of the URL that the CRM calls

    def authenticate(self, inbound: Inbound) -> int:
        """The index of the secret that the sender proved to know; raises nothing but NotAuthentic."""
        ...

    def read(self, inbound: Inbound) -> tuple[Event, ...]:
        """All events of the message in its order; raises nothing but NotReadable."""
        ...

    def message_id(self, inbound: Inbound) -> str | None:
        """The message's identity for ever, for kinds that have one."""
        ...

    def normal_deal_id(self, text: str) -> str:
        """A deal's id, as staff or a spreadsheet wrote it, in the form this kind's events carry."""
        ...

    def answer(self, kept: int, duplicates: int, refused: Sequence[Refusal]) -> Answer:
        """What this CRM must hear after its message was kept."""
        ...

    def new_secret(self) -> str:
        """A fresh secret in the form this CRM's settings page expects."""
        ...


def receive(adapter: Adapter, inbound: Inbound) -> Reading:
    """Authenticate, then read. Refuses with NotAuthentic (401) or NotReadable (400) and nothing else."""
    secret_used = adapter.authenticate(inbound)
    events = adapter.read(inbound)
    return Reading(
        events=events,
        secret_used=secret_used,
        message_id=adapter.message_id(inbound),
        digest=hashlib.sha256(inbound.body).hexdigest(),
    )


def json_answer(kept: int, duplicates: int, refused: Sequence[Refusal]) -> Answer:
    """202 with what became of the events: the answer of every CRM that reads JSON."""
    told = [{"index": each.index, "field": each.field, "why": each.why} for each in refused]
    body = json.dumps({"kept": kept, "duplicates": duplicates, "refused": told})
    return 202, "application/json", body.encode("ascii")


def bounded(identity: str) -> str:
    """The identity itself, or its hash where it would not fit a key."""
    if len(identity) <= KEY_LENGTH:
        return identity
    return "sha256:" + hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()


def unnamed_key(body: bytes, position: int) -> str:
    """The key of an event whose own identity can't be read: a retry of the same bytes is the same event."""
    return f"body:{hashlib.sha256(body).hexdigest()}/{position}"


def refused_event(key: str, position: int, field: str, why: str) -> Event:
    return Event(key=key, position=position, kind="other", refused=Refusal(position, field, why))
