"""Salesforce outbound messages: SOAP, at most 100 notifications, each with the record as it is now.

They carry no signature. The secret is the last segment of the address, and the organization must be ours,
so whoever learns the address can forge a message: keep it out of logs. Stages passed between two messages are
never seen; the ladder pays skipped ones.
"""

import re
import secrets
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder

from defusedxml.ElementTree import XMLParser

from hub.crm.adapters import proof
from hub.crm.adapters.base import (
    Answer,
    Event,
    Inbound,
    NotAuthentic,
    NotReadable,
    Refusal,
    bounded,
    refused_event,
    unnamed_key,
)
from hub.crm.adapters.fields import FieldError, Fields, shown

SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
OUTBOUND = "{http://soap.sforce.com/2005/09/outbound}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
MOST_NOTIFICATIONS = 100
MOST_ELEMENTS = 50_000  # 100 records of 500 fields
MOST_LEVELS = 32  # an honest field is the sixth
PIECE = 16 * 1024  # bytes read at a time: what is refused early is not read to its end
ID = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?", re.ASCII)
SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
ACK = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">\n'
    b"  <soapenv:Body>\n"
    b'    <notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound">\n'
    b"      <Ack>true</Ack>\n"
    b"    </notificationsResponse>\n"
    b"  </soapenv:Body>\n"
    b"</soapenv:Envelope>\n"
)


class Salesforce:
    kind = "salesforce"
    needs_account = True
    secret_in_path = True

    def authenticate(self, inbound: Inbound) -> int:
        tail = inbound.tail
        if not tail:
            raise NotAuthentic("the address ends without its secret")
        used = proof.proven_secret(inbound.secrets, lambda secret: proof.same(tail, secret))
        if not inbound.account or not inbound.account.strip():
            raise NotAuthentic("this connection has no OrganizationId")
        try:
            organization = _organization(_notifications(inbound.body))
        except NotReadable:
            return used  # reading it again says why; nothing of it is ever used
        if organization != normal_id(inbound.account):
            raise NotAuthentic("the OrganizationId is not this connection's")
        return used

    def message_id(self, inbound: Inbound) -> None:  # noqa: ARG002 - the notifications have ids, not the message
        return None

    def read(self, inbound: Inbound) -> tuple[Event, ...]:
        message = _notifications(inbound.body)
        organization = _organization(message)
        found = [child for child in message if local(child) == "Notification"]
        if len(found) > MOST_NOTIFICATIONS:
            raise NotReadable("Notification", f"there are more than {MOST_NOTIFICATIONS}")
        return tuple(_event(inbound, organization, position, each) for position, each in enumerate(found))

    def normal_deal_id(self, text: str) -> str:
        return normal_id(text)

    def answer(self, kept: int, duplicates: int, refused: Sequence[Refusal]) -> Answer:  # noqa: ARG002
        """Salesforce repeats the message for a day until it reads this one word, whatever the status says."""
        return 200, "text/xml; charset=utf-8", ACK

    def new_secret(self) -> str:
        return secrets.token_urlsafe(32)


def normal_id(text: str) -> str:
    """An id in its 18 characters: 15 get their checksum, 18 keep it. Anything else stays as it is."""
    found = text.strip()
    if not ID.fullmatch(found):
        return found
    whole = found[:15] + checksum(found[:15])
    return whole if len(found) == 15 or whole[15:] == found[15:].upper() else found


def checksum(fifteen: str) -> str:
    """Which of the 15 are capitals, five at a time, so that the id survives systems that ignore case."""
    groups = (fifteen[start : start + 5] for start in (0, 5, 10))
    return "".join(
        SUFFIX[sum(1 << at for at, letter in enumerate(five) if "A" <= letter <= "Z")] for five in groups
    )


def local(element: "Element[str]") -> str:
    return str(element.tag).rpartition("}")[2]


def _notifications(body: bytes) -> "Element[str]":
    parser = XMLParser(target=_Bounded(), forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        for start in range(0, len(body), PIECE):
            parser.feed(body[start : start + PIECE])
        root: Element[str] = parser.close()
    except NotReadable:
        raise
    # Expat, the encodings it asks Python for and defusedxml each bring exceptions of their own, and none of
    # them may become a 500: whatever goes wrong here, the body can't be read.
    except Exception as error:
        raise NotReadable("body", f"it is not XML that we read ({type(error).__name__})") from None
    body_element = root.find(SOAP + "Body") if root.tag == SOAP + "Envelope" else None
    message = None if body_element is None else body_element.find(OUTBOUND + "notifications")
    if message is None:
        raise NotReadable("notifications", "it is not a Salesforce outbound message")
    return message


class _Bounded(TreeBuilder):
    """A tree that stops growing where no honest message grows, so that a megabyte of tags costs little."""

    def __init__(self) -> None:
        super().__init__()
        self.elements = 0
        self.levels = 0

    def start(self, tag: Any, attrs: Any, /) -> Any:
        self.elements += 1
        self.levels += 1
        if self.elements > MOST_ELEMENTS:
            raise NotReadable("body", f"it has more than {MOST_ELEMENTS:,} elements")
        if self.levels > MOST_LEVELS:
            raise NotReadable("body", f"it has elements within elements, more than {MOST_LEVELS} deep")
        return super().start(tag, attrs)

    def end(self, tag: Any, /) -> Any:
        self.levels -= 1
        return super().end(tag)


def _organization(message: "Element[str]") -> str:
    found = [(child.text or "").strip() for child in message if local(child) == "OrganizationId"]
    if len(found) != 1 or not ID.fullmatch(found[0]):
        raise NotReadable("OrganizationId", "must be there once, with 15 or 18 characters")
    return normal_id(found[0])


def _event(inbound: Inbound, organization: str, position: int, notification: "Element[str]") -> Event:
    key = unnamed_key(inbound.body, position)
    try:
        named = _values(notification).required("Id")
        key = bounded(f"{organization}:{normal_id(named)}")
        records = [child for child in notification if local(child) == "sObject"]
        if len(records) != 1:
            raise FieldError("sObject", "must be there once")
        return _opportunity(key, position, records[0])
    except FieldError as error:
        return refused_event(key, position, error.field, error.why)


def _opportunity(key: str, position: int, record: "Element[str]") -> Event:
    fields = _values(record)
    sort = record.get(XSI + "type", "Opportunity").rpartition(":")[2]
    if sort != "Opportunity":
        skip = f"Salesforce sent a record of type {shown(sort, 60)}; only opportunities move referrals."
        return Event(key=key, position=position, kind="other", skip=skip)
    return Event(
        key=key,
        position=position,
        deal_id=normal_id(fields.required("Id")),
        stage=fields.required("StageName", why="is not among the fields that the outbound message sends"),
        referral_code=fields.text(_custom(fields, "referralcode")),
        email=fields.email(_custom(fields, "referralemail")),
        amount=fields.amount("Amount", below_zero_is_none=True),
        currency=fields.currency("CurrencyIsoCode"),
        owner_email=fields.email(_custom(fields, "owneremail")),
        occurred_at=fields.instant("LastModifiedDate") or fields.instant("SystemModstamp"),
    )


def _values(element: "Element[str]") -> Fields:
    """The element's own fields by their local names. One given twice, differently, is nobody's answer."""
    values: dict[str, Any] = {}
    for child in element:
        name = local(child)
        if name in values and values[name] != child.text:
            raise FieldError(name if len(name) <= 80 else "sObject", "is given twice")
        values[name] = child.text
    return Fields(values)


def _custom(fields: Fields, meaning: str) -> str:
    """The name of the custom field that means this: `Referral_Code__c`, also behind a package's prefix."""
    for name in fields.values:
        if name.endswith("__c"):
            own = name.removesuffix("__c").rpartition("__")[2]
            if own.replace("_", "").lower() == meaning:
                return name
    return ""
