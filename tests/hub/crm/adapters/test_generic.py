"""Our own format: the composed messages, the wrong-types table, and the signature against the reference library."""

import itertools
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from hub.crm.adapters import ADAPTERS, Event, NotReadable, receive
from hub.crm.adapters.generic import sign
from tests.hub.crm.adapters.senders import NOW, SENDERS, arrive, payload

GENERIC = ADAPTERS["generic"]
SECRET = SENDERS["generic"].secret
FULL = {
    "deal_id": "D-10045", "referral_code": "RF-7Q2M9K", "email": "kim@example.com", "stage": "Closed Won",
    "amount": {"value": "60000.00", "currency": "USD"}, "owner_email": "rep@example.com", "note": "Great fit",
    "occurred_at": "2026-11-20T09:15:01.900Z",
}  # fmt: skip


def message(data: object, **envelope: object) -> bytes:
    whole = {"type": "referral.stage_changed", "timestamp": "2026-11-20T09:15:02.120Z", "data": data}
    return json.dumps(whole | envelope).encode()


def read(data: object, **envelope: object) -> tuple[Event, ...]:
    return receive(GENERIC, arrive("generic", message(data, **envelope))).events


def test_the_contracts_own_message_is_read_in_full() -> None:
    assert read(FULL) == (
        Event(
            key="msg_1/0", position=0, stage="Closed Won", deal_id="D-10045", referral_code="RF-7Q2M9K",
            email="kim@example.com", amount=Decimal("60000.00"), currency="USD", owner_email="rep@example.com",
            note="Great fit", occurred_at=datetime(2026, 11, 20, 9, 15, 1, 900_000, UTC), sequence=0,
        ),
    )  # fmt: skip


def test_the_composed_message_is_read() -> None:
    reading = receive(GENERIC, arrive("generic", payload("generic/referral-stage-changed.composed.json")))

    assert reading.message_id == "msg_1"
    assert reading.events == (
        Event(
            key="msg_1/0", position=0, stage="proposal", deal_id="D-10045", referral_code="RF-7Q2M9K",
            amount=Decimal("48000.00"), currency="USD", sequence=0,
            occurred_at=datetime(2026, 11, 20, 9, 15, 1, 900_000, UTC),
        ),
    )  # fmt: skip


def test_a_long_id_becomes_a_short_key_which_is_still_its_own() -> None:
    long = ["i" * length + end for length in (199, 400) for end in "ab"]
    found = []
    for each in long:
        body = message(FULL)
        reading = receive(GENERIC, arrive("generic", body, headers=sign(SECRET, each, body, NOW)))
        found += [reading.message_id, reading.events[0].key]
    assert len(set(found)) == 8
    assert all(one is not None and len(one) <= 200 for one in found)


def test_a_list_is_read_in_its_order_whatever_that_is() -> None:
    stages = ["Accepted", "Meeting", "Won"]
    for order in itertools.permutations(stages):
        events = read([{"stage": stage, "deal_id": "D-1"} for stage in order])
        assert [event.stage for event in events] == list(order)
        assert [event.key for event in events] == ["msg_1/0", "msg_1/1", "msg_1/2"]


def test_an_empty_list_is_a_message_without_events() -> None:
    assert read([]) == ()


def test_a_thousand_events_are_read_and_one_more_is_not() -> None:
    assert len(read([FULL] * 1000)) == 1000
    with pytest.raises(NotReadable, match="1,000"):
        read([FULL] * 1001)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "stage"),
        ({"deal_id": "D-1"}, "stage"),
        ({"deal_id": "D-1", "stage": None}, "stage"),
        ({"deal_id": "D-1", "stage": "  "}, "stage"),
        ({"stage": "Won"}, "referral_code"),
        ({"stage": "Won", "email": "", "deal_id": None}, "referral_code"),
        ([{}, {"stage": "Won"}], "stage"),
        ([5, "x", None, []], "data"),
        (None, "data"),
        ("Won", "data"),
        (5, "data"),
        (True, "data"),
    ],
)
def test_a_message_without_any_usable_event_is_not_readable(data: object, field: str) -> None:
    with pytest.raises(NotReadable) as refusal:
        read(data)
    assert refusal.value.field == field


@pytest.mark.parametrize("body", [b"[]", b"5", b'"x"', b"null", b"{}", b'{"stage": "Won", "deal_id": "D-1"}'])
def test_what_is_no_envelope_is_not_readable(body: bytes) -> None:
    with pytest.raises(NotReadable):
        receive(GENERIC, arrive("generic", body))


def test_an_incomplete_event_is_refused_and_the_others_are_kept() -> None:
    events = read([FULL, {"deal_id": "D-1"}, 7, FULL])

    assert [event.stage for event in events] == ["Closed Won", None, None, "Closed Won"]
    refusals = [(event.refused.index, event.refused.field) for event in events if event.refused]
    assert refusals == [(1, "stage"), (2, "data")]


HUGE = 10**400
WRONG: list[tuple[str, Any, str]] = [
    ("stage", 5, "stage"), ("stage", ["Won"], "stage"), ("stage", {"a": 1}, "stage"), ("stage", True, "stage"),
    ("stage", "x" * 201, "stage"), ("stage", "Wo\x00n", "stage"), ("stage", "Wo\ud800n", "stage"),
    ("deal_id", [], "deal_id"), ("deal_id", True, "deal_id"), ("deal_id", 1.5, "deal_id"),
    ("deal_id", HUGE, "deal_id"), ("deal_id", -HUGE, "deal_id"), ("deal_id", 2**63, "deal_id"),
    ("deal_id", "D\x00", "deal_id"), ("deal_id", "d" * 201, "deal_id"), ("deal_id", "a\nb", "deal_id"),
    ("referral_code", 7, "referral_code"), ("referral_code", {}, "referral_code"),
    ("email", 7, "email"), ("email", "kim", "email"), ("email", "kim@", "email"), ("email", "a@b@c", "email"),
    ("email", "kim @example.com", "email"), ("email", "<k@example.com>", "email"), ("email", [], "email"),
    ("owner_email", "nobody", "owner_email"), ("owner_email", 1, "owner_email"),
    ("note", 5, "note"), ("note", ["x"], "note"),
    ("amount", [], "amount"), ("amount", True, "amount"), ("amount", "a lot", "amount"),
    ("amount", "-5", "amount"), ("amount", -5, "amount"), ("amount", HUGE, "amount"), ("amount", "1e16", "amount"),
    ("amount", {"value": "x"}, "amount.value"), ("amount", {"value": "NaN"}, "amount.value"),
    ("amount", {"value": "Infinity"}, "amount.value"), ("amount", {"value": []}, "amount.value"),
    ("amount", {"value": "٥"}, "amount.value"), ("amount", {"value": "1_000"}, "amount.value"),
    ("amount", {"value": "1,000.00"}, "amount.value"), ("amount", {"value": "9" * 200}, "amount.value"),
    ("amount", {"value": "1", "currency": "dollars"}, "amount.currency"),
    ("amount", {"value": "1", "currency": 5}, "amount.currency"),
    ("amount", {"value": "1", "currency": "ÄÖÜ"}, "amount.currency"),
    ("occurred_at", 1795166102, "occurred_at"), ("occurred_at", "yesterday", "occurred_at"),
    ("occurred_at", "2026-11-20", "occurred_at"), ("occurred_at", "2026-11-20T09:15:02", "occurred_at"),
    ("occurred_at", "2026-13-20T09:15:02Z", "occurred_at"), ("occurred_at", "2026-11-20T25:15:02Z", "occurred_at"),
    ("occurred_at", "0001-01-01T00:00:00+05:00", "occurred_at"), ("occurred_at", {}, "occurred_at"),
    ("occurred_at", "9999-12-31T23:59:59-05:00", "occurred_at"), ("occurred_at", "1969-12-31T23:59:59Z", "occurred_at"),
    ("occurred_at", "2026-11-20T09:15:02+99:00", "occurred_at"), ("occurred_at", False, "occurred_at"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "field"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_field_refuses_its_event_by_name_and_no_other(name: str, value: object, field: str) -> None:
    wrong, right = read([FULL | {name: value}, FULL])

    assert wrong.refused is not None
    assert (wrong.refused.index, wrong.refused.field) == (0, field)
    assert wrong.refused.why
    assert right.refused is None


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ({"value": "60000.00", "currency": "usd"}, ("60000.00", "USD")),
        ({"value": 60000, "currency": "EUR"}, ("60000", "EUR")),
        ({"value": 0, "currency": "EUR"}, ("0", "EUR")),
        ({"value": "-0.00"}, ("0.00", None)),
        ({"value": 1.10}, ("1.1", None)),
        ({"value": "1.2E7"}, ("12000000", None)),
        ({"value": 0.1234567}, ("0.1235", None)),
        ({"value": 10**15}, ("1000000000000000", None)),
        ({}, (None, None)),
        (None, (None, None)),
        ("", (None, None)),
        ("12.50", ("12.50", None)),
        (7, ("7", None)),
    ],
)
def test_amounts_are_exact(amount: object, expected: tuple[str | None, str | None]) -> None:
    (event,) = read(FULL | {"amount": amount})

    assert event.refused is None
    assert (None if event.amount is None else str(event.amount), event.currency) == expected


def test_a_number_beyond_all_bounds_is_refused_quickly() -> None:
    body = message(FULL | {"amount": "HERE"}).replace(b'"HERE"', b"1e999999999")
    (event, *_) = receive(GENERIC, arrive("generic", body)).events

    assert event.refused is not None
    assert event.refused.field == "amount"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-11-20T09:15:01.900Z", datetime(2026, 11, 20, 9, 15, 1, 900_000, UTC)),
        ("2026-11-20t09:15:01z", datetime(2026, 11, 20, 9, 15, 1, tzinfo=UTC)),
        ("2026-11-20 09:15:01+01:00", datetime(2026, 11, 20, 8, 15, 1, tzinfo=UTC)),
        ("2026-11-20T09:15:01.123456789-08:00", datetime(2026, 11, 20, 17, 15, 1, 123_456, UTC)),
        ("2026-12-31T23:59:60Z", datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2031-01-01T00:00:00Z", datetime(2031, 1, 1, tzinfo=UTC)),  # clamping is the drain's
        (None, datetime(2026, 11, 20, 9, 15, 2, 120_000, UTC)),  # the envelope's
    ],
)
def test_times_are_read_with_their_zone(given: str | None, expected: datetime) -> None:
    (event,) = read(FULL | {"occurred_at": given})
    assert event.occurred_at == expected


def test_without_any_time_the_event_has_none() -> None:
    data = {"stage": "Won", "deal_id": 10045}
    (event,) = read(data, timestamp=None)
    (wrong,) = read(data, timestamp="soon")

    assert (event.occurred_at, event.deal_id) == (None, "10045")
    assert wrong.refused is not None
    assert wrong.refused.field == "timestamp"


def test_unknown_fields_are_ignored_whatever_they_hold() -> None:
    (event,) = read(FULL | {"previous_stage": 5, "x": [[[]]], "\x00": HUGE}, another={"a": "\ud800"})
    assert event.refused is None


def test_a_note_is_cleaned_and_cut_not_refused() -> None:
    (event,) = read(FULL | {"note": "Zoë\x00 said\ud800:\r\nyes\x1b " + "n" * 5000})

    assert event.note is not None
    assert event.note.startswith("Zoë said\ufffd:\nyes n")
    assert len(event.note) == 4000
    assert event.note.endswith("…")


def test_another_type_is_kept_and_moves_nothing() -> None:
    (event,) = read(FULL, type="deal.deleted")

    assert event.kind == "other"
    assert event.skip == "The message is deal.deleted; only referral.stage_changed moves referrals."
    (untyped,) = read(FULL, type=None)
    assert untyped.skip is None
    with pytest.raises(NotReadable) as refusal:
        read(FULL, type=5)
    assert refusal.value.field == "type"
