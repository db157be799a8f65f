"""Salesforce: a Lead, REST API, with the OAuth client credentials of an external client app.

With a field for our code, the Lead is upserted by it: one, whoever races. Without one, a Lead of the same name and
company whose description holds our code is ours.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from hub.crm.adapters.salesforce import normal_id
from hub.crm.outward.kinds import vendor
from hub.crm.outward.kinds.base import SOURCE, Lead, Line, Sent, Target, Trouble, inside, made, number_of

API = "/services/data/v67.0"
LEAD = f"{API}/sobjects/Lead"
BUSY = ("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded", "UNABLE_TO_LOCK_ROW")
UNKNOWN = "Not known"


class Salesforce:
    kind = "salesforce"
    called = "Salesforce"
    options: Mapping[str, str] = {
        "client_id": "the consumer key of the external client app",
        "code_field": "the Lead's External ID field for our code, such as Referral_Code__c",
        "source": f"the Lead Source; {SOURCE} when left out",
    }

    def address(self, given: str | None, *, allow_private: bool) -> str:
        return vendor.below(
            given, ".my.salesforce.com", "acme.my.salesforce.com", allow_private=allow_private
        )

    def new_token(self) -> str | None:
        return None

    def send(self, lead: Lead, target: Target, *, now: dt.datetime) -> Sent:  # noqa: ARG002 - others sign the time
        try:
            return self._send(lead, target)
        except Trouble as trouble:
            if any(word in str(trouble) for word in BUSY):  # Salesforce says 403 and 400 to what passes
                trouble.is_lasting = False
            raise

    def _send(self, lead: Lead, target: Target) -> Sent:
        line = self._signed_in(target)
        code_field = target.options.get("code_field")
        known = _find(line, lead, code_field, target)
        if known:
            return Sent(known, was_there=True)
        owner, remark = _owner(line, lead)
        fields = _fields(lead, target, owner)
        if not code_field:
            _, values = line.ask("POST", LEAD, fields, writes=True)
            return Sent(normal_id(made(self.called, values, "id")), remark=remark)
        path = f"{LEAD}/{code_field}/{quote(lead.code, safe='')}"
        status, values = line.ask("PATCH", path, fields, writes=True)
        if status == 204:  # there already, and older versions of the API tell no number then
            return Sent(_find(line, lead, code_field, target) or made(self.called, None), was_there=True)
        return Sent(normal_id(made(self.called, values, "id")), was_there=status == 200, remark=remark)

    def _signed_in(self, target: Target) -> Line:
        form = {
            "grant_type": "client_credentials", "client_id": target.options.get("client_id", ""),
            "client_secret": target.secret.value,
        }  # fmt: skip
        _, values = Line(self.called, target.address, {}, target.call).ask(
            "POST", "/services/oauth2/token", form=form
        )
        token = inside(values, "access_token")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise Trouble("Salesforce answered our sign-in without a token.")
        # Never the answer's instance_url: the token goes to the domain that staff named.
        return Line(self.called, target.address, {"Authorization": f"Bearer {token}"}, target.call)


def _fields(lead: Lead, target: Target, owner: str | None) -> dict[str, Any]:
    fields = {
        "LastName": lead.last_name[:80], "FirstName": lead.first_name[:40], "Company": (lead.company or UNKNOWN)[:255],
        "Email": lead.email, "Phone": (lead.phone or "")[:40], "Title": (lead.title or "")[:128],
        "LeadSource": target.options.get("source") or SOURCE, "Description": lead.story[:32000], "OwnerId": owner,
    }  # fmt: skip
    return {name: value for name, value in fields.items() if value}


def _query(line: Line, soql: str) -> list[Any]:
    found = inside(line.get(f"{API}/query", {"q": soql}), "records")
    if not isinstance(found, list):
        raise Trouble("Salesforce answered a query without records.")
    return found


def _find(line: Line, lead: Lead, code_field: str | None, target: Target) -> str | None:
    """Our Lead, or the opportunity it was converted to."""
    if code_field:
        where = f"{code_field} = {_text(lead.code)}"
    else:
        fields = _fields(lead, target, None)
        where = f"LastName = {_text(fields['LastName'])} AND Company = {_text(fields['Company'])}"
    order = "ORDER BY CreatedDate DESC LIMIT 50"
    soql = f"SELECT Id, Description, ConvertedOpportunityId FROM Lead WHERE {where} {order}"  # noqa: S608 - _text()
    rows = _query(line, soql)
    for row in rows:
        if code_field or lead.code in str(inside(row, "Description")):
            found = number_of(inside(row, "ConvertedOpportunityId")) or number_of(inside(row, "Id"))
            return normal_id(found) if found else None
    return None


def _owner(line: Line, lead: Lead) -> tuple[str | None, str | None]:
    if not lead.owner_email:
        return None, None
    soql = f"SELECT Id FROM User WHERE Email = {_text(lead.owner_email)} AND IsActive = true LIMIT 1"  # noqa: S608
    found = number_of(inside(_query(line, soql), 0, "Id"))
    return (
        found,
        None if found else f"Salesforce knows no active user {lead.owner_email}: its rules chose the owner.",
    )


def _text(value: str) -> str:
    """A string of SOQL."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", " ").replace("\r", " ")
    return f"'{escaped}'"
