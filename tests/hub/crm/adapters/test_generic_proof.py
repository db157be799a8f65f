"""Who may send our own format: the signature, also against the reference library, and secrets of every form."""

import base64
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from hub.crm.adapters import ADAPTERS, NotAuthentic, Secret, receive
from hub.crm.adapters.generic import keys, sign
from tests.hub.crm.adapters.senders import NOW, SENDERS, arrive, payload

GENERIC = ADAPTERS["generic"]
SECRET = SENDERS["generic"].secret
BODY = payload("generic/referral-stage-changed.composed.json")


def test_the_composed_signature_is_accepted_and_is_the_one_we_make() -> None:
    request = json.loads(payload("generic/signed-request.composed.json"))
    body = request["body"].encode()
    now = datetime.fromtimestamp(1795166110, UTC)
    inbound = arrive(
        "generic", body, headers=request["headers"], secrets=(Secret(request["secret"]),), now=now
    )

    assert receive(GENERIC, inbound).message_id == "msg_2xfixture0001"
    made = sign(request["secret"], "msg_2xfixture0001", body, datetime.fromtimestamp(1795166102, UTC))
    assert made.items() <= request["headers"].items()


@pytest.mark.parametrize("body", [b"{}", b"", "Grüße, 株式会社".encode()])
def test_our_signature_is_the_reference_librarys(body: bytes) -> None:
    now = datetime(2026, 11, 21, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    theirs = Webhook(SECRET).sign("msg_7", now.astimezone(UTC), body.decode())

    assert sign(Secret(SECRET), "msg_7", body, now)["webhook-signature"] == theirs


def test_the_reference_library_takes_what_we_sign() -> None:
    body = BODY
    now = datetime.now(UTC)  # the library reads the clock itself

    assert Webhook(SECRET).verify(body, sign(SECRET, "msg_8", body, now)) == json.loads(body)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body + b" ", sign(SECRET, "msg_8", body, now))


def test_the_right_signature_may_stand_among_others() -> None:
    inbound = arrive("generic")
    right = inbound.headers["webhook-signature"]
    other = "v1," + base64.b64encode(b"x" * 32).decode()
    for given in (f"{other} v2,{right[3:]} {right}", f"{right} {other}", f"{other}  {right} v1a,xyz v1"):
        headers = {**inbound.headers, "webhook-signature": given}
        assert GENERIC.authenticate(arrive("generic", headers=headers)) == 0
    for given in (
        other,
        f"v2,{right[3:]}",
        right[3:],
        right[:-1],
        right[:-2] + "A=",
        right.replace("v1", "V1"),
    ):
        headers = {**inbound.headers, "webhook-signature": given}
        with pytest.raises(NotAuthentic):
            GENERIC.authenticate(arrive("generic", headers=headers))


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_each_of_the_three_headers_is_needed(name: str) -> None:
    headers = {key: value for key, value in arrive("generic").headers.items() if key != name}
    with pytest.raises(NotAuthentic, match="missing"):
        GENERIC.authenticate(arrive("generic", headers=headers))


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp"])
def test_id_and_time_are_signed_too(name: str) -> None:
    headers = dict(arrive("generic").headers)
    headers[name] = "msg_2" if name == "webhook-id" else str(int(NOW.timestamp()) + 1)
    with pytest.raises(NotAuthentic, match="matches"):
        GENERIC.authenticate(arrive("generic", headers=headers))


@pytest.mark.parametrize("bad", ["a.b", "a b", "é", "a\nb", "x" * 501])
def test_an_id_that_could_be_split_otherwise_is_refused(bad: str) -> None:
    headers = {**arrive("generic").headers, "webhook-id": bad}
    with pytest.raises(NotAuthentic, match="webhook-id"):
        GENERIC.authenticate(arrive("generic", headers=headers))
    with pytest.raises(ValueError, match="dots"):
        sign(SECRET, bad, b"{}", NOW)


@pytest.mark.parametrize(
    "secret",
    [
        SECRET,
        SECRET.removeprefix("whsec_"),  # base64 without the prefix
        "a plain sentence as a secret",
        "pass-word-with_both!",
        "whsec_not base64 at all!",
        "whsec_" + base64.urlsafe_b64encode(bytes(range(240, 264 - 8)) * 2).decode().rstrip("="),
    ],
)
def test_secrets_of_every_form_work(secret: str) -> None:
    assert GENERIC.authenticate(arrive("generic", secret=secret, secrets=(Secret(secret),))) == 0
    with pytest.raises(NotAuthentic):
        GENERIC.authenticate(arrive("generic", secret=secret, secrets=(Secret(secret + "x"),)))


def test_a_plain_secret_that_looks_like_base64_counts_as_both() -> None:
    assert keys("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") == (
        base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        b"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    )
    assert len(keys(SECRET)) == 1
    assert keys("whsec_") == keys("") == keys("  ") == ()
