"""What is particular to each CRM that takes our referrals."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hub.crm.adapters import Inbound, Secret
from hub.crm.adapters.generic import Generic as Inward
from tests.hub.crm.outward.conftest import Start
from tests.hub.crm.outward.fakes import (
    SECRETS,
    Asked,
    FakeHubSpot,
    FakePipedrive,
    FakeReceiver,
    FakeSalesforce,
    Reply,
)
from tests.hub.crm.outward.test_contract import AGAIN, LEAD, NOW, send, trouble


def always(status: int, values: Any) -> Callable[[Asked], Reply]:
    """A fake's answer to everything."""

    def answer(asked: Asked) -> Reply:
        return status, values

    return answer


def test_our_own_message_is_signed_and_keeps_its_id(start: Start) -> None:
    fake = start("generic")
    for _ in range(2):
        send("generic", fake)
    first, again = fake.calls()
    assert first.headers["webhook-id"] == again.headers["webhook-id"] == "referral-submitted-RF-7Q2M9K"
    inbound = Inbound(
        method="POST", path="/", public_url="", query="", headers=first.headers, body=first.body, tail=None,
        secrets=(Secret(SECRETS["generic"]),), account=None, now=NOW,
    )  # fmt: skip
    assert Inward().authenticate(inbound) == 0
    assert first.data["type"] == "referral.submitted"
    assert first.data["data"]["advocate"] == {"name": "Ada Marlowe", "company": "Analytical Engines"}


def test_a_receiver_need_not_answer_anything(start: Start) -> None:
    fake = start("generic")
    assert isinstance(fake, FakeReceiver)
    fake.instead = always(204, None)
    assert send("generic", fake).deal_id is None
    fake.instead = always(200, {"deal_id": 7})
    assert send("generic", fake).deal_id == "7"


def test_hubspot_gets_a_deal_with_its_contact_pipeline_and_stage(start: Start) -> None:
    fake = start("hubspot")
    assert isinstance(fake, FakeHubSpot)
    send("hubspot", fake)
    deal = fake.the_one()
    assert (deal["pipeline"], deal["dealstage"], deal["lead_source"]) == (
        "default",
        "qualifiedtobuy",
        "referral",
    )
    assert fake.contacts["500"] == {
        "email": "kim+1@example.org", "firstname": "Kim van der", "lastname": "O'Berg", "phone": "+31 20 123 4567",
        "company": "Kite & Co", "jobtitle": "Head of \\Ops", "hubspot_owner_id": "71",
    }  # fmt: skip
    association = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 3}
    assert fake.associations["100"] == [{"to": {"id": "500"}, "types": [association]}]


def test_hubspot_s_known_contact_is_used_and_not_changed(start: Start) -> None:
    fake = start("hubspot")
    assert isinstance(fake, FakeHubSpot)
    fake.contacts["9"] = {"email": "kim+1@example.org", "firstname": "Kimberly"}
    send("hubspot", fake)
    assert fake.contacts == {"9": {"email": "kim+1@example.org", "firstname": "Kimberly"}}
    assert fake.associations["100"][0]["to"] == {"id": "9"}


def test_hubspot_refuses_a_second_deal_itself(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = start("hubspot")
    send("hubspot", fake)
    looks = iter([(404, {"message": "not yet"})])
    named = FakeHubSpot._named

    def late(self: FakeHubSpot, *args: object) -> tuple[int, object]:
        return next(looks, None) or named(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(FakeHubSpot, "_named", late)
    assert send("hubspot", fake).deal_id == "100"
    assert len(fake.kept) == 1


def test_hubspot_s_property_must_be_unique(start: Start) -> None:
    found = trouble("hubspot", start("hubspot"), options={"code_field": "notes"})
    assert found.is_lasting
    assert "notes is not a unique property" in str(found)


def test_salesforce_upserts_by_its_external_id(start: Start) -> None:
    fake = start("salesforce")
    sent = send("salesforce", fake)
    (made,) = fake.calls()
    assert (made.method, made.path) == (
        "PATCH",
        "/services/data/v67.0/sobjects/Lead/Referral_Code__c/RF-7Q2M9K",
    )
    lead = fake.the_one()
    assert (lead["LeadSource"], lead["LastName"], lead["Company"]) == ("referral", "O'Berg", "Kite & Co")
    assert sent.deal_id == "00Q000000000001AAA"


def test_salesforce_without_a_field_for_our_code_knows_it_by_the_description(start: Start) -> None:
    fake, options = start("salesforce"), {"client_id": "3MVG9", "source": "Customer Referral"}
    assert isinstance(fake, FakeSalesforce)
    fake.kept["00Q000000000009AAA"] = {
        "LastName": "O'Berg",
        "Company": "Kite & Co",
        "Description": "Somebody else",
    }
    sent = send("salesforce", fake, options=options)
    assert fake.kept[str(sent.deal_id)]["LeadSource"] == "Customer Referral"
    again = send("salesforce", fake, AGAIN, options=options)
    assert (again.deal_id, again.was_there, len(fake.kept)) == (sent.deal_id, True, 2)
    assert [asked.method for asked in fake.calls()] == ["POST"]


def test_salesforce_s_converted_lead_is_its_opportunity(start: Start) -> None:
    fake = start("salesforce")
    send("salesforce", fake)
    fake.the_one()["converted"] = "006000000000001"
    assert send("salesforce", fake).deal_id == "006000000000001AAA"


def test_salesforce_s_token_goes_nowhere_else_than_to_its_domain(start: Start) -> None:
    fake = start("salesforce")
    send("salesforce", fake)
    host = fake.url.removeprefix("http://")
    assert {asked.headers["host"] for asked in fake.asked} == {host}


def test_salesforce_s_full_day_passes(start: Start) -> None:
    fake = start("salesforce")
    fake.instead = always(403, [{"message": "full", "errorCode": "REQUEST_LIMIT_EXCEEDED"}])
    found = trouble("salesforce", fake)
    assert not found.is_lasting


def test_pipedrive_gets_a_deal_a_person_and_a_note(start: Start) -> None:
    fake = start("pipedrive")
    assert isinstance(fake, FakePipedrive)
    send("pipedrive", fake)
    deal = fake.the_one()
    assert (deal["pipeline_id"], deal["stage_id"], deal["person_id"]) == (1, 2, 300)
    assert deal["custom_fields"] == {"a" * 40: "RF-7Q2M9K"}
    assert fake.persons["300"]["emails"] == [{"value": "kim+1@example.org", "primary": True, "label": "work"}]
    (note,) = fake.notes
    assert note["deal_id"] == 900
    assert "They &lt;b&gt;need&lt;/b&gt; it" in note["content"]


def test_pipedrive_s_known_person_is_used(start: Start) -> None:
    fake = start("pipedrive")
    assert isinstance(fake, FakePipedrive)
    fake.persons["12"] = {"name": "Kim", "phones": [{"value": "+31 20 123 4567"}]}
    fake.catch_up()
    send("pipedrive", fake, replace(LEAD, email=None))
    assert (fake.the_one()["person_id"], list(fake.persons)) == (12, ["12"])


def test_pipedrive_s_lost_note_is_written_at_the_next_try(start: Start) -> None:
    fake = start("pipedrive")
    assert isinstance(fake, FakePipedrive)

    def noteless(asked: Asked) -> Reply:
        return (500, {}) if asked.path == "/api/v1/notes" else fake.answer(asked)

    fake.instead = noteless
    assert trouble("pipedrive", fake).maybe_arrived
    fake.instead = None
    for _ in range(2):
        assert send("pipedrive", fake, AGAIN).deal_id == "900"
    assert (len(fake.kept), len(fake.notes)) == (1, 1)


def test_what_a_crm_says_is_told_short(start: Start) -> None:
    fake = start("hubspot")
    fake.instead = always(400, {"message": "x" * 5000})
    assert len(str(trouble("hubspot", fake))) < 400
    fake.instead = always(400, b"[" * 5000)
    assert str(trouble("hubspot", fake)) == "HubSpot doesn't take it (400)."
    assert json.dumps(fake.kept) == "{}"
