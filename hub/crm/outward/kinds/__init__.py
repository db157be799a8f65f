"""CRMs that take our referrals: one file per kind, all of one shape."""

from hub.crm.outward.kinds.base import SOURCE, Kind, Lead, Sent, Target, Trouble, Wrong
from hub.crm.outward.kinds.generic import Generic
from hub.crm.outward.kinds.hubspot import HubSpot
from hub.crm.outward.kinds.pipedrive import Pipedrive
from hub.crm.outward.kinds.salesforce import Salesforce

KINDS: dict[str, Kind] = {each.kind: each for each in (Generic(), HubSpot(), Salesforce(), Pipedrive())}

__all__ = ["KINDS", "SOURCE", "Kind", "Lead", "Sent", "Target", "Trouble", "Wrong"]
