"""What the hub keeps of one person: told to them whole, and gone when they go, while the books stay as they were."""

import io
import json
import sqlite3
import zipfile

from flask import Flask

from hub import members
from hub.core import edges, personal
from hub.core.clock import now
from hub.core.db import Base
from hub.members import takeout
from tests.rules.house import House

# Columns that say who of the team did something. The act is told as a fact, and the row is about somebody else.
ACTS = {"by_id", "settled_by_id", "default_owner_id", "reviewer_id", "owner_id"}
# Tables that point to members and are told of in other words, or hold nothing of a person.
UNTOLD: dict[str, str] = {}
HISTORY = (
    "entries", "facts", "stage_events", "awards", "wallets", "referrals", "accounts", "submissions", "decisions",
)  # fmt: skip
WALLETS = "SELECT account_id, balance, lifetime FROM wallets ORDER BY account_id"


def test_every_table_with_a_member_in_it_is_told_of(app: Flask) -> None:
    with app.app_context(), edges.reading():
        told = {name for name, _rows in personal.everything(0)} | set(UNTOLD)
    missing = [
        f"{table.name}.{key.parent.name}"
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "members" and key.parent.name not in ACTS and table.name not in told
    ]
    assert missing == [], "no room's personal.py tells of these"


def test_somebody_erased_is_nowhere_in_the_hub_and_the_books_are_as_they_were(house: House) -> None:
    with house.restored():
        with house.app.app_context(), edges.reading():
            ada = members.find("ada@example.com")
            assert ada is not None
            number, marks = ada.id, {"ada@example.com", ada.handle, ada.name}
            taken = takeout.pack(ada.id, hub="Here", now=now())
        kept = {table: rows(house.eye, f"SELECT count(*) FROM {table}") for table in HISTORY}  # noqa: S608
        # What was set aside for a reward nobody has sent yet is free again: nothing of it was spent.
        sums = rows(house.eye, WALLETS)
        with house.app.app_context(), edges.unit():
            found = members.get(number)
            assert found is not None
            members.erase(found, now=now(), by=None)
        said = "\n".join(house.eye.iterdump())
        lines = [line for line in said.splitlines() for mark in marks if mark.lower() in line.lower()]
        assert lines == []
        assert {table: rows(house.eye, f"SELECT count(*) FROM {table}") for table in HISTORY} == {  # noqa: S608
            **kept, "facts": [(kept["facts"][0][0] + 2,)]  # she was erased, and what nobody had sent yet was cancelled
        }  # fmt: skip
        assert rows(house.eye, WALLETS) == sums
        assert house.visit("ada", "/points").status_code == 303, "every session ends"
        assert house.visit("grace", f"/manage/members/{number}").status_code == 404
        assert "Former member" in house.visit("grace", "/manage/referrals").text
    with zipfile.ZipFile(io.BytesIO(taken)) as bundle:
        told = json.loads(bundle.read("everything.json"))["tables"]
        names = set(bundle.namelist())
    assert {"members", "entries", "notices", "referrals", "posts"} <= set(told)
    assert "sheets/entries.csv" in names
    assert "password_hash" not in told["members"][0]
    assert any(row["contact_name"] == "Jonas Hjelm" for row in told["referrals"])


def rows(eye: sqlite3.Connection, query: str) -> list[tuple[int, ...]]:
    """What the database file itself says."""
    return list(eye.execute(query))
