"""Salesforce, as far as we use it."""

import re
from typing import Any
from urllib.parse import parse_qsl

from tests.hub.crm.outward.fakes.base import Asked, Fake, Reply


class FakeSalesforce(Fake):
    """Leads through OAuth, SOQL of the two shapes that we write, sObject rows and upsert by an External ID."""

    WHERE = re.compile(r"(\w+) = '((?:[^'\\]|\\.)*)'")

    def makes(self, asked: Asked) -> bool:
        return "/sobjects/Lead" in asked.path

    def answer(self, asked: Asked) -> Reply:
        if asked.path == "/services/oauth2/token":
            form = dict(parse_qsl(asked.body.decode()))
            if form != {
                "grant_type": "client_credentials",
                "client_id": "3MVG9",
                "client_secret": "sf-secret",
            }:
                return 400, {"error": "invalid_client", "error_description": "invalid client credentials"}
            return 200, {"access_token": "00D-token", "instance_url": "https://evil.example.com"}
        if asked.headers.get("authorization") != "Bearer 00D-token":
            return 401, [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
        if asked.path == "/services/data/v67.0/query":
            return self._query(asked.params["q"])
        if asked.method == "PATCH":
            name, value = asked.path.split("/")[-2:]
            return self._upsert(name, value, asked.data)
        return self._make(asked.data)

    def _query(self, soql: str) -> Reply:
        where = {name: re.sub(r"\\(.)", r"\1", value) for name, value in self.WHERE.findall(soql)}
        if "FROM User" in soql:
            rows: list[dict[str, Any]] = [{"Id": "005000000000001AAA"}] * (
                where["Email"] == "rep@example.com"
            )
        else:
            rows = [
                {
                    "Id": number,
                    "Description": lead.get("Description"),
                    "ConvertedOpportunityId": lead.get("converted"),
                }
                for number, lead in self.kept.items()
                if all(lead.get(name) == value for name, value in where.items())
            ]
        return 200, {"totalSize": len(rows), "done": True, "records": rows}

    def _upsert(self, name: str, value: str, data: dict[str, Any]) -> Reply:
        for number, lead in self.kept.items():
            if lead.get(name) == value:
                lead.update(data)
                return 200, {"id": number, "success": True, "errors": [], "created": False}
        return self._make({**data, name: value})

    def _make(self, data: dict[str, Any]) -> Reply:
        missing = [name for name in ("LastName", "Company") if not data.get(name)]
        if missing:
            return 400, [
                {"message": f"Required fields are missing: {missing}", "errorCode": "REQUIRED_FIELD_MISSING"}
            ]
        number = f"00Q00000000000{len(self.kept) + 1}AAA"
        self.kept[number] = data
        return 201, {"id": number, "success": True, "errors": [], "created": True}
