"""How CRMs speak to the hub: one file per CRM, all of one shape.

An adapter proves the sender, reads the message into events and knows the answer its CRM must hear. It never
touches the database, Flask or the clock, and never raises anything but NotAuthentic and NotReadable on what
comes from outside. A new CRM is one file, one line below and one line in the contract test's list.
"""

from hub.crm.adapters.base import (
    Adapter,
    Answer,
    Event,
    Inbound,
    Kind,
    NotAuthentic,
    NotReadable,
    Reading,
    Refusal,
    Secret,
    receive,
)
from hub.crm.adapters.generic import Generic
from hub.crm.adapters.hubspot import HubSpot
from hub.crm.adapters.pipedrive import Pipedrive
from hub.crm.adapters.salesforce import Salesforce

ADAPTERS: dict[str, Adapter] = {each.kind: each for each in (Generic(), HubSpot(), Salesforce(), Pipedrive())}

__all__ = [
    "ADAPTERS",
    "Adapter",
    "Answer",
    "Event",
    "Inbound",
    "Kind",
    "NotAuthentic",
    "NotReadable",
    "Reading",
    "Refusal",
    "Secret",
    "receive",
]
