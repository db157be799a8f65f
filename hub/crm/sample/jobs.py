"""The sample CRM's sender: signs a message and calls the hub's own webhook, over HTTP like any other CRM."""

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from flask import current_app

from hub import activity, outbox
from hub.activity.queries import fact
from hub.core.clock import now
from hub.core.place import place
from hub.crm import connections
from hub.crm.adapters import Secret
from hub.crm.adapters.generic import STAGE_CHANGED, sign
from hub.crm.sample import actions, queries
from hub.crm.sample.stages import CONNECTION

SECONDS = 5


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to be signed and sent: whereto, and as which host."""

    addresses: tuple[str, ...]
    host: str
    secret: Secret
    message_id: str
    body: bytes


def prepare(deal_id: int, stage: str, message_id: str, moved_at: str) -> Letter | None:
    """The message about this click; None when the deal or the connection is gone."""
    connection, known = connections.find(CONNECTION), queries.known(deal_id)
    secrets = connections.plain_secrets(connections.active(connection.id)) if connection else ()
    if known is None or not secrets:
        return None
    data = {
        "deal_id": known.number, "referral_code": known.code, "stage": stage, "owner_email": known.owner_email,
        "amount": {"value": f"{known.amount_hundredths / 100:.2f}", "currency": known.currency},
        "occurred_at": moved_at,
    }  # fmt: skip
    body = json.dumps({"type": STAGE_CHANGED, "timestamp": moved_at, "data": data}).encode()
    settings = current_app.extensions["settings"]
    # The address of the world first; a hub behind a proxy may not reach that from within, only itself.
    bases = dict.fromkeys((settings.public_url, f"http://127.0.0.1:{settings.port}"))
    addresses = tuple(f"{base}/webhooks/crm/{CONNECTION}" for base in bases)
    return Letter(addresses, urlsplit(settings.public_url).netloc, secrets[-1], message_id, body)


def call(letter: Letter) -> tuple[int, str]:
    """Sends it and gives the answer. What can't be delivered raises, and the outbox tries again later."""
    headers = sign(letter.secret, letter.message_id, letter.body, now())
    headers |= {"Content-Type": "application/json", "Host": letter.host}
    *others, last = letter.addresses
    for address in others:
        try:
            return _send(address, letter.body, headers)
        except requests.RequestException:
            continue
    return _send(last, letter.body, headers)


def _send(address: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    answer = requests.post(address, data=body, headers=headers, timeout=SECONDS, allow_redirects=False)
    if answer.status_code >= 500:
        answer.raise_for_status()
    return answer.status_code, answer.text[:300]


def settle(result: tuple[int, str], deal_id: int, stage: str, message_id: str, moved_at: str) -> None:  # noqa: ARG001
    """Notes the answer on the deal."""
    status, answer = result
    actions.answered(deal_id, message_id, status, answer, now=now())


outbox.calls(outbox.Errand(name=actions.TELL, prepare=prepare, call=call, settle=settle))


@activity.listens("referral.submitted", "crm.sample_deal")
def open_deal(fact_id: int) -> None:
    """Each referral submitted in the demo becomes a deal of the sample CRM."""
    if place(fresh=True).has_sample:
        actions.open_deals([int(fact(fact_id).subject.split(":")[1])], now=now())
