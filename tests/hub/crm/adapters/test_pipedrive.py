"""Pipedrive: the composed messages, won and lost, deletion and merger, and HTTP basic authentication."""

import base64
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from hub.crm.adapters import ADAPTERS, Event, NotAuthentic, NotReadable, Secret, receive
from tests.hub.crm.adapters.senders import arrive, payload, sign_pipedrive

PIPEDRIVE = ADAPTERS["pipedrive"]
WON = json.loads(payload("pipedrive/deal-won.composed.json"))
MOVED = json.loads(payload("pipedrive/deal-change-stage.composed.json"))
MERGED = {"id": "m-2", "action": "delete", "entity_id": "21", "merged_to_id": "34"}


def read(message: object) -> Event:
    (event,) = receive(PIPEDRIVE, arrive("pipedrive", json.dumps(message).encode())).events
    return event


def bent(message: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """The message with its objects changed: `data={"status": "lost"}`."""
    return {
        name: value | parts.get(name, {}) if isinstance(value, dict) else value
        for name, value in message.items()
    }


def test_the_composed_stage_change_is_read() -> None:
    assert read(MOVED) == Event(
        key="5e2f0001-9f1a-4f43-a2d2-1f2e3d4c5b6a", position=0, stage="3", aliases=("1/3",), deal_id="21",
        referral_code="RF-7Q2M9K", amount=Decimal(48000), currency="EUR",
        occurred_at=datetime(2026, 11, 20, 9, 15, 2, 511_000, UTC),
    )  # fmt: skip


def test_the_composed_won_deal_is_won_whatever_its_stage() -> None:
    assert read(WON) == Event(
        key="5e2f0002-9f1a-4f43-a2d2-1f2e3d4c5b6a", position=0, stage="won", aliases=("1/won",), deal_id="21",
        referral_code="RF-7Q2M9K", amount=Decimal(48000), currency="EUR",
        occurred_at=datetime(2026, 11, 21, 10, 0, 0, 420_000, UTC),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "stage", "aliases"),
    [
        ({"status": "lost"}, "lost", ("1/lost",)),
        ({"status": "open"}, "5", ("1/5",)),
        ({"status": None}, "5", ("1/5",)),
        ({"status": "won", "pipeline_id": None}, "won", ()),
        ({"status": "won", "stage_id": None}, "won", ("1/won",)),
        ({"status": "open", "stage_id": "7", "pipeline_id": "2"}, "7", ("2/7",)),
    ],
)
def test_status_comes_before_stage(data: dict[str, Any], stage: str, aliases: tuple[str, ...]) -> None:
    event = read(bent(WON, data=data))
    assert (event.kind, event.stage, event.aliases) == ("stage", stage, aliases)


def test_a_created_deal_stands_in_its_first_stage() -> None:
    event = read(bent(MOVED, meta={"action": "create"}))
    assert (event.kind, event.stage) == ("stage", "3")


def test_a_deleted_deal_is_deleted() -> None:
    gone = {
        "data": None,
        "previous": MOVED["data"],
        "meta": MOVED["meta"] | {"id": "d-1", "action": "delete"},
    }
    event = read(gone)
    assert (event.kind, event.deal_id, event.stage, event.referral_code) == (
        "deleted",
        "21",
        None,
        "RF-7Q2M9K",
    )
    del gone["previous"], gone["meta"]["entity_id"]
    refused = read(gone).refused
    assert refused is not None
    assert refused.field == "meta.entity_id"
    assert read(bent(MOVED, data={"status": "deleted"})).kind == "deleted"


def test_a_merged_deal_lives_on_in_the_other() -> None:
    loser = read({"data": None, "previous": MOVED["data"], "meta": MOVED["meta"] | MERGED})
    assert (loser.kind, loser.deal_id, loser.merged_into, loser.merged_from) == (
        "merged",
        "21",
        "34",
        ("21",),
    )
    for given in ("21", 21, ["21"], [21, "34"]):
        winner = read(bent(MOVED, data={"id": 34}, meta={"merged_from_id": given}))
        assert (winner.kind, winner.stage, winner.deal_id) == ("stage", "3", "34")
        assert (winner.merged_into, winner.merged_from) == ("34", ("21",))


def test_a_repeated_message_is_the_same_event() -> None:
    assert read(bent(WON, meta={"attempt": 3})) == read(WON)


def test_the_referral_code_is_found_by_its_looks() -> None:
    def code(*values: object) -> str | None:
        custom = {f"{number:040x}": value for number, value in enumerate(values)}
        return read(WON | {"data": WON["data"] | {"custom_fields": custom}}).referral_code

    assert code("RF-7Q2M9K") == code({"type": "varchar", "value": " RF-7Q2M9K "}) == "RF-7Q2M9K"
    assert code("x", {"value": "RF-7Q2M9K"}, "RF-7Q2M9K") == "RF-7Q2M9K"
    assert code("RF-7Q2M9K", "RF-1A2B3C") is None
    assert code("see RF-7Q2M9K", 5, None, [], {"value": {}}, {}) is None
    assert read(bent(WON, data={"custom_fields": "none"})).refused is None


@pytest.mark.parametrize(
    ("meta", "told"),
    [
        ({"entity": "person"}, "person.change"),
        ({"action": "archive"}, "deal.archive"),
        ({"entity": "lead"}, "lead.change"),
    ],
)
def test_what_is_no_deal_is_kept_and_moves_nothing(meta: dict[str, str], told: str) -> None:
    event = read(bent(WON, meta=meta))
    assert (event.kind, event.stage, event.refused) == ("other", None, None)
    assert event.skip is not None
    assert event.skip.startswith(f"Pipedrive sent {told};")


HUGE = 10**400
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"meta": {"id": None}}, "meta.id"), ({"meta": {"id": []}}, "meta.id"), ({"meta": {"id": "a\x00"}}, "meta.id"),
    ({"meta": {"id": "x" * 201}}, "meta.id"), ({"meta": {"entity": 5}}, "meta.entity"),
    ({"meta": {"action": {}}}, "meta.action"), ({"meta": {"timestamp": 5}}, "meta.timestamp"),
    ({"meta": {"timestamp": "2026-11-21T10:00:00"}}, "meta.timestamp"),
    ({"meta": {"merged_from_id": {}}}, "meta.merged_from_id"),
    ({"meta": {"merged_from_id": [1] * 101}}, "meta.merged_from_id"),
    ({"data": {"id": None}}, "data.id"), ({"data": {"id": True}}, "data.id"), ({"data": {"id": HUGE}}, "data.id"),
    ({"data": {"status": 1}}, "data.status"), ({"data": {"stage_id": None, "status": "open"}}, "data.stage_id"),
    ({"data": {"stage_id": [], "status": "open"}}, "data.stage_id"),
    ({"data": {"pipeline_id": {}}}, "data.pipeline_id"),
    ({"data": {"value": "much"}}, "data.value"), ({"data": {"value": HUGE}}, "data.value"),
    ({"data": {"currency": "EURO"}}, "data.currency"), ({"data": {"currency": 978}}, "data.currency"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "field"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_field_is_named(change: dict[str, Any], field: str) -> None:
    event = read(bent(WON, **change))
    assert event.refused is not None
    assert (event.refused.index, event.refused.field) == (0, field)


@pytest.mark.parametrize("data", [None, [], 5, "deal"])
def test_a_change_without_its_deal_is_refused(data: object) -> None:
    event = read(WON | {"data": data})
    assert event.refused is not None
    assert event.refused.field == "data"


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ([WON], "body"), (5, "body"), ({}, "meta"), ({"data": {}, "meta": []}, "meta"),
        ({"current": {}, "previous": None, "meta": {"v": 1, "action": "updated", "object": "deal"}}, "meta.entity"),
        ({"data": {}, "meta": {"entity": "deal"}}, "meta.action"),
    ],
)  # fmt: skip
def test_what_is_no_version_two_message_is_not_readable(message: object, field: str) -> None:
    with pytest.raises(NotReadable) as refusal:
        read(message)
    assert refusal.value.field == field


def authentic(headers: dict[str, str], secret: str, account: str | None) -> bool:
    try:
        found = PIPEDRIVE.authenticate(
            arrive("pipedrive", headers=headers, secrets=(Secret(secret),), account=account)
        )
    except NotAuthentic:
        return False
    return found == 0


@pytest.mark.parametrize(
    ("secret", "account", "user", "password", "good"),
    [
        ("s3cret", "crm", "crm", "s3cret", True),
        ("s3cret", "crm", "crm", "s3cre", False),
        ("s3cret", "crm", "CRM", "s3cret", False),
        ("s3cret", "crm", "", "s3cret", False),
        ("crm:s3cret", "crm", "crm", "s3cret", True),
        ("other:s3cret", "crm", "other", "s3cret", False),
        ("other:s3cret", "crm", "crm", "other:s3cret", True),
        ("crm:s3cret", None, "crm", "s3cret", True),
        ("crm:s3cret", None, "x", "s3cret", False),
        ("s3cret", None, "anybody", "s3cret", True),
        ("s3cret", "  ", "anybody", "s3cret", True),
        ("s3cret", None, "s3cret", "", False),
        ("grün:schön", None, "grün", "schön", True),
        ("pass:with:colons", "crm", "crm", "pass:with:colons", True),
    ],
)
def test_basic_authentication(secret: str, account: str | None, user: str, password: str, good: bool) -> None:
    assert authentic(sign_pipedrive(user, password), secret, account) is good


def test_only_basic_authentication_counts() -> None:
    whole = base64.b64encode(b"crm:s3cret").decode()
    assert authentic({"authorization": f"basic  {whole}"}, "s3cret", "crm")
    for value in (
        whole,
        f"Bearer {whole}",
        f"Digest {whole}",
        f"Basic {whole}!",
        f"Basic {whole[:-1]}",
        "Basic",
    ):
        assert not authentic({"Authorization": value}, "s3cret", "crm")
    assert not authentic({"X-Authorization": f"Basic {whole}"}, "s3cret", "crm")
