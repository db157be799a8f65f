"""From where clicks wait into the database: a batch at a time, whole or not at all, each click once.

A click has an id before anybody writes it. A writer that dies after its commit and before it took the batch out of the
stream finds the ids known and counts nothing twice; one that dies before has written nothing. Which of one visitor's
clicks is the visit of the day is decided here, from what is written, so that an emptied Redis doubles nobody.
"""

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import structlog
from redis.exceptions import RedisError
from sqlalchemy import delete, insert, select, text
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from hub.core import edges
from hub.core.db import db, is_sqlite, table_of
from hub.outbox.actions import only_one
from hub.outbox.relay import QUIET_SECONDS, doorbell
from hub.sharing import codes
from hub.sharing.clicks import stream
from hub.sharing.clicks.stream import Taken
from hub.sharing.models import Click, ClickDay, ClickMember, PendingClick, PersonalLink

log = structlog.get_logger(__name__)
BATCH = 500
KINDS = {"visit": "visits", "repeat": "repeats", "own": "own", "bot": "bots"}
COLUMNS = {
    "id": "text", "link_id": "bigint", "month": "text", "day": "date", "kind": "text", "visitor": "text",
    "source": "text", "clicked_at": "timestamptz",
}  # fmt: skip


def write_batch() -> int:
    """Writes what waits, at most one batch from each side; gives how many clicks it looked at. Safe to run twice, at
    once, and to be killed anywhere."""
    return _from_stream() + _from_table()


def _from_stream() -> int:
    bell = doorbell()
    if time.monotonic() < bell.quiet_until:
        return 0
    try:
        places, taken = stream.read(bell.redis, BATCH)
        if not places or not _keep(taken):
            return 0
        bell.redis.xdel(stream.STREAM, *places)
    except (RedisError, OSError) as error:
        bell.quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("clicks.stream_away", error=type(error).__name__)
        return 0
    return len(places)


def _keep(taken: Sequence[Taken]) -> bool:
    """Writes these in a transaction of their own; False while another writer is at it."""
    with edges.unit():
        if not only_one("sharing.clicks"):
            return False
        write(taken)
    return True


def _from_table() -> int:
    with edges.reading():
        if not db.session.scalar(select(PendingClick.id).limit(1)):
            return 0
    with edges.unit():
        if not only_one("sharing.clicks"):
            return 0
        query = select(PendingClick).order_by(PendingClick.id).limit(BATCH)
        taken = [
            Taken(row.id, row.link_id, row.kind, row.visitor, row.source) for row in db.session.scalars(query)
        ]
        write(taken)
        db.session.execute(delete(PendingClick).where(PendingClick.id.in_([one.id for one in taken])))
    return len(taken)


def waiting_since(at: dt.datetime) -> dt.datetime | None:  # noqa: ARG001
    """Since when the oldest click waits on either side; None when none does. Redis that is away isn't asked."""
    found = []
    pending = db.session.scalar(select(PendingClick.id).order_by(PendingClick.id).limit(1))
    if pending is not None:
        found.append(codes.clicked_at(pending))
    bell = doorbell()
    if time.monotonic() >= bell.quiet_until:
        try:
            since = stream.oldest(bell.redis)
        except (RedisError, OSError):
            bell.quiet_until, since = time.monotonic() + QUIET_SECONDS, None
        if since is not None:
            found.append(dt.datetime.fromtimestamp(since / 1000, dt.UTC))
    return min(found, default=None)


def write(taken: Sequence[Taken]) -> int:
    """Writes clicks that aren't known yet and adds them to the sums of their links, days and members; gives how many
    were new. What names a link that isn't there is dropped: it can't be counted for anybody."""
    fresh = {one.id: one for one in taken}
    known = select(Click.id).where(Click.id.in_(list(fresh)))
    for click_id in db.session.scalars(known):
        del fresh[click_id]
    links = _links({one.link_id for one in fresh.values()})
    rows = [_row(one) for one in fresh.values() if one.link_id in links and one.kind in KINDS]
    if len(rows) < len(fresh):
        log.warning("clicks.of_no_link", count=len(fresh) - len(rows))
    if not rows:
        return 0
    _tell_visits(rows)
    _insert(rows)
    _count(rows, links)
    return len(rows)


def _links(link_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    query = select(PersonalLink.id, PersonalLink.member_id, PersonalLink.target)
    found = db.session.execute(query.where(PersonalLink.id.in_(link_ids)))
    return {link_id: (member_id, target) for link_id, member_id, target in found}


def _row(one: Taken) -> dict[str, Any]:
    at = codes.clicked_at(one.id)
    return {
        "id": one.id, "link_id": one.link_id, "month": f"{at:%Y-%m}", "day": at.date(), "kind": one.kind,
        "visitor": one.visitor if one.kind == "visit" else "", "source": one.source, "clicked_at": at,
    }  # fmt: skip


def _tell_visits(rows: list[dict[str, Any]]) -> None:
    """Of one visitor on one link the first click stays a visit, the others become repeats."""
    visitors = {row["visitor"] for row in rows if row["kind"] == "visit"}
    query = select(Click.visitor, Click.link_id).where(Click.visitor.in_(visitors), Click.kind == "visit")
    seen = {(visitor, link_id) for visitor, link_id in db.session.execute(query)} if visitors else set()
    for row in sorted(rows, key=lambda row: str(row["id"])):
        if row["kind"] != "visit":
            continue
        who = (row["visitor"], row["link_id"])
        if who in seen:
            row["kind"] = "repeat"
        seen.add(who)


def _insert(rows: list[dict[str, Any]]) -> None:
    if is_sqlite():
        db.session.execute(insert(table_of(Click)), rows)
        return
    arrays = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in COLUMNS.items())
    names = ", ".join(COLUMNS)
    # Only fixed column names are put into the statement; the values are bound.
    statement = text(f"INSERT INTO clicks ({names}) SELECT * FROM unnest({arrays})")  # noqa: S608
    db.session.execute(statement, {name: [row[name] for row in rows] for name in COLUMNS})


def _count(rows: Iterable[dict[str, Any]], links: dict[int, tuple[int, str]]) -> None:
    days: dict[tuple[int, dt.date], dict[str, int]] = defaultdict(lambda: dict.fromkeys(KINDS.values(), 0))
    members: dict[int, int] = defaultdict(int)
    for row in rows:
        days[row["link_id"], row["day"]][KINDS[row["kind"]]] += 1
        if row["kind"] == "visit":
            members[links[row["link_id"]][0]] += 1
    _add(
        ClickDay, ["link_id", "day"], list(KINDS.values()),
        [{"link_id": link_id, "day": day, "member_id": links[link_id][0], "target": links[link_id][1], **sums}
         for (link_id, day), sums in sorted(days.items())],
    )  # fmt: skip
    _add(
        ClickMember, ["member_id"], ["visits"],
        [{"member_id": member_id, "visits": visits, "told": 0} for member_id, visits in sorted(members.items())],
    )  # fmt: skip


def _add(model: Any, keys: list[str], sums: list[str], rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    table = table_of(model)
    statement = sqlite_insert(table) if is_sqlite() else postgresql_insert(table)
    changes = {name: table.c[name] + statement.excluded[name] for name in sums}
    db.session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes), rows)
