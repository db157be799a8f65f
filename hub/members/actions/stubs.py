"""Stubs: unregistered advocates to whom we owe points."""

import datetime as dt
from collections.abc import Sequence
from typing import TypedDict

from hub.core.db import db
from hub.members import queries
from hub.members.actions.people import keep, named
from hub.members.models import Member
from hub.members.names import Refusal, address, handle_base, handle_variant, spoken
from hub.outbox.actions import insert_ignoring


class StubRow(TypedDict, total=False):
    """One stub of an import: key and name always, company and e-mail where known."""

    key: str
    name: str
    company_id: int | None
    email: str | None


def stub(
    name: str, *, company_id: int | None, key: str, now: dt.datetime, email: str | None = None
) -> Member:
    """The stub of this key, made if there is none; whoever claimed it since is answered too.

    With an e-mail that belongs to somebody here, that person is meant, and nothing is made. Refuses an empty name.
    """
    found = queries.stubs_in([key]).get(key) or (queries.find(email) if email else None)
    if found is not None:
        return found
    member = Member(
        name=named(name), email=address(email) if email else None, company_id=company_id, is_stub=True, stub_key=key,
        created_at=now,
    )  # fmt: skip
    return keep(member)


def stubs(rows: Sequence[StubRow], now: dt.datetime) -> dict[str, Member]:
    """Stubs for a whole import in a few statements, by key; those that exist are answered as they are.

    An address that is taken or unusable is left out: the stub is then found by its key only.
    """
    wanted = {row["key"]: row for row in rows if row.get("key")}
    known = queries.stubs_in(wanted)
    missing = [row for key, row in wanted.items() if key not in known]
    if missing:
        # Another import may bring the same people in this very moment: what it took is met one by one.
        db.session.execute(insert_ignoring(Member), _values(missing, now))
        known |= queries.stubs_in(row["key"] for row in missing)
        for row in missing:
            if row["key"] not in known:
                known[row["key"]] = stub(
                    row["name"], company_id=row.get("company_id"), key=row["key"], now=now
                )
    return known


def _values(rows: list[StubRow], now: dt.datetime) -> list[dict[str, object]]:
    bases = [handle_base(row["name"]) for row in rows]
    taken_handles = queries.taken_handles(bases)
    emails = [_usable(row.get("email")) for row in rows]
    taken_emails = queries.taken_emails(email for email in emails if email)
    values: list[dict[str, object]] = []
    for row, base, email in zip(rows, bases, emails, strict=True):
        handle = base
        while handle in taken_handles:
            handle = handle_variant(base)
        taken_handles.add(handle)
        free = email if email and email not in taken_emails else None
        taken_emails.add(email or "")
        values.append(
            {"name": spoken(row["name"])[:120] or row["key"], "handle": handle, "email": free,
             "company_id": row.get("company_id"), "is_stub": True, "stub_key": row["key"], "created_at": now}
        )  # fmt: skip
    return values


def _usable(email: str | None) -> str | None:
    try:
        return address(email) if email else None
    except Refusal:
        return None
