"""Who may send as HubSpot: signature version 3 over our own address, and no other."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest

from hub.crm.adapters import ADAPTERS, NotAuthentic, Secret, receive
from hub.crm.adapters.hubspot import signed_address
from tests.hub.crm.adapters.senders import NOW, PUBLIC_URL, SENDERS, arrive, payload, sign_hubspot

HUBSPOT = ADAPTERS["hubspot"]
SECRET = SENDERS["hubspot"].secret


def test_the_composed_request_is_authentic_at_its_time_only() -> None:
    request = json.loads(payload("hubspot/signed-request.composed.json"))
    inbound = arrive(
        "hubspot", request["body"].encode(), headers=request["headers"], secrets=(Secret(request["secret"]),),
        now=datetime.fromtimestamp(1795166130, UTC),
    )  # fmt: skip

    assert receive(HUBSPOT, inbound).events[0].stage == "appointmentscheduled"
    with pytest.raises(NotAuthentic, match="old"):
        HUBSPOT.authenticate(
            arrive(
                "hubspot", request["body"].encode(), headers=request["headers"], now=NOW.replace(year=2027)
            )
        )


def test_versions_one_and_two_are_not_accepted() -> None:
    body = arrive("hubspot").body
    address = PUBLIC_URL + "/webhooks/crm/hubspot"
    first = hashlib.sha256(SECRET.encode() + body).hexdigest()
    second = hashlib.sha256(SECRET.encode() + b"POST" + address.encode() + body).hexdigest()
    for value, version in ((first, "v1"), (second, "v2")):
        older = {"X-HubSpot-Signature": value, "X-HubSpot-Signature-Version": version}
        stamp = {"X-HubSpot-Request-Timestamp": str(int(NOW.timestamp() * 1000))}
        for headers in (older, older | stamp, older | stamp | {"X-HubSpot-Signature-v3": value}):
            with pytest.raises(NotAuthentic):
                HUBSPOT.authenticate(arrive("hubspot", headers=headers))


def test_the_host_header_is_worth_nothing() -> None:
    body = arrive("hubspot").body
    evil = sign_hubspot(SECRET, "POST", "https://evil.example.org/webhooks/crm/hubspot", body, NOW)
    for extra in ({"Host": "evil.example.org"}, {"X-Forwarded-Host": "evil.example.org"}):
        assert HUBSPOT.authenticate(arrive("hubspot", headers={**arrive("hubspot").headers, **extra})) == 0
        with pytest.raises(NotAuthentic):
            HUBSPOT.authenticate(arrive("hubspot", headers=evil | extra))


def test_method_path_and_query_are_signed() -> None:
    for bent in (
        {"method": "PUT"},
        {"path": "/webhooks/crm/other"},
        {"query": "a=1"},
        {"public_url": "http://x"},
    ):
        with pytest.raises(NotAuthentic):
            HUBSPOT.authenticate(arrive("hubspot", **bent))  # type: ignore[arg-type]


def test_the_address_is_signed_with_twelve_escapes_undone() -> None:
    escaped = "a=%3A%2f%3F%40%21%24%27%28%29%2A%2C%3b&b=%20%25%C3%A9%3D"
    assert signed_address("https://x/", "/w", escaped) == "https://x/w?a=:/?@!$'()*,;&b=%20%25%C3%A9%3D"
    body = b"[]"
    address = PUBLIC_URL + "/webhooks/crm/hubspot?next=https://a.example/x"
    headers = sign_hubspot(SECRET, "POST", address, body, NOW)
    query = "next=https%3A%2F%2Fa.example%2Fx"
    assert HUBSPOT.authenticate(arrive("hubspot", body, headers=headers, query=query)) == 0


def test_the_signature_is_hmac_sha256_in_base64_over_raw_bytes() -> None:
    body = b"[\xff\xfe]"  # not even text
    stamp = str(int(NOW.timestamp() * 1000))
    signed = b"POST" + b"https://hub.example.org/webhooks/crm/hubspot" + body + stamp.encode()
    right = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
    for given, good in ((right, True), (right[:-2] + "A=", False), (right.rstrip("="), False)):
        headers = {"x-hubspot-signature-v3": given, "x-hubspot-request-timestamp": stamp}
        inbound = arrive("hubspot", body, headers=headers)
        if good:
            assert HUBSPOT.authenticate(inbound) == 0
        else:
            with pytest.raises(NotAuthentic):
                HUBSPOT.authenticate(inbound)
