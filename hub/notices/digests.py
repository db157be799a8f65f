"""The digest: what a member wants to hear of, but not mail by mail. One for each period, none when nothing is new."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, func, select

from hub import outbox
from hub.core.db import db, table_of
from hub.notices import queries
from hub.notices.actions import QUEUE
from hub.notices.letters import SAMPLES, Letter
from hub.notices.models import Mail, Notice
from hub.notices.planning import hours_of
from hub.outbox.actions import insert_ignoring

DIGEST = "digest"
BATCH = 200
SHOWN = 20


def gather_batch(at: dt.datetime) -> int:
    """Writes the digests of up to 200 members whose time has come; how many members there were.

    A period's digest is written once: whatever comes too late for it waits for the next one.
    """
    due = (
        select(Mail.member_id, func.max(Mail.due_at))
        .where(Mail.state == "digest", Mail.due_at <= at)
        .group_by(Mail.member_id)
        .order_by(func.min(Mail.due_at), Mail.member_id)
        .limit(BATCH)
    )
    times = {member_id: due_at for member_id, due_at in db.session.execute(due)}
    if not times:
        return 0
    hours = hours_of(set(times))
    keys = {
        f"digest:{member_id}:{hours[member_id].period(due_at)}": member_id
        for member_id, due_at in times.items()
    }
    _take(_written(keys, at), at)
    _put_off({member_id: hours[member_id].next_digest(at) for member_id in times}, at)
    outbox.bell(QUEUE)
    return len(times)


def _written(keys: dict[str, int], at: dt.datetime) -> dict[int, int]:
    """The digests that were not written yet: member → mail."""
    rows: list[dict[str, Any]] = [
        {"key": key, "kind": DIGEST, "member_id": member_id, "notice_id": None, "due_at": at, "created_at": at,
         "data": {}, "state": "waiting", "attempts": 0}
        for key, member_id in keys.items()
    ]  # fmt: skip
    fresh = insert_ignoring(Mail).returning(Mail.member_id, Mail.id)
    return {member_id: mail_id for member_id, mail_id in db.session.execute(fresh, rows)}


def _take(digests: dict[int, int], at: dt.datetime) -> None:
    rows = [{"b_member": member_id, "b_digest": mail_id} for member_id, mail_id in digests.items()]
    _move(rows, at, state="gathered", digest_id=bindparam("b_digest"))


def _put_off(until: dict[int, dt.datetime | None], at: dt.datetime) -> None:
    """What is still there came too late for a digest that went already."""
    later = [{"b_member": member_id, "b_due_at": due_at} for member_id, due_at in until.items() if due_at]
    _move(later, at, due_at=bindparam("b_due_at"))
    never = [{"b_member": member_id} for member_id, due_at in until.items() if not due_at]
    _move(never, at, state="dropped", note="no digest wanted")


def _move(rows: Sequence[Mapping[str, object]], at: dt.datetime, **values: object) -> None:
    """Changes what waits for the digest of each of these members: one statement for all."""
    table = table_of(Mail)
    ready = table.update().where(
        table.c.member_id == bindparam("b_member"), table.c.state == "digest", table.c.due_at <= at
    )
    if rows:
        db.session.connection().execute(ready.values(values), rows)


def digest_letter(digest_id: int) -> Letter | None:
    """The digest's letter: what is still unread of it, newest first; None when that is nothing."""
    query = (
        select(Notice)
        .join(Mail, Mail.notice_id == Notice.id)
        .where(Mail.digest_id == digest_id, Notice.read_at.is_(None))
        .order_by(Notice.id.desc())
    )
    found = list(db.session.scalars(query))
    if not found:
        return None
    drawn = queries.lines(found[:SHOWN])
    gained = sum(line.points or 0 for line in drawn if (line.points or 0) > 0)
    return Letter(
        folder=DIGEST,
        words={
            "lines": [{"text": line.text, "path": line.url, "at": line.at, "points": line.points} for line in drawn],
            "more": len(found) - len(drawn), "count": len(found), "gained": gained,
        },
    )  # fmt: skip


def _sample() -> dict[str, object]:
    at = dt.datetime(2026, 11, 20, 15, 4, tzinfo=dt.UTC)
    lines = [
        {"text": "Jonas Hjelm reached Meeting.", "path": "/referrals/1", "at": at, "points": 1500},
        {"text": "Your answer about month-end reports was approved.", "path": "/challenges", "at": at, "points": 250},
        {"text": "Margaret Okafor thanked you.", "path": None, "at": at - dt.timedelta(hours=7), "points": None},
    ]  # fmt: skip
    return {"lines": lines, "more": 0, "count": 3, "gained": 1750}


SAMPLES[DIGEST] = (DIGEST, _sample)
