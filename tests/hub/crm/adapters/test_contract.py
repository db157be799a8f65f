"""What every adapter promises, one list for all. A new CRM adds its name and its Sender."""

import ast
import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import hub.crm.adapters
from hub.crm.adapters import ADAPTERS, Adapter, NotAuthentic, NotReadable, Refusal, Secret, receive
from tests.hub.crm.adapters.senders import NOW, SENDERS, arrive
from tests.hub.crm.adapters.soundness import outcome

KINDS = ["generic", "hubspot", "salesforce", "pipedrive"]
SIGNED_IN_TIME = ["generic", "hubspot"]

UNPARSABLE: dict[str, bytes] = {
    "nothing": b"",
    "words": b"hello",
    "a number": b"5",
    "null": b"null",
    "half of it": b'[{"a": 1',
    "not UTF-8": b'{"data": "\xff\xfe"}',
    "a byte order mark": b"\xef\xbb\xbf[]",
    "UTF-16": '{"data": []}'.encode("utf-16"),
    "NaN": b'{"data": {"amount": NaN}, "meta": {}}',
    "minus infinity": b"[-Infinity]",
    "5,000 digits": b'[{"eventId": ' + b"9" * 5000 + b"}]",
    "5,000 decimals": b"[0." + b"9" * 5000 + b"]",
    "an exponent out of bounds": b"[1e99999999999999999999]",
    "100,000 lists": b"[" * 100_000 + b"]" * 100_000,
    "100,000 objects": b'{"data":' * 100_000 + b"1" + b"}" * 100_000,
    "a key twice": b'[{"objectId": 1, "objectId": 2}]',
    "control characters": b'{"data": "\x01"}',
    "XML that is not closed": b"<a>" * 1000,
    "another kind's XML": b"<notifications/>",
}


def test_the_registry_holds_these_kinds_and_no_others() -> None:
    assert list(ADAPTERS) == KINDS == list(SENDERS)
    assert all(kind == adapter.kind for kind, adapter in ADAPTERS.items())


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def adapter(kind: str) -> Adapter:
    return ADAPTERS[kind]


def test_an_authentic_message_is_read(kind: str, adapter: Adapter) -> None:
    reading = receive(adapter, arrive(kind))

    assert reading.events
    assert reading.secret_used == 0
    assert len(reading.digest) == 64
    assert all(event.refused is None and event.skip is None for event in reading.events)
    assert [event.position for event in reading.events] == list(range(len(reading.events)))


def test_the_same_message_has_the_same_keys_and_they_differ(kind: str, adapter: Adapter) -> None:
    first, second = (receive(adapter, arrive(kind)) for _ in range(2))

    assert first == second
    assert len({event.key for event in first.events}) == len(first.events)


def test_another_secret_is_not_authentic(kind: str, adapter: Adapter) -> None:
    with pytest.raises(NotAuthentic):
        adapter.authenticate(arrive(kind, secret="somebody-elses-secret"))


@pytest.mark.parametrize("secrets", [(), (Secret(""),), (Secret("whsec_"),), (Secret(" "),)])
def test_without_a_secret_nothing_is_authentic(
    kind: str, adapter: Adapter, secrets: tuple[Secret, ...]
) -> None:
    for forged in (arrive(kind), arrive(kind, tail=""), arrive(kind, tail=" ")):
        with pytest.raises(NotAuthentic):
            adapter.authenticate(replace(forged, secrets=secrets))


def test_without_its_proof_nothing_is_authentic(kind: str, adapter: Adapter) -> None:
    with pytest.raises(NotAuthentic):
        adapter.authenticate(arrive(kind, headers={}, tail=None))


def test_while_secrets_rotate_both_prove_the_sender(kind: str, adapter: Adapter) -> None:
    old, new = "the-old-secret-of-ours", "the-new-secret-of-ours"
    both = (Secret(old), Secret(new))

    assert adapter.authenticate(arrive(kind, secret=old, secrets=both)) == 0
    assert adapter.authenticate(arrive(kind, secret=new, secrets=both)) == 1
    with pytest.raises(NotAuthentic):
        adapter.authenticate(arrive(kind, secret=old, secrets=both[1:]))


def test_a_new_secret_works_at_once_and_is_never_the_same(kind: str, adapter: Adapter) -> None:
    made = {adapter.new_secret() for _ in range(20)}

    assert len(made) == 20
    assert all(len(each) >= 32 for each in made)
    for each in made:
        assert adapter.authenticate(arrive(kind, secret=each, secrets=(Secret(each),))) == 0


@pytest.mark.parametrize("signed_kind", SIGNED_IN_TIME)
@pytest.mark.parametrize("seconds", [-300, -299, 0, 299, 300])
def test_five_minutes_either_way_are_in_time(signed_kind: str, seconds: int) -> None:
    assert ADAPTERS[signed_kind].authenticate(arrive(signed_kind, now=NOW + timedelta(seconds=seconds))) == 0


@pytest.mark.parametrize("signed_kind", SIGNED_IN_TIME)
@pytest.mark.parametrize("seconds", [-301, 301, 86_400 * 365, -86_400 * 365])
def test_more_than_five_minutes_are_not(signed_kind: str, seconds: int) -> None:
    with pytest.raises(NotAuthentic, match="five minutes"):
        ADAPTERS[signed_kind].authenticate(arrive(signed_kind, now=NOW + timedelta(seconds=seconds)))


@pytest.mark.parametrize("signed_kind", SIGNED_IN_TIME)
def test_one_changed_byte_is_not_authentic(signed_kind: str) -> None:
    inbound = arrive(signed_kind)
    with pytest.raises(NotAuthentic):
        ADAPTERS[signed_kind].authenticate(replace(inbound, body=inbound.body + b" "))


@pytest.mark.parametrize("change", [str.upper, str.lower, str.swapcase])
def test_the_case_of_header_names_does_not_matter(
    kind: str, adapter: Adapter, change: Callable[[str], str]
) -> None:
    inbound = arrive(kind)
    headers = {change(name): f" {value}\t" for name, value in inbound.headers.items()}

    assert adapter.authenticate(replace(inbound, headers=headers)) == 0


HOSTILE_VALUES = [
    "", " ", "v1", "v1,", ",", "v1,=", "v1,é", "v1,\ud800", "\x00", "a" * 100_000, "v1, " * 50_000,
    "Basic", "Basic ", "Basic !!!!", "Basic /w==", "Basic w6k=", "Basic " + "A" * 50_000, "Bearer x",
    "-1", "+1795255205", "1_795_255_205", "1795255205.0", "١٧٩٥٢٥٥٢٠٥", "9" * 5000, "nan", "1e9", "0x10",
]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE_VALUES, ids=lambda value: ascii(value[:12]))
def test_hostile_headers_are_not_authentic_and_nothing_worse(kind: str, adapter: Adapter, value: str) -> None:
    inbound = arrive(kind)
    for name in [each for each in inbound.headers if each != "Content-Type"]:
        with pytest.raises(NotAuthentic):
            adapter.authenticate(replace(inbound, headers={**inbound.headers, name: value}))
    with pytest.raises(NotAuthentic):
        adapter.authenticate(replace(inbound, headers=dict.fromkeys(inbound.headers, value), tail=value))


@pytest.mark.parametrize("body", UNPARSABLE.values(), ids=UNPARSABLE.keys())
def test_what_cannot_be_parsed_is_not_readable_and_nothing_worse(
    kind: str, adapter: Adapter, body: bytes
) -> None:
    with pytest.raises(NotReadable) as refusal:
        receive(adapter, arrive(kind, body))
    assert refusal.value.field
    assert refusal.value.why


def test_a_byte_order_mark_is_called_by_its_name() -> None:
    with pytest.raises(NotReadable, match="byte order mark"):
        receive(ADAPTERS["generic"], arrive("generic", UNPARSABLE["a byte order mark"]))


def test_the_first_half_of_a_message_is_not_readable(kind: str) -> None:
    whole = arrive(kind).body
    for end in range(0, len(whole.rstrip()), 7):
        assert outcome(kind, arrive(kind, whole[:end])) is None


def test_a_refusal_does_not_repeat_what_was_sent(kind: str, adapter: Adapter) -> None:
    with pytest.raises(NotAuthentic) as refusal:
        adapter.authenticate(arrive(kind, secret="hunter2-hunter2", tail="hunter2-hunter2"))
    assert "hunter2" not in str(refusal.value)
    assert SENDERS[kind].secret not in repr(arrive(kind).secrets)


def test_a_damaged_message_keeps_every_law(kind: str) -> None:
    dice = random.Random(20261121)  # noqa: S311
    whole = arrive(kind).body
    for _ in range(400):
        outcome(kind, arrive(kind, damaged(whole, dice)))


def damaged(body: bytes, dice: random.Random) -> bytes:
    changed = bytearray(body)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(changed))
        changed[at : at + dice.randint(0, 3)] = dice.choice(
            [b"", b"0", b'"', b"{", b"null", b"\x00", b"<", b"&"]
        )
    return bytes(changed)


def test_the_answer_is_what_the_sender_must_hear(kind: str, adapter: Adapter) -> None:
    status, content_type, body = adapter.answer(2, 1, [Refusal(3, "stage", "is required – really")])

    if kind == "salesforce":
        assert (status, content_type) == (200, "text/xml; charset=utf-8")
        assert b"<Ack>true</Ack>" in body
    else:
        assert (status, content_type) == (202, "application/json")
        refused = [{"index": 3, "field": "stage", "why": "is required – really"}]
        assert json.loads(body) == {"kept": 2, "duplicates": 1, "refused": refused}


def test_adapters_know_no_database_no_flask_and_no_clock() -> None:
    allowed = {
        "base64", "binascii", "collections", "dataclasses", "datetime", "decimal", "defusedxml", "functools",
        "hashlib", "hmac", "json", "re", "secrets", "typing", "unicodedata", "uuid", "xml",
    }  # fmt: skip
    for file in Path(hub.crm.adapters.__file__).parent.glob("*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        for node in ast.walk(tree):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                inside = name.startswith("hub.crm.adapters")
                assert inside or name.partition(".")[0] in allowed, f"{file.name} imports {name}"
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"utcnow", "today"}, f"{file.name} reads the clock"
                assert node.attr != "now" or ast.unparse(node) == "inbound.now", (
                    f"{file.name} reads the clock"
                )
