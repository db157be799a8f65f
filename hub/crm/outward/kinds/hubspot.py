"""HubSpot: a contact and a deal, CRM API v3, with a private app's token.

The deal carries our code in a property with unique values: HubSpot itself refuses a second deal with it, and finds the
first by it at once, which its search does not.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from hub.crm.outward.kinds import vendor
from hub.crm.outward.kinds.base import SOURCE, Lead, Line, Sent, Target, inside, made, number_of

ADDRESS = "https://api.hubapi.com"
DEALS, CONTACTS, OWNERS = "/crm/v3/objects/deals", "/crm/v3/objects/contacts", "/crm/v3/owners"
DEAL_TO_CONTACT = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 3}
CODE, PIPELINE, STAGE = "referral_code", "default", "appointmentscheduled"


class HubSpot:
    kind = "hubspot"
    called = "HubSpot"
    options: Mapping[str, str] = {
        "pipeline": f"the pipeline's internal id; {PIPELINE} when left out",
        "stage": f"the internal id of the stage that deals begin at; {STAGE} when left out",
        "code_field": f"the deal property with unique values for our code; {CODE} when left out",
        "source_field": f"a deal property that says “{SOURCE}”",
    }

    def address(self, given: str | None, *, allow_private: bool) -> str:
        return vendor.own(ADDRESS, given, allow_private=allow_private)

    def new_token(self) -> str | None:
        return None

    def send(self, lead: Lead, target: Target, *, now: dt.datetime) -> Sent:  # noqa: ARG002 - others sign the time
        token = {"Authorization": f"Bearer {target.secret.value}"}
        line = Line(self.called, target.address, token, target.call)
        code_field = target.options.get("code_field") or CODE
        known = _by_code(line, code_field, lead.code)
        if known:
            return Sent(known, was_there=True)
        owner, remark = _owner(line, lead)
        contact = _contact(line, lead, owner)
        data = _deal(lead, target, code_field, owner, contact)
        status, values = line.ask("POST", DEALS, data, writes=True, allow={409})
        if status == 409:  # made by a try whose answer we never heard
            known = _by_code(line, code_field, lead.code)
            return Sent(known or made(self.called, None), was_there=True)
        return Sent(made(self.called, values, "id"), remark=remark)


def _by_code(line: Line, code_field: str, code: str) -> str | None:
    found = line.get(f"{DEALS}/{quote(code, safe='')}", {"idProperty": code_field}, or_404=True)
    return number_of(inside(found, "id"))


def _owner(line: Line, lead: Lead) -> tuple[str | None, str | None]:
    if not lead.owner_email:
        return None, None
    found = number_of(inside(line.get(OWNERS, {"email": lead.owner_email, "limit": 1}), "results", 0, "id"))
    return found, None if found else f"HubSpot knows no owner {lead.owner_email}, so the deal has none."


def _contact(line: Line, lead: Lead, owner: str | None) -> str | None:
    """The contact with this e-mail, made if need be. Without one HubSpot could not tell two of them apart."""
    if not lead.email:
        return None
    path = f"{CONTACTS}/{quote(lead.email, safe='')}"
    known = number_of(inside(line.get(path, {"idProperty": "email"}, or_404=True), "id"))
    if known:
        return known
    properties = {
        "email": lead.email, "firstname": lead.first_name, "lastname": lead.last_name if lead.name else "",
        "phone": lead.phone, "company": lead.company, "jobtitle": lead.title, "hubspot_owner_id": owner,
    }  # fmt: skip
    data = {"properties": {name: value for name, value in properties.items() if value}}
    status, values = line.ask("POST", CONTACTS, data, writes=False, allow={409})
    if status == 409:
        values = line.get(path, {"idProperty": "email"})
    return made("HubSpot", values, "id")


def _deal(
    lead: Lead, target: Target, code_field: str, owner: str | None, contact: str | None
) -> dict[str, Any]:
    options = target.options
    properties = {
        "dealname": f"{lead.called} (referral)", "pipeline": options.get("pipeline") or PIPELINE,
        "dealstage": options.get("stage") or STAGE, "description": lead.story, "hubspot_owner_id": owner,
        code_field: lead.code,
    }  # fmt: skip
    if options.get("source_field"):
        properties[options["source_field"]] = SOURCE
    data: dict[str, Any] = {"properties": {name: value for name, value in properties.items() if value}}
    if contact:
        data["associations"] = [{"to": {"id": contact}, "types": [DEAL_TO_CONTACT]}]
    return data
