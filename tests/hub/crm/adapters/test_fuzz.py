"""Whatever arrives: NotReadable or NotAuthentic, or events that every later step can store. Never anything else.

HURRAH_FUZZ sets the examples per test (a long run: HURRAH_FUZZ=100000).
"""

import copy
import json
import os
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.crm.adapters import ADAPTERS, NotAuthentic
from tests.hub.crm.adapters.senders import PAYLOADS, SENDERS, arrive
from tests.hub.crm.adapters.soundness import outcome

EXAMPLES = int(os.environ.get("HURRAH_FUZZ", "600"))
fuzzed = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
kinds = st.sampled_from(list(SENDERS))
bodies = {
    kind: [
        file.read_bytes() for file in sorted((PAYLOADS / kind).iterdir()) if "signed-request" not in file.name
    ]
    for kind in SENDERS
}
# Pieces that parsers stumble over, to be dropped anywhere.
PIECES = [
    b"\x00", b"\xff", b"\xed\xa0\x80", b"\\ud800", b"\\u0000", b"\xef\xbb\xbf", b"{", b"}", b"[", b"]", b'"', b",",
    b":", b"<", b">", b"&", b"&#0;", b"&amp;", b"<!DOCTYPE x>", b"<![CDATA[", b"]]>", b"<!--", b"<?x ?>",
    b"null", b"true", b"NaN", b"1e400", b"-", b"9" * 30, b"9" * 4301, b"[" * 1200, b"0", b"x" * 300, b"\n",
]  # fmt: skip
numbers = st.integers() | st.floats() | st.just(10**400) | st.integers(2**62, 2**65)
scalars = (
    st.none() | st.booleans() | numbers | st.text(st.characters()) | st.sampled_from(["", " ", "x" * 300])
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@fuzzed
@given(kind=kinds, body=st.binary(max_size=400))
def test_any_bytes_at_all(kind: str, body: bytes) -> None:
    outcome(kind, arrive(kind, body))


@fuzzed
@given(kind=kinds, value=values)
def test_any_json_at_all(kind: str, value: object) -> None:
    outcome(kind, arrive(kind, json.dumps(value).encode()))
    outcome(kind, arrive(kind, json.dumps({"data": value, "meta": value, "type": value}).encode()))
    outcome(kind, arrive(kind, json.dumps([value, value]).encode()))


@fuzzed
@given(kind=kinds, seed=st.integers(0, 2**32))
def test_damaged_messages(kind: str, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    body = bytearray(dice.choice(bodies[kind]))
    for _ in range(dice.randint(1, 6)):
        start = dice.randrange(len(body) + 1)
        piece = dice.choice(PIECES) if dice.random() < 0.7 else bytes(body[: dice.randrange(60)])
        body[start : start + dice.choice([0, 0, 1, 2, 9])] = piece
    outcome(kind, arrive(kind, bytes(body)))


@fuzzed
@given(kind=st.sampled_from(["generic", "hubspot", "pipedrive"]), value=values, data=st.data())
def test_any_value_in_any_place(kind: str, value: object, data: st.DataObject) -> None:
    """One place of a real message holds something else: the message still reads, or says why it does not."""
    message = json.loads(data.draw(st.sampled_from(bodies[kind])))
    place = data.draw(st.sampled_from(list(places(message))))
    outcome(kind, arrive(kind, json.dumps(put(message, place, value)).encode()))


@fuzzed
@given(value=st.text(st.characters(blacklist_categories=["Cs"])), data=st.data())
def test_any_text_in_any_element(value: str, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(bodies["salesforce"])).decode()
    spans = [match.span(1) for match in re.finditer(r">([^<>]+)<", text)]
    start, end = data.draw(st.sampled_from(spans))
    outcome("salesforce", arrive("salesforce", (text[:start] + value + text[end:]).encode()))


@fuzzed
@given(
    kind=kinds,
    headers=st.dictionaries(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature", "Authorization"])
        | st.sampled_from(["X-HubSpot-Signature-v3", "X-HubSpot-Request-Timestamp"])
        | st.text(),
        st.text(st.characters())
        | st.sampled_from(["v1,", "1795255205", "1795255205000", "Basic eDp5", "msg_1"]),
    ),
    tail=st.none() | st.text(st.characters()),
    query=st.text(st.characters()),
)
def test_any_headers_are_not_authentic(
    kind: str, headers: dict[str, str], tail: str | None, query: str
) -> None:
    with pytest.raises(NotAuthentic):
        ADAPTERS[kind].authenticate(arrive(kind, headers=headers, tail=tail, query=query))


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in inner:
        yield from places(each, (*path, name))


def put(message: Any, place: tuple[Any, ...], value: object) -> Any:
    if not place:
        return value
    changed = copy.deepcopy(message)
    target = changed
    for name in place[:-1]:
        target = target[name]
    target[place[-1]] = value
    return changed
