"""What must hold for whatever an adapter lets through, so that nothing later chokes on it."""

from datetime import UTC
from decimal import Decimal

from hub.crm.adapters import ADAPTERS, Event, Inbound, NotAuthentic, NotReadable, receive


def outcome(kind: str, inbound: Inbound) -> tuple[Event, ...] | None:
    """The events of an authentic message, or None when it can't be read. Anything else is a failure."""
    try:
        reading = receive(ADAPTERS[kind], inbound)
    except NotReadable as refusal:
        named(refusal.field, refusal.why)
        return None
    except NotAuthentic:
        # Salesforce's proof is partly in the body: damage may make it another organization's.
        if kind != "salesforce" or b">00D5g000001aBcDEAU</OrganizationId>" in inbound.body:
            raise
        return None
    for position, event in enumerate(reading.events):
        sound(event, position)
    return reading.events


def sound(event: Event, position: int) -> None:
    assert event.position == position
    assert 0 < len(event.key) <= 200
    names = (event.key, event.stage, event.deal_id, event.referral_code, event.email, event.contact_id)
    more = (event.owner_email, event.merged_into, *event.merged_from, *event.aliases)
    for text in (*names, *more):
        storable(text, 402)
    storable(event.note, 4000)
    storable(event.skip, 300)
    if event.amount is not None:
        assert Decimal(0) <= event.amount <= Decimal(10**15)
        assert -4 <= int(event.amount.as_tuple().exponent) <= 0
    if event.occurred_at is not None:
        assert event.occurred_at.tzinfo is UTC
    if event.sequence is not None:
        assert abs(event.sequence) < 2**63
    usable(event)


def usable(event: Event) -> None:
    """An event is refused, skipped, or says what it must say; never something in between."""
    if event.refused is not None:
        assert event.refused.index == event.position
        named(event.refused.field, event.refused.why)
        assert event.stage is None
    elif event.skip is None and event.kind == "stage":
        assert event.stage
        assert event.deal_id or event.referral_code or event.email
    elif event.skip is None and event.kind == "merged":
        assert event.merged_into


def named(field: str, why: str) -> None:
    assert field
    assert why
    storable(field, 200)
    storable(why, 400)


def storable(text: str | None, length: int) -> None:
    if text is not None:
        assert len(text) <= length
        assert "\x00" not in text
        text.encode("utf-8")  # a lone surrogate raises here
