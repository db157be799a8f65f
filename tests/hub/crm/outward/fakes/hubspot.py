"""HubSpot, as far as we use it."""

from typing import Any

from tests.hub.crm.outward.fakes.base import MOODS, Asked, Fake, Reply


class FakeHubSpot(Fake):
    """Contacts unique by e-mail, deals unique by the property referral_code; a search that would lag is not offered."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.contacts: dict[str, dict[str, Any]] = {}
        self.associations: dict[str, Any] = {}

    def makes(self, asked: Asked) -> bool:
        return asked.method == "POST" and asked.path == "/crm/v3/objects/deals"

    def answer(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != "Bearer pat-na1-secret":
            return MOODS["401"]
        if asked.path == "/crm/v3/owners":
            known = [{"id": "71", "email": "rep@example.com", "archived": False}]
            return 200, {"results": [each for each in known if each["email"] == asked.params.get("email")]}
        table, unique = (self.kept, "referral_code") if "/deals" in asked.path else (self.contacts, "email")
        if asked.method == "GET":
            if asked.params.get("idProperty") != unique:
                return 400, {
                    "message": f"{asked.params.get('idProperty')} is not a unique property",
                    "status": "error",
                }
            return self._named(table, unique, asked.path.rpartition("/")[2])
        return self._make(table, unique, asked.data)

    def _named(self, table: dict[str, dict[str, Any]], unique: str, value: str) -> Reply:
        for number, properties in table.items():
            if properties.get(unique) == value:
                return 200, {"id": number, "properties": properties}
        return 404, {"status": "error", "message": "Object not found", "category": "OBJECT_NOT_FOUND"}

    def _make(self, table: dict[str, dict[str, Any]], unique: str, data: dict[str, Any]) -> Reply:
        properties = data["properties"]
        if self._named(table, unique, properties.get(unique, ""))[0] == 200:
            return 409, {"status": "error", "message": "already exists", "category": "CONFLICT"}
        number = str((100 if table is self.kept else 500) + len(table))
        table[number] = properties
        if table is self.kept:
            self.associations[number] = data.get("associations")
        return 201, {"id": number, "properties": properties}
