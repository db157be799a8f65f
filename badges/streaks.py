"""Streaks in the database: read from what members did, written as absolute values, recomputable at any time.

A deed is a fact of one of the kinds in ACTS with the member as `by_id`, or an entry for a challenge or a hangout (which
brings in what was done before this room opened). It counts in the week of the member's own zone.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from badges import weeks
from badges.models import Pause, Streak
from badges.weeks import Run
from hub.activity.models import Fact
from hub.core.db import db, is_sqlite, table_of
from hub.core.place import place
from hub.ledger.models import Account, Entry
from hub.members.models import Member
from hub.segments.fields import Unclear

ACTS = [
    "challenge.submitted", "challenge.completed", "referral.submitted", "community.said", "hangout.attended",
    "content.shared",
]  # fmt: skip
PAID = ("challenge", "hangout")
LONGEST_PAUSE_WEEKS = 6


def refresh(member_ids: Collection[int]) -> None:
    """Brings the streaks of these members to what they did: six statements."""
    made = computed(member_ids)
    rows = [
        {"member_id": member_id, "weeks": run.weeks, "best": run.best, "freezes": run.freezes, "toward": run.toward,
         "week": run.week}
        for member_id, run in sorted(made.items()) if run.weeks
    ]  # fmt: skip
    if rows:
        table = table_of(Streak)
        statement = sqlite_insert(table) if is_sqlite() else postgresql_insert(table)
        names = ("weeks", "best", "freezes", "toward", "week")
        written = statement.on_conflict_do_update(
            index_elements=["member_id"], set_={name: statement.excluded[name] for name in names}
        )
        db.session.execute(written, rows)
    gone = sorted(set(member_ids) - {row["member_id"] for row in rows})
    if gone:
        db.session.execute(delete(Streak).where(Streak.member_id.in_(gone)))


def computed(member_ids: Collection[int], zones: Mapping[int, str] | None = None) -> dict[int, Run]:
    """The streaks of these members from what they did; in other zones than they have now, if asked."""
    at_home, hub = _zones(member_ids), place(fresh=True).zone
    zone_of = {
        member_id: _zone((zones or {}).get(member_id) or at_home.get(member_id), hub)
        for member_id in member_ids
    }
    active: dict[int, set[dt.date]] = defaultdict(set)
    for member_id, at in _deeds(member_ids):
        active[member_id].add(weeks.week_of(at, zone_of[member_id]))
    away = _away(member_ids, zone_of)
    return {member_id: weeks.run(active[member_id], away.get(member_id, ())) for member_id in member_ids}


def kept(member_ids: Collection[int]) -> dict[int, Run]:
    """The streaks as they are kept."""
    return {
        row.member_id: Run(
            weeks=row.weeks, best=row.best, freezes=row.freezes, toward=row.toward, week=row.week
        )
        for row in db.session.scalars(select(Streak).where(Streak.member_id.in_(member_ids)))
    }


def standing(member: Member, now: dt.datetime) -> Run:
    """A member's streak as it stands this week: two statements."""
    zone = _zone(member.zone)
    away = _away([member.id], {member.id: zone}).get(member.id, set())
    return weeks.standing(kept([member.id]).get(member.id, Run()), weeks.week_of(now, zone), away)


def pause(member: Member, first: dt.date, last: dt.date, *, now: dt.datetime) -> Pause:
    """Announces weeks away. Refuses what has begun, what ends before it begins, and more than six weeks at once."""
    zone = _zone(member.zone)
    if first < weeks.first_day(now.astimezone(zone).date(), zone):
        raise Unclear(
            "Weeks that are over can't be announced any more; your freezes are for those.", "from_on"
        )
    if last < first:
        raise Unclear("The last day lies before the first one.", "until_on")
    if len(weeks.weeks_between(first, last, zone)) > LONGEST_PAUSE_WEEKS:
        raise Unclear(f"At most {LONGEST_PAUSE_WEEKS} weeks at once.", "until_on")
    found = db.session.scalar(select(Pause).where(Pause.member_id == member.id, Pause.from_on == first))
    if found is None:
        found = Pause(member_id=member.id, from_on=first, until_on=last, created_at=now)
        db.session.add(found)
    found.until_on = last
    db.session.flush()
    return found


def end_pause(member: Member, pause_id: int, *, now: dt.datetime) -> bool:
    """Takes back what was announced and has not begun. False when there is no such announcement."""
    today = now.astimezone(_zone(member.zone)).date()
    mine = delete(Pause).where(Pause.id == pause_id, Pause.member_id == member.id, Pause.from_on > today)
    return bool(db.session.execute(mine).rowcount)  # type: ignore[attr-defined]


def pauses(member_id: int, *, since: dt.date) -> list[Pause]:
    """What a member has announced that isn't over, in order."""
    query = select(Pause).where(Pause.member_id == member_id, Pause.until_on >= since)
    return list(db.session.scalars(query.order_by(Pause.from_on)))


def _zone(name: str | None, hub: ZoneInfo | None = None) -> ZoneInfo:
    return ZoneInfo(name) if name and name in available_timezones() else hub or place().zone


def _zones(member_ids: Collection[int]) -> dict[int, str | None]:
    rows = db.session.execute(select(Member.id, Member.zone).where(Member.id.in_(member_ids)))
    return {member_id: zone for member_id, zone in rows}


def _deeds(member_ids: Collection[int]) -> Iterable[tuple[int, dt.datetime]]:
    facts = select(Fact.by_id, Fact.happened_at).where(Fact.by_id.in_(member_ids), Fact.kind.in_(ACTS))
    yield from ((member_id, at) for member_id, at in db.session.execute(facts) if member_id is not None)
    entries = (
        select(Account.member_id, Entry.happened_at)
        .join(Account, Account.id == Entry.account_id)
        .where(Account.member_id.in_(member_ids), Entry.reason.in_(PAID), Entry.corrects_id.is_(None))
    )
    yield from ((member_id, at) for member_id, at in db.session.execute(entries) if member_id is not None)


def _away(member_ids: Collection[int], zone_of: Mapping[int, ZoneInfo]) -> dict[int, set[dt.date]]:
    found: dict[int, set[dt.date]] = defaultdict(set)
    query = select(Pause.member_id, Pause.from_on, Pause.until_on).where(Pause.member_id.in_(member_ids))
    for member_id, first, last in db.session.execute(query):
        found[member_id].update(weeks.weeks_between(first, last, zone_of[member_id]))
    return found


def members_after(member_id: int, limit: int) -> list[int]:
    """The next members by id, to walk over all of them but the erased: of those no calendar is kept."""
    query = select(Member.id).where(Member.id > member_id, Member.erased_at.is_(None))
    query = query.order_by(Member.id).limit(limit)
    return list(db.session.scalars(query))
