"""HubSpot: every composed message, signature version 3, and what makes an event that event."""

import json
import random
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from hub.crm.adapters import ADAPTERS, Event, NotReadable, receive
from tests.hub.crm.adapters.senders import SENDERS, arrive, payload

HUBSPOT = ADAPTERS["hubspot"]
SECRET = SENDERS["hubspot"].secret


def at(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def read(body: bytes | list[Any], **bent: Any) -> tuple[Event, ...]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return receive(HUBSPOT, arrive("hubspot", raw, **bent)).events


def one(name: str) -> dict[str, Any]:
    (item,) = json.loads(payload(f"hubspot/{name}.composed.json"))
    assert isinstance(item, dict)
    return item


def told(event: Event) -> dict[str, Any]:
    """What the event says, without its key and without what it says nothing about."""
    values = {name: getattr(event, name) for name in Event.__dataclass_fields__}
    return {name: value for name, value in values.items() if name != "key" and value not in (None, ())}


EXPECTED: dict[str, list[dict[str, Any]]] = {
    "deal-stage-change": [
        {"position": 0, "kind": "stage", "deal_id": "17001", "stage": "appointmentscheduled",
         "occurred_at": at(1795166101000), "sequence": 100200301},
    ],
    "generic-object-propertychange-deal": [
        {"position": 0, "kind": "stage", "deal_id": "17001", "stage": "presentationscheduled",
         "occurred_at": at(1795166103000), "sequence": 100200306},
    ],
    "deal-batch-two-deals": [
        {"position": 0, "kind": "stage", "deal_id": "17001", "stage": "qualifiedtobuy",
         "occurred_at": at(1795166102000), "sequence": 100200302},
        {"position": 1, "kind": "amount", "deal_id": "17001", "amount": Decimal(48000),
         "occurred_at": at(1795166102001), "sequence": 100200303},
        {"position": 2, "kind": "stage", "deal_id": "17002", "stage": "closedwon",
         "occurred_at": at(1795166102500), "sequence": 100200304},
        {"position": 3, "kind": "stage", "deal_id": "17003", "stage": "closedlost",
         "occurred_at": at(1795166102600), "sequence": 100200305},
    ],
    "deal-creation": [
        {"position": 0, "kind": "other", "deal_id": "17001", "occurred_at": at(1795166100000), "sequence": 100200300,
         "skip": "HubSpot sent deal.creation, which names no stage; the stage comes in an event of its own."},
    ],
    "deal-deletion": [
        {"position": 0, "kind": "deleted", "deal_id": "17003", "occurred_at": at(1795166104000),
         "sequence": 100200307},
    ],
    "deal-merge": [
        {"position": 0, "kind": "merged", "deal_id": "17001", "occurred_at": at(1795166105000),
         "sequence": 100200308, "merged_into": "17009", "merged_from": ("17001", "17002")},
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_each_composed_message_is_read(name: str) -> None:
    assert [told(event) for event in read(payload(f"hubspot/{name}.composed.json"))] == EXPECTED[name]


def test_a_repeated_event_keeps_its_key_whatever_it_travels_with() -> None:
    items = json.loads(payload("hubspot/deal-batch-two-deals.composed.json"))
    keys = {event.deal_id: event.key for event in read(items) if event.kind == "stage"}
    dice = random.Random(7)  # noqa: S311
    for attempt in range(1, 6):
        dice.shuffle(items)
        again = [
            item | {"attemptNumber": attempt, "subscriptionId": 99, "changeSource": "API"} for item in items
        ]
        assert {
            event.deal_id: event.key for event in read(again[:2] + again[2:]) if event.kind == "stage"
        } == keys


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("portalId", 44120012), ("objectId", 17002), ("propertyValue", "closedwon"), ("occurredAt", 1795166101001),
        ("eventId", 1), ("subscriptionType", "object.propertyChange"), ("propertyName", "amount"),
    ],
)  # fmt: skip
def test_each_part_of_the_identity_makes_another_event(name: str, value: object) -> None:
    item = one("deal-stage-change") | {"objectTypeId": "0-3"}
    first, second = read([item, item | {name: value}], account=None)
    assert first.key != second.key


def test_the_same_event_id_with_other_content_is_another_event() -> None:
    item = one("deal-stage-change")
    first, second = read([item, item | {"propertyValue": "closedwon"}])
    assert first.key != second.key
    assert second.stage == "closedwon"


def test_event_type_says_the_same_as_subscription_type() -> None:
    item = one("deal-stage-change")
    item["eventType"] = item.pop("subscriptionType")
    (event,) = read([item])
    assert (event.kind, event.stage) == ("stage", "appointmentscheduled")
    assert event.key == read(payload("hubspot/deal-stage-change.composed.json"))[0].key


def test_another_portal_is_kept_and_refused() -> None:
    mine, other = read([one("deal-stage-change"), one("deal-deletion") | {"portalId": 33}])
    assert mine.refused is None
    assert other.refused is not None
    assert (other.refused.index, other.refused.field) == (1, "portalId")
    assert read([one("deal-deletion") | {"portalId": 33}], account=None)[0].refused is None
    assert read([one("deal-deletion") | {"portalId": "44120011"}])[0].refused is None


@pytest.mark.parametrize(
    ("change", "skip"),
    [
        ({"subscriptionType": "contact.creation"}, "HubSpot sent contact.creation; only deals move referrals."),
        ({"subscriptionType": "object.propertyChange", "objectTypeId": "0-1"},
         "HubSpot sent contact.propertyChange; only deals move referrals."),
        ({"subscriptionType": "object.propertyChange", "objectTypeId": "2-77"},
         "HubSpot sent object 2-77.propertyChange; only deals move referrals."),
        ({"subscriptionType": "object.propertyChange"},
         "HubSpot sent object unknown.propertyChange; only deals move referrals."),
        ({"subscriptionType": "deal.associationChange"},
         "HubSpot sent deal.associationChange; only deals move referrals."),
        ({"propertyName": "hs_priority"}, "HubSpot sent a change of hs_priority; only dealstage and amount are used."),
        ({"propertyName": "amount", "propertyValue": ""}, "HubSpot sent no amount, or one below zero."),
        ({"propertyName": "amount", "propertyValue": "-5"}, "HubSpot sent no amount, or one below zero."),
    ],
)  # fmt: skip
def test_what_moves_nothing_says_why(change: dict[str, Any], skip: str) -> None:
    (event,) = read([one("deal-stage-change") | change])
    assert event.refused is None
    assert event.skip == skip


def test_object_events_of_deals_are_deal_events() -> None:
    for change, kind in (("deletion", "deleted"), ("restore", "restored"), ("merge", "merged")):
        item = one("deal-merge") | {"subscriptionType": f"object.{change}", "objectTypeId": "0-3"}
        assert read([item])[0].kind == kind


def test_a_merge_without_a_new_deal_lives_on_in_its_primary() -> None:
    item = one("deal-merge")
    del item["newObjectId"]
    (event,) = read([item])
    assert (event.merged_into, event.merged_from) == ("17001", ("17002",))


def test_a_privacy_deletion_names_the_contact_and_no_deal() -> None:
    item = one("deal-deletion") | {"subscriptionType": "contact.privacyDeletion", "objectId": 501}
    plain, named = read([item, item | {"email": "kim@example.com"}])
    assert (plain.kind, plain.contact_id, plain.deal_id, plain.email) == ("privacy", "501", None, None)
    assert named.email == "kim@example.com"


def test_a_referral_code_property_links_and_moves_nothing() -> None:
    (event,) = read(
        [one("deal-stage-change") | {"propertyName": "referral_code", "propertyValue": "RF-7Q2M9K"}]
    )
    assert (event.kind, event.deal_id, event.referral_code) == ("other", "17001", "RF-7Q2M9K")
    assert event.skip


HUGE = 10**400
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"subscriptionType": None}, "subscriptionType"), ({"subscriptionType": 5}, "subscriptionType"),
    ({"subscriptionType": ["deal.propertyChange"]}, "subscriptionType"), ({"portalId": None}, "portalId"),
    ({"portalId": 1.5}, "portalId"), ({"portalId": True}, "portalId"), ({"portalId": HUGE}, "portalId"),
    ({"objectId": None}, "objectId"), ({"objectId": True}, "objectId"), ({"objectId": 1.5}, "objectId"),
    ({"objectId": 2**63}, "objectId"), ({"objectId": "1\x00"}, "objectId"), ({"objectId": []}, "event"),
    ({"propertyName": None}, "propertyName"), ({"propertyName": 5}, "propertyName"), ({"propertyName": {}}, "event"),
    ({"propertyValue": None}, "propertyValue"), ({"propertyValue": " "}, "propertyValue"),
    ({"propertyValue": "x" * 201}, "propertyValue"), ({"propertyValue": "a\ud800"}, "propertyValue"),
    ({"propertyValue": False}, "propertyValue"), ({"propertyValue": {}}, "event"),
    ({"occurredAt": "now"}, "occurredAt"), ({"occurredAt": -1}, "occurredAt"), ({"occurredAt": 1.5}, "occurredAt"),
    ({"occurredAt": 253402300800000}, "occurredAt"), ({"occurredAt": HUGE}, "occurredAt"),
    ({"occurredAt": True}, "occurredAt"), ({"eventId": "x"}, "eventId"), ({"eventId": 2**64}, "eventId"),
    ({"propertyName": "amount", "propertyValue": "much"}, "propertyValue"),
    ({"propertyName": "amount", "propertyValue": "9" * 99}, "propertyValue"),
    ({"subscriptionType": "object.propertyChange", "objectTypeId": 3}, "objectTypeId"),
    ({"subscriptionType": "deal.merge", "mergedObjectIds": None}, "mergedObjectIds"),
    ({"subscriptionType": "deal.merge", "mergedObjectIds": 17002}, "mergedObjectIds"),
    ({"subscriptionType": "deal.merge", "mergedObjectIds": []}, "mergedObjectIds"),
    ({"subscriptionType": "deal.merge", "mergedObjectIds": [[]]}, "mergedObjectIds"),
    ({"subscriptionType": "deal.merge", "mergedObjectIds": list(range(101))}, "mergedObjectIds"),
    ({"subscriptionType": "deal.merge", "mergedObjectIds": [1], "newObjectId": {}}, "newObjectId"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "field"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_field_refuses_its_event_and_no_other(change: dict[str, Any], field: str) -> None:
    right, wrong, last = read([one("deal-deletion"), one("deal-stage-change") | change, one("deal-creation")])

    assert wrong.refused is not None
    assert (wrong.refused.index, wrong.refused.field) == (1, field)
    assert right.refused is None
    assert last.refused is None


@pytest.mark.parametrize("item", [None, 5, "deal", [], [[]], True])
def test_what_is_no_object_is_refused_alone(item: object) -> None:
    wrong, right = read([item, one("deal-stage-change")])
    assert wrong.refused is not None
    assert wrong.refused.field == "event"
    assert right.stage == "appointmentscheduled"


def test_an_empty_list_is_a_message_without_events() -> None:
    assert read([]) == ()


@pytest.mark.parametrize("body", [b"{}", b"5", b'"x"', b"null", b"[" + b"1," * 1000 + b"1]"])
def test_what_is_no_list_of_events_is_not_readable(body: bytes) -> None:
    with pytest.raises(NotReadable):
        read(body)


def test_a_numeric_stage_is_a_stage_too() -> None:
    (event,) = read([one("deal-stage-change") | {"propertyValue": 98765432}])
    assert event.stage == "98765432"
