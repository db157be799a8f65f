"""Planning: what becomes of each new mail. It goes at once, after the quiet hours, in the digest, or not at all.

A batch costs the same few statements whatever its size: nobody is looked up one by one.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Row, bindparam, select, text, tuple_

from hub.core.db import db, table_of
from hub.core.place import place
from hub.members.models import Member
from hub.notices import ways_in
from hub.notices.hours import Hours
from hub.notices.kinds import KINDS
from hub.notices.models import OPEN, Mail, Preference, Rhythm

BATCH = 500
# Who hears late (no worker ran, an import looked back) isn't sent mail after mail about it.
LATE = dt.timedelta(days=2)
OLD = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a mail, from when on, and why when it comes to nothing."""

    state: str
    due_at: dt.datetime
    note: str | None = None


def plan_batch(at: dt.datetime) -> int:
    """Decides the fate of up to 500 new mails; how many there were."""
    query = (
        select(Mail.id, Mail.member_id, Mail.kind, Mail.created_at)
        .where(Mail.state == "new", text(OPEN), Mail.due_at <= at)
        .order_by(Mail.due_at, Mail.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    rows = db.session.execute(query).all()
    if not rows:
        return 0
    ids = {row.member_id for row in rows}
    people, hours = _people(ids), hours_of(ids)
    channels = _channels({(row.member_id, row.kind) for row in rows})
    fates = [
        (row.id, _fate(row, people.get(row.member_id), hours[row.member_id], channels, at)) for row in rows
    ]
    _write(fates)
    return len(rows)


def _fate(
    mail: Row[int, int, str, dt.datetime], reader: "Reached | None", hours: Hours,
    channels: dict[tuple[int, str], str], at: dt.datetime,
) -> Fate:  # fmt: skip
    kind, age = KINDS.get(mail.kind), at - mail.created_at
    why_not = unreachable(reader, mail.kind)
    if why_not:
        return Fate("dropped", at, why_not)
    if mail.kind in ways_in.KINDS or (kind is not None and kind.is_security):
        return Fate("waiting", at)
    channel = channels.get((mail.member_id, mail.kind)) or (kind.by_default if kind else "digest")
    if channel in ("app", "off"):
        return Fate("dropped", at, "wanted in the app only")
    if age > OLD:
        return Fate("dropped", at, "old news")
    if channel == "email" and age <= LATE:
        return Fate("waiting", hours.may_go(at))
    digest_at = hours.next_digest(at)
    return Fate("digest", digest_at) if digest_at else Fate("dropped", at, "no digest wanted")


@dataclass(frozen=True, slots=True)
class Reached:
    """What decides whether somebody may be written to."""

    email: str | None
    is_stub: bool
    is_gone: bool


def unreachable(reader: Reached | None, kind: str) -> str | None:
    """Why nothing may be sent to somebody; None when it may. Only a way in is for people who haven't joined."""
    if reader is None or reader.is_gone:
        return "their membership has ended"
    if not reader.email:
        return "nobody knows their address"
    if reader.is_stub and kind not in ways_in.KINDS:
        return "they haven't joined yet"
    return None


def _people(ids: set[int]) -> dict[int, Reached]:
    columns = (Member.id, Member.email, Member.is_stub, Member.disabled_at, Member.erased_at)
    rows = db.session.execute(select(*columns).where(Member.id.in_(ids)))
    return {
        member_id: Reached(email, is_stub, disabled_at is not None or erased_at is not None)
        for member_id, email, is_stub, disabled_at, erased_at in rows
    }


def hours_of(ids: set[int]) -> dict[int, Hours]:
    """When each of these members wants mail, on their own clock; one query."""
    query = (
        select(Member.id, Member.zone, Rhythm)
        .outerjoin(Rhythm, Rhythm.member_id == Member.id)
        .where(Member.id.in_(ids))
    )
    return {member_id: hours(zone, rhythm) for member_id, zone, rhythm in db.session.execute(query)}


def hours(zone: str | None, rhythm: Rhythm | None) -> Hours:
    """When somebody with this zone and rhythm wants mail."""
    if rhythm is None:
        return Hours(zone=zone_of(zone))
    return Hours(
        zone=zone_of(zone), quiet_from=rhythm.quiet_from, quiet_to=rhythm.quiet_to,
        digest=rhythm.digest, digest_hour=rhythm.digest_hour, digest_weekday=rhythm.digest_weekday,  # type: ignore[arg-type]
    )  # fmt: skip


def zone_of(name: str | None) -> ZoneInfo:
    """A member's zone, the hub's when they chose none or one that is no more."""
    try:
        return ZoneInfo(name) if name else place().zone
    except (ZoneInfoNotFoundError, ValueError):
        return place().zone


def _channels(pairs: set[tuple[int, str]]) -> dict[tuple[int, str], str]:
    query = select(Preference.member_id, Preference.kind, Preference.channel).where(
        tuple_(Preference.member_id, Preference.kind).in_(sorted(pairs))
    )
    return {(member_id, kind): channel for member_id, kind, channel in db.session.execute(query)}


def _write(fates: Sequence[tuple[int, Fate]]) -> None:
    table = table_of(Mail)
    values: dict[str, Any] = {name: bindparam(f"to_{name}") for name in ("state", "due_at", "note")}
    rows = [
        {"b_id": mail_id, "to_state": fate.state, "to_due_at": fate.due_at, "to_note": fate.note}
        for mail_id, fate in fates
    ]
    db.session.connection().execute(
        table.update().where(table.c.id == bindparam("b_id")).values(values), rows
    )
