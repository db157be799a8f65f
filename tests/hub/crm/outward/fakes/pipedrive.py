"""Pipedrive, as far as we use it."""

import re
from collections.abc import Callable
from typing import Any

from tests.hub.crm.outward.fakes.base import Asked, Fake, Reply


class FakePipedrive(Fake):
    """Persons, deals and notes. Its search knows nothing of what was made since the last `catch_up`."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.persons: dict[str, dict[str, Any]] = {}
        self.notes: list[dict[str, Any]] = []
        self.searchable: set[str] = set()

    def catch_up(self) -> None:
        self.searchable = {*self.kept, *self.persons}

    def makes(self, asked: Asked) -> bool:
        return asked.method == "POST" and asked.path == "/api/v2/deals"

    def answer(self, asked: Asked) -> Reply:
        if asked.headers.get("x-api-token") != "pd-secret":
            return 401, {"success": False, "error": "unauthorized access", "errorCode": 401}
        handlers: dict[str, Callable[[Asked], Reply]] = {
            "/api/v2/deals/search": self._search_deals, "/api/v2/persons/search": self._search_persons,
            "/api/v2/deals": self._deals, "/api/v2/persons": self._persons, "/api/v1/notes": self._notes,
            "/api/v1/users/find": self._users,
        }  # fmt: skip
        return handlers[asked.path](asked)

    def _search_deals(self, asked: Asked) -> Reply:
        found = [
            {"result_score": 1, "item": {"id": int(number), "title": deal["title"], "custom_fields": []}}
            for number, deal in self.kept.items()
            if number in self.searchable and asked.params["term"] in deal["title"]
        ]
        return 200, {"success": True, "data": {"items": found}}

    def _search_persons(self, asked: Asked) -> Reply:
        found = [
            {"result_score": 1, "item": {"id": int(number), "type": "person", "name": person["name"]}}
            for number, person in self.persons.items()
            if number in self.searchable
            and asked.params["term"]
            in [each["value"] for each in person.get(asked.params["fields"] + "s", [])]
        ]
        return 200, {"success": True, "data": {"items": found}}

    def _deals(self, asked: Asked) -> Reply:
        return self._table(self.kept, 900, asked)

    def _persons(self, asked: Asked) -> Reply:
        return self._table(self.persons, 300, asked)

    def _table(self, table: dict[str, dict[str, Any]], first: int, asked: Asked) -> Reply:
        if asked.method == "GET":
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", asked.params["updated_since"])
            rows = [{"id": int(number), **row} for number, row in table.items()]
            return 200, {"success": True, "data": rows[::-1], "additional_data": {"next_cursor": None}}
        number = first + len(table)
        table[str(number)] = asked.data
        return 201, {"success": True, "data": {"id": number, **asked.data}}

    def _notes(self, asked: Asked) -> Reply:
        if asked.method == "GET":
            rows = [note for note in self.notes if str(note["deal_id"]) == asked.params["deal_id"]]
            return 200, {"success": True, "data": rows or None}
        self.notes.append(asked.data)
        return 201, {"success": True, "data": {"id": len(self.notes), **asked.data}}

    def _users(self, asked: Asked) -> Reply:
        assert asked.params["search_by_email"] == "1"
        known = asked.params["term"] == "rep@example.com"
        rep = {"id": 42, "name": "Rep", "email": "Rep@example.com", "active_flag": True}
        return 200, {"success": True, "data": [rep] if known else None}
