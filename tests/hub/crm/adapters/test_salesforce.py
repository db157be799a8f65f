"""Salesforce outbound messages: the composed ones, who may send, and XML made to hurt."""

import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from hub.crm.adapters import ADAPTERS, Event, NotAuthentic, NotReadable, Secret, receive
from hub.crm.adapters.salesforce import normal_id
from tests.hub.crm.adapters.senders import SENDERS, arrive, payload

SALESFORCE = ADAPTERS["salesforce"]
ORG = "00D5g000001aBcDEAU"
SINGLE = payload("salesforce/om-opportunity-single.composed.xml")
BATCH = payload("salesforce/om-opportunity-batch3.composed.xml")


def read(body: bytes, **bent: Any) -> tuple[Event, ...]:
    return receive(SALESFORCE, arrive("salesforce", body, **bent)).events


def changed(old: str, new: str) -> bytes:
    """The single composed message with one place changed."""
    assert SINGLE.count(old.encode()) >= 1
    return SINGLE.replace(old.encode(), new.encode(), 1)


def notifications(count: int) -> bytes:
    start, end = SINGLE.index(b"<Notification>"), SINGLE.index(b"</notifications>")
    each = SINGLE[start:end]
    many = b"".join(each.replace(b"04l5g00000AAA01AAH", b"04l5g%010d" % number) for number in range(count))
    return SINGLE[:start] + many + SINGLE[end:]


def test_the_composed_single_message_is_read() -> None:
    assert read(SINGLE) == (
        Event(
            key=f"{ORG}:04l5g00000AAA01AAH", position=0, stage="Qualification", deal_id="0065g00000Opp01AAB",
            referral_code="RF-7Q2M9K", amount=Decimal("48000.0"),
            occurred_at=datetime(2026, 11, 20, 9, 15, 2, tzinfo=UTC),
        ),
    )  # fmt: skip


def test_the_composed_batch_is_read_in_order() -> None:
    expected = [
        (
            "04l5g00000AAA02AAH",
            "0065g00000Opp01AAB",
            "Proposal/Price Quote",
            "RF-7Q2M9K",
            Decimal("52500.0"),
            0,
        ),
        ("04l5g00000AAA03AAH", "0065g00000Opp02AAB", "Closed Won", "RF-1A2B3C", Decimal("120000.0"), 1),
        ("04l5g00000AAA04AAH", "0065g00000Opp03AAB", "Closed Lost", "RF-ZZ99XX", None, 2),
    ]
    assert read(BATCH) == tuple(
        Event(
            key=f"{ORG}:{key}", position=second, stage=stage, deal_id=deal, referral_code=code, amount=amount,
            occurred_at=datetime(2026, 11, 21, 10, 0, second, tzinfo=UTC),
        )
        for key, deal, stage, code, amount, second in expected
    )  # fmt: skip


def test_the_secret_is_the_end_of_the_address() -> None:
    for tail in (
        None,
        "",
        "made-up-path-secre",
        "made-up-path-secret/",
        "MADE-UP-PATH-SECRET",
        "é",
        "\ud800",
    ):
        with pytest.raises(NotAuthentic):
            SALESFORCE.authenticate(arrive("salesforce", tail=tail))


@pytest.mark.parametrize("account", [ORG, ORG[:15], f" {ORG} ", "00D5g000001aBcDeau"])
def test_the_organization_may_have_15_or_18_characters(account: str) -> None:
    assert read(SINGLE, account=account)[0].key == f"{ORG}:04l5g00000AAA01AAH"
    assert read(changed(ORG, ORG[:15]), account=account)[0].key == f"{ORG}:04l5g00000AAA01AAH"


@pytest.mark.parametrize(
    "account",
    [
        None,
        "",
        "00D5g000001aBcE",
        "00d5g000001abcd",
        "00D5g000001aBcDEAV",
        "00D5g000001aBcDAAA",
        "00D5g000001aBcDEAUX",
    ],
)
def test_another_organization_is_not_authentic(account: str | None) -> None:
    with pytest.raises(NotAuthentic, match="OrganizationId"):
        SALESFORCE.authenticate(arrive("salesforce", SINGLE, account=account))


def test_an_organization_given_twice_or_not_at_all_is_not_readable() -> None:
    whole = f"<OrganizationId>{ORG}</OrganizationId>"
    for instead in ("", whole * 2, whole.replace(ORG, ""), whole.replace(ORG, "Acme"), "<OrganizationId/>"):
        with pytest.raises(NotReadable) as refusal:
            read(changed(whole, instead))
        assert refusal.value.field == "OrganizationId"


def test_without_the_secret_nothing_is_parsed() -> None:
    started = time.process_time()
    for _ in range(20):
        with pytest.raises(NotAuthentic):
            SALESFORCE.authenticate(arrive("salesforce", b"<a>" * 300_000, secrets=(Secret("another-one"),)))
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("0065g00000Opp01", "0065g00000Opp01AAB"), ("0065g00000Opp01AAB", "0065g00000Opp01AAB"),
        ("0065g00000Opp01aab", "0065g00000Opp01AAB"), (" 0065g00000Opp01 ", "0065g00000Opp01AAB"),
        ("00D5g000001aBcD", ORG), ("0065g00000Opp01AAC", "0065g00000Opp01AAC"), ("D-10045", "D-10045"), ("", ""),
        ("AAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAA555"), ("000000000000000", "000000000000000AAA"),
    ],
)  # fmt: skip
def test_ids_are_normal_in_18_characters(given: str, normal: str) -> None:
    assert SALESFORCE.normal_deal_id(given) == normal == normal_id(normal)


def test_ids_of_15_characters_name_the_same_deal_and_notification() -> None:
    short = changed("0065g00000Opp01AAB", "0065g00000Opp01").replace(
        b"04l5g00000AAA01AAH", b"04l5g00000AAA01"
    )
    assert read(short) == read(SINGLE)


def test_any_prefix_and_none_will_do_but_the_namespaces_count() -> None:
    other = SINGLE.replace(b"sf:", b"ent:").replace(b"xmlns:sf", b"xmlns:ent").replace(b"soapenv", b"S")
    assert read(other) == read(SINGLE)
    for old in (b"http://soap.sforce.com/2005/09/outbound", b"http://schemas.xmlsoap.org/soap/envelope/"):
        with pytest.raises(NotReadable):
            read(SINGLE.replace(old, b"urn:other"))


def test_custom_fields_are_known_by_their_meaning() -> None:
    for name in ("Referral_Code__c", "ReferralCode__c", "hurrah__Referral_Code__c", "REFERRAL_CODE__c"):
        assert read(SINGLE.replace(b"Referral_Code__c", name.encode()))[0].referral_code == "RF-7Q2M9K"
    assert read(SINGLE.replace(b"Referral_Code__c", b"Referral_Code"))[0].referral_code is None
    contact = "<sf:Referral_Email__c>k@example.com</sf:Referral_Email__c>"
    owner = "<sf:Owner_Email__c>r@example.com</sf:Owner_Email__c>"
    (event,) = read(changed("<sf:Name>", contact + owner + "<sf:Name>"))
    assert (event.email, event.owner_email) == ("k@example.com", "r@example.com")


def test_the_time_is_the_last_modification() -> None:
    gone = changed("LastModifiedDate>", "X>").replace(b"/sf:LastModifiedDate", b"/sf:X")
    assert read(gone)[0].occurred_at is None
    stamp = gone.replace(b"sf:X>", b"sf:SystemModstamp>")
    assert read(stamp)[0].occurred_at == datetime(2026, 11, 20, 9, 15, 2, tzinfo=UTC)
    zone = changed("2026-11-20T09:15:02.000Z", "2026-11-20T10:15:02.000+0100")
    assert read(zone)[0].occurred_at == datetime(2026, 11, 20, 9, 15, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "amount"),
    [("1.2E7", "12000000"), ("0.0", "0.0"), ("-500.0", None), ("", None), ("48000.00000001", "48000.0000")],
)
def test_amounts_are_read_as_salesforce_writes_them(given: str, amount: str | None) -> None:
    (event,) = read(changed("48000.0", given))
    assert event.stage == "Qualification"
    assert (None if event.amount is None else str(event.amount)) == amount


def test_another_record_is_kept_and_moves_nothing() -> None:
    (event,) = read(changed("sf:Opportunity", "sf:Lead"))
    assert (event.kind, event.stage) == ("other", None)
    assert event.skip == "Salesforce sent a record of type Lead; only opportunities move referrals."


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("<sf:StageName>Qualification</sf:StageName>", "", "StageName"),
        (">Qualification<", "><", "StageName"),
        (">Qualification<", f">{'x' * 201}<", "StageName"),
        (">Qualification<", ">Quali\x85fication<", "StageName"),
        ("<sf:StageName>", "<sf:StageName>A</sf:StageName><sf:StageName>", "StageName"),
        ("<sf:Id>0065g00000Opp01AAB</sf:Id>", "", "Id"),
        ("<Id>04l5g00000AAA01AAH</Id>", "", "Id"),
        ("<Id>04l5g00000AAA01AAH</Id>", "<Id>a</Id><Id>b</Id>", "Id"),
        ("48000.0", "lots", "Amount"),
        ("48000.0", "1e300", "Amount"),
        ("48000.0", "NaN", "Amount"),
        ("2026-11-20T09:15:02.000Z", "yesterday", "LastModifiedDate"),
        ("<sf:IsWon>", "<sf:CurrencyIsoCode>euro</sf:CurrencyIsoCode><sf:IsWon>", "CurrencyIsoCode"),
        ("</sObject>", "</sObject><sObject/>", "sObject"),
    ],
)
def test_a_wrong_field_refuses_its_notification_only(old: str, new: str, field: str) -> None:
    extra = BATCH[BATCH.index(b"<Notification>") : BATCH.index(b"</notifications>")].decode()
    wrong, *others = read(
        changed(old, new).replace(b"</notifications>", (extra + "</notifications>").encode())
    )

    assert wrong.refused is not None
    assert (wrong.refused.index, wrong.refused.field) == (0, field)
    assert [event.refused for event in others] == [None, None, None]


def test_a_field_given_twice_alike_says_it_once() -> None:
    assert read(changed("<sf:Id>", "<sf:Id>0065g00000Opp01AAB</sf:Id><sf:Id>")) == read(SINGLE)


def test_a_hundred_notifications_are_read_and_one_more_is_not() -> None:
    assert len({event.key for event in read(notifications(100))}) == 100
    assert read(notifications(0)) == ()
    with pytest.raises(NotReadable):
        read(notifications(101))


def hostile(doctype: str, entity: str = "&x;") -> bytes:
    return f'<?xml version="1.0"?>{doctype}'.encode() + SINGLE.split(b"?>", 1)[1].replace(
        b"Qualification", entity.encode()
    )


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
HOSTILE = {
    "an external file": hostile('<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "an external address": hostile('<!DOCTYPE x [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>'),
    "a parameter entity": hostile('<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd">%p;]>'),
    "a million laughs": hostile(f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>', "&l9;"),
    "a quadratic bomb": hostile(f'<!DOCTYPE x [<!ENTITY x "{"A" * 50_000}">]>', "&x;" * 50_000),
    "an internal DTD": hostile('<!DOCTYPE x [<!ENTITY x "y">]>'),
    "an external DTD": hostile('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">', "Won"),
    "an empty DTD": hostile("<!DOCTYPE x>", "Won"),
    "a DTD in UTF-16": hostile("<!DOCTYPE x>", "Won").decode().encode("utf-16"),
    "an unknown entity": hostile(""),
    "an unknown encoding": b'<?xml version="1.0" encoding="hurrah"?><a/>',
    "an encoding that is none": b'<?xml version="1.0" encoding="zlib"?><a/>',
    "a multi-byte encoding": b'<?xml version="1.0" encoding="utf-7"?><a/>',
    "invalid UTF-8": SINGLE.replace(b"Qualification", b"\xff\xfe"),
    "a NUL": SINGLE.replace(b"Qualification", b"Quali\x00fication"),
    "a NUL reference": SINGLE.replace(b"Qualification", b"&#0;"),
    "a surrogate reference": SINGLE.replace(b"Qualification", b"&#xD800;"),
    "XInclude alone": b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>',
    "140,000 levels": b"<a>" * 140_000 + b"</a>" * 140_000,
    "300,000 open elements": b"<a>" * 300_000,
    "200,000 fields": changed("<sf:Name>", "<sf:X/>" * 200_000 + "<sf:Name>"),
    "80,000 attributes": b"<a " + b" ".join(b'a%d=""' % number for number in range(80_000)) + b"/>",
    "two roots": SINGLE + SINGLE,
    "a fault": b'<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><S:Fault/></S:Body></S:Envelope>',
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_xml_is_not_readable_within_a_second(body: bytes) -> None:
    # The quickest of three: what it costs, and not what else the machine was at.
    assert min(refusal(body) for _ in range(3)) < 1


def refusal(body: bytes) -> float:
    """CPU seconds that it takes to refuse a body."""
    started = time.thread_time()
    with pytest.raises(NotReadable):
        read(body)
    return time.thread_time() - started


def test_no_message_is_read_deeper_than_an_honest_one_goes() -> None:
    with pytest.raises(NotReadable, match="more than 32 deep"):
        read(b"<a>" * 33 + b"</a>" * 33)


def test_a_message_longer_than_one_piece_is_read_whole() -> None:
    (event,) = read(changed(">Qualification<", ">" + " " * 40_000 + "Won<"))
    assert event.stage == "Won"


def test_xinclude_within_a_message_is_never_followed() -> None:
    include = (
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    )
    (event,) = read(changed(">Qualification<", f">{include}Won<"))
    assert event.refused is not None
    assert event.refused.field == "StageName"


def test_predefined_entities_and_characters_are_text() -> None:
    (event,) = read(changed("Qualification", "R&amp;D &#x2714; <![CDATA[<won>]]>"))
    assert event.stage == "R&D ✔ <won>"


def test_the_answer_is_the_documented_ack() -> None:
    _, _, body = SALESFORCE.answer(0, 1, [])
    assert b'<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound">' in body
    assert SENDERS["salesforce"].secret.encode() not in body
