"""A fake of each CRM, and what it wants to be sent with."""

from tests.hub.crm.outward.fakes.base import Asked, Fake, Reply
from tests.hub.crm.outward.fakes.generic import FakeReceiver
from tests.hub.crm.outward.fakes.hubspot import FakeHubSpot
from tests.hub.crm.outward.fakes.pipedrive import FakePipedrive
from tests.hub.crm.outward.fakes.salesforce import FakeSalesforce

FAKES: dict[str, type[Fake]] = {
    "generic": FakeReceiver, "hubspot": FakeHubSpot, "salesforce": FakeSalesforce, "pipedrive": FakePipedrive,
}  # fmt: skip
SECRETS = {
    "generic": "whsec_c2VjcmV0IHNlY3JldCBzZWNyZXQ=", "hubspot": "pat-na1-secret", "salesforce": "sf-secret",
    "pipedrive": "pd-secret",
}  # fmt: skip
OPTIONS: dict[str, dict[str, str]] = {
    "generic": {}, "hubspot": {"stage": "qualifiedtobuy", "source_field": "lead_source"},
    "salesforce": {"client_id": "3MVG9", "code_field": "Referral_Code__c"},
    "pipedrive": {"pipeline": "1", "stage": "2", "code_field": "a" * 40},
}  # fmt: skip

__all__ = [
    "FAKES",
    "OPTIONS",
    "SECRETS",
    "Asked",
    "Fake",
    "FakeHubSpot",
    "FakePipedrive",
    "FakeReceiver",
    "FakeSalesforce",
    "Reply",
]
