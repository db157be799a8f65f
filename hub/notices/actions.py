"""Telling, and marking as read."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select, update

from hub import outbox
from hub.core import bulk
from hub.core.db import db
from hub.notices.kinds import KINDS
from hub.notices.models import Mail, Notice, Preference
from hub.outbox.actions import insert_ignoring

QUEUE = "notices.mails"
CHUNK = 500
CODE = re.compile(r"[\w.:+-]{1,120}")


def tell(
    member_id: int,
    kind: str,
    *,
    subject: str,
    key: str,
    now: dt.datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Tells a member something, once for this key; a second time is the first.

    Refuses a kind nobody registered, and data that is more than ids, numbers and codes.
    """
    tell_many(
        [{"member_id": member_id, "kind": kind, "subject": subject, "key": key, "data": dict(data or {})}],
        now=now,
    )


def tell_many(rows: Sequence[Mapping[str, Any]], now: dt.datetime) -> None:
    """Tells many members in three statements: rows of member_id, kind, subject, key and maybe data. Refuses as `tell`.

    Whoever wants nothing of a kind isn't told. Each new notice gets its mail in the same breath; whether that goes, and
    when, is found out afterwards (planning).
    """
    told = [{"data": {}, **row, "created_at": now} for row in rows]
    for row in told:
        if row["kind"] not in KINDS:
            raise LookupError(f"nobody registered notices of the kind {row['kind']!r}")
        _only_codes(row["data"])
    told = _wanted(told)
    if told:
        fresh = bulk.put_new(Notice, [{**row, "data": dict(row["data"])} for row in told], unique="key")
        _write_mails([(row["id"], row["member_id"], row["kind"], row["key"]) for row in fresh], now)


def _wanted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without what its reader has switched off; that costs one look, and security can't be switched off."""
    ids = sorted({row["member_id"] for row in rows})
    if not ids:
        return rows
    off = select(Preference.member_id, Preference.kind).where(Preference.channel == "off")
    silent: set[tuple[int, str]] = set()
    for start in range(0, len(ids), CHUNK):
        part = off.where(Preference.member_id.in_(ids[start : start + CHUNK]))
        silent |= {(member_id, kind) for member_id, kind in db.session.execute(part)}
    return [
        row for row in rows if (row["member_id"], row["kind"]) not in silent or KINDS[row["kind"]].is_security
    ]


def _write_mails(fresh: list[tuple[int, int, str, str]], now: dt.datetime) -> None:
    rows = [
        {"key": f"notice:{key}", "kind": kind, "member_id": member_id, "notice_id": notice_id, "due_at": now,
         "created_at": now, "data": {}, "state": "new", "attempts": 0}
        for notice_id, member_id, kind, key in fresh if KINDS[kind].by_default != "off"
    ]  # fmt: skip
    if rows:
        bulk.put_new(Mail, rows, unique="key")
        outbox.bell(QUEUE)


def mail_link(
    ticket: str, *, member_id: int, kind: str, sealed: str, data: Mapping[str, Any], now: dt.datetime
) -> None:
    """Writes the mail of a one-time link, once for each ticket. The link comes sealed, and goes when it is sent."""
    row = {"key": ticket, "kind": kind, "member_id": member_id, "notice_id": None, "due_at": now, "created_at": now,
           "data": dict(data), "state": "new", "attempts": 0, "sealed": sealed}  # fmt: skip
    db.session.execute(insert_ignoring(Mail).values(**row))
    outbox.bell(QUEUE)


def _only_codes(data: Mapping[str, Any]) -> None:
    """A notice outlives the people in it, so it names nobody: text with a space or an @ in it is somebody's words."""
    for name, value in data.items():
        values: Iterable[Any] = value if isinstance(value, list) else [value]
        for one in values:
            plain = one is None or isinstance(one, int) or (isinstance(one, str) and CODE.fullmatch(one))
            if not plain:
                raise ValueError(
                    f"a notice keeps ids, numbers and codes; {name} is {type(one).__name__} or words"
                )


def read(notice_id: int, member_id: int, *, now: dt.datetime) -> Notice | None:
    """Marks one of a member's own notices as read, once; None when it isn't theirs."""
    found = db.session.get(Notice, notice_id)
    if found is None or found.member_id != member_id:
        return None
    found.read_at = found.read_at or now
    db.session.flush()
    return found


def read_about(member_id: int, subject: str, kind: str, *, now: dt.datetime) -> None:
    """Marks as read what a member was told of one kind about one subject: they have answered it."""
    told = update(Notice).where(
        Notice.member_id == member_id,
        Notice.read_at.is_(None),
        Notice.subject == subject,
        Notice.kind == kind,
    )
    db.session.execute(told.values(read_at=now).execution_options(synchronize_session="fetch"))


def read_all(member_id: int, *, upto: int, now: dt.datetime) -> None:
    """Marks as read what a member was told up to the notice they saw: what came after stays new."""
    unread = update(Notice).where(Notice.member_id == member_id, Notice.read_at.is_(None), Notice.id <= upto)
    db.session.execute(unread.values(read_at=now).execution_options(synchronize_session="fetch"))
