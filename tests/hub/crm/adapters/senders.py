"""What the four CRMs do before they send: sign a body. The other half of each adapter, written apart from it.

`arrive("hubspot", body)` is an authentic message of that kind; keyword arguments bend it.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub.crm.adapters import Inbound, Secret
from hub.crm.adapters.generic import sign as sign_generic

PAYLOADS = Path(__file__).parents[3] / "payloads"
PUBLIC_URL = "https://hub.example.org"
NOW = datetime(2026, 11, 21, 10, 0, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Sender:
    secret: str
    account: str | None
    payload: str  # one ordinary message of this kind


SENDERS = {
    "generic": Sender(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", None, "generic/referral-stage-changed.composed.json"
    ),
    "hubspot": Sender(
        "fixture-hubspot-client-secret", "44120011", "hubspot/deal-batch-two-deals.composed.json"
    ),
    "salesforce": Sender(
        "made-up-path-secret", "00D5g000001aBcD", "salesforce/om-opportunity-batch3.composed.xml"
    ),
    "pipedrive": Sender("made-up:password", "pipedrive", "pipedrive/deal-won.composed.json"),
}


def payload(name: str) -> bytes:
    return (PAYLOADS / name).read_bytes()


def sign_hubspot(secret: str, method: str, address: str, body: bytes, now: datetime) -> dict[str, str]:
    """Version 3. `address` is what HubSpot signs: whole, with its escapes undone."""
    stamp = str(int(now.timestamp() * 1000))
    signed = method.encode() + address.encode() + body + stamp.encode()
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return {
        "X-HubSpot-Signature-v3": base64.b64encode(digest).decode(),
        "X-HubSpot-Request-Timestamp": stamp,
    }


def sign_pipedrive(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def sign(kind: str, secret: str, path: str, body: bytes, now: datetime) -> dict[str, str]:
    match kind:
        case "generic":
            return sign_generic(secret, "msg_1", body, now)
        case "hubspot":
            return sign_hubspot(secret, "POST", PUBLIC_URL + path, body, now)
        case "pipedrive":
            return sign_pipedrive("pipedrive", secret)
        case _:
            return {}


def arrive(kind: str, body: bytes | None = None, *, secret: str | None = None, **bent: Any) -> Inbound:
    """The message as it arrives, signed at NOW with `secret`; anything of the Inbound may be bent afterwards."""
    sender = SENDERS[kind]
    body = payload(sender.payload) if body is None else body
    used = secret or sender.secret
    tail = used if kind == "salesforce" else None
    path = f"/webhooks/crm/{kind}" + (f"/{tail}" if tail else "")
    whole = Inbound(
        method="POST",
        path=path,
        public_url=PUBLIC_URL,
        query="",
        headers={"Content-Type": "application/json"} | sign(kind, used, path, body, NOW),
        body=body,
        tail=tail,
        secrets=(Secret(sender.secret),),
        account=sender.account,
        now=NOW,
    )
    return replace(whole, **bent)
