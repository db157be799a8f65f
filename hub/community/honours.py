"""Customer of the month: a rule suggests, a manager picks, the member agrees, then everybody hears. One each month."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select, update
from sqlalchemy.orm import contains_eager

from hub import activity, notices, outbox
from hub.community.actions import Unsayable
from hub.community.measures import (
    MEASURES,
    SUGGESTED,
    Measure,
    eligible,
    first_day,
    measure,
    month_of,
    months_before,
    span,
    suggestions,
)
from hub.community.models import Honour
from hub.community.people import Face, face, here, seen
from hub.core.db import db
from hub.members.models import Member
from hub.outbox.actions import insert_ignoring

LONGEST = 400
SHOWN_DAYS = 62
PICKED = "picked"
__all__ = [
    "MEASURES", "SUGGESTED", "Honour", "Measure", "Shown", "answer", "by_id", "call_off", "chosen", "current",
    "eligible",
    "first_day", "history", "measure", "month_of", "months_before", "months_of", "pick", "span", "suggestions",
    "tell_everybody", "withdraw",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A customer of the month as everybody sees them."""

    id: int
    month: dt.date
    who: Face
    citation: str
    is_mine: bool = False

    @property
    def title(self) -> str:
        """Customer of the month, November 2026."""
        return f"Customer of the month, {self.month:%B %Y}"


def pick(
    month: str, member: Member, *, by: Member, citation: str, now: dt.datetime, zone: ZoneInfo,
    rule: str = PICKED, value: int | None = None,
) -> Honour:  # fmt: skip
    """Chooses a member for a month and asks them; nobody hears of it before they say yes. Of two managers at once the
    second is told that it is done.

    Refuses (Unsayable) months to come, months that are chosen, staff, employees, those who opted out or are gone, and
    more than 400 characters.
    """
    if first_day(month) > now.astimezone(zone).date():
        raise Unsayable("That month hasn’t begun.")
    words = citation.replace("\0", "").replace("\r\n", "\n").strip()
    if len(words) > LONGEST:
        raise Unsayable(f"{LONGEST} characters fit.")
    if db.session.scalar(select(Member.id).where(Member.id == member.id, eligible())) is None:
        raise Unsayable("They can’t be chosen: they are staff, opted out of being shown, or aren’t here.")
    row = {"member_id": member.id, "measure": rule, "value": value, "citation": words, "by_id": by.id,
           "state": "asked", "created_at": now, "answered_at": None}  # fmt: skip
    fresh = insert_ignoring(Honour).values(month=month, **row).returning(Honour.id)
    made = db.session.scalar(fresh) is not None
    if not made:
        free = update(Honour).where(Honour.month == month, Honour.state.in_(("declined", "withdrawn")))
        change = free.values(**row).execution_options(synchronize_session=False)
        made = bool(db.session.execute(change).rowcount)  # type: ignore[attr-defined]
    if not made:
        raise Unsayable("Somebody is chosen for this month already.")
    found = _of(month)
    stamp = int(now.timestamp() * 1000)
    activity.record(
        "honour.asked", subject=found.subject, by_id=by.id, now=now, data={"member_id": member.id}
    )
    notices.tell(
        member.id, "honour.asked", subject=found.subject, key=f"{found.subject}:asked:{stamp}", now=now
    )
    return found


def _of(month: str) -> Honour:
    query = select(Honour).where(Honour.month == month).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def call_off(month: str, by: Member, now: dt.datetime) -> bool:
    """Takes a choice back while its member hasn't answered; False when there is none, or they have."""
    open_ = update(Honour).where(Honour.month == month, Honour.state == "asked")
    change = open_.values(state="withdrawn", answered_at=now).execution_options(synchronize_session=False)
    if not db.session.execute(change).rowcount:  # type: ignore[attr-defined]
        return False
    found = _of(month)
    notices.read_about(found.member_id, found.subject, "honour.asked", now=now)
    activity.record("honour.called_off", subject=found.subject, by_id=by.id, now=now)
    return True


def answer(honour_id: int, member: Member, now: dt.datetime, *, yes: bool) -> bool:
    """The chosen member's answer, once. Yes announces it; no is told to the manager who chose, and to nobody else."""
    mine = update(Honour).where(
        Honour.id == honour_id, Honour.member_id == member.id, Honour.state == "asked"
    )
    change = mine.values(state="announced" if yes else "declined", answered_at=now)
    if not db.session.execute(change.execution_options(synchronize_session="fetch")).rowcount:  # type: ignore[attr-defined]
        return False
    found = db.session.get_one(Honour, honour_id)
    notices.read_about(member.id, found.subject, "honour.asked", now=now)
    stamp = f"{found.subject}:{member.id}"
    if yes:
        activity.record("honour.announced", subject=found.subject, by_id=member.id, now=now)
        notices.tell(member.id, "honour.yours", subject=found.subject, key=stamp, now=now)
        outbox.post("community.tell_honour", args={"honour_id": honour_id, "after": 0}, now=now)
    else:
        activity.record("honour.declined", subject=found.subject, by_id=member.id, now=now)
        notices.tell(found.by_id, "honour.declined", subject=found.subject, key=f"{stamp}:no", now=now,
                     data={"by_id": member.id})  # fmt: skip
    return True


def withdraw(honour_id: int, member: Member, now: dt.datetime) -> bool:
    """The honoured member takes their name off the page again, whenever they like."""
    mine = update(Honour).where(
        Honour.id == honour_id, Honour.member_id == member.id, Honour.state == "announced"
    )
    change = mine.values(state="withdrawn").execution_options(synchronize_session="fetch")
    if not db.session.execute(change).rowcount:  # type: ignore[attr-defined]
        return False
    activity.record("honour.withdrawn", subject=f"honour:{honour_id}", by_id=member.id, now=now)
    return True


def tell_everybody(honour_id: int, after: int, now: dt.datetime) -> int | None:
    """Tells the next five hundred members; gives whom to go on after, None at the end or when it was withdrawn."""
    found = db.session.get(Honour, honour_id)
    if found is None or found.state != "announced":
        return None
    query = select(Member.id).where(here(), Member.id > after).order_by(Member.id).limit(500)
    ids = list(db.session.scalars(query))
    rows = [
        {
            "member_id": one,
            "kind": "honour.announced",
            "subject": found.subject,
            "key": f"{found.subject}:{one}",
        }
        for one in ids
        if one != found.member_id
    ]
    notices.tell_many(rows, now=now)
    return ids[-1] if len(ids) == 500 else None


def history(member_id: int, *, limit: int = 36) -> list[Shown]:
    """Customers of the month who are still to be seen, the latest first."""
    query = (
        select(Honour)
        .join(Honour.member)
        .options(contains_eager(Honour.member))
        .where(Honour.state == "announced", seen())
        .order_by(Honour.month.desc())
        .limit(limit)
    )
    return [_shown(found, member_id) for found in db.session.scalars(query)]


def _shown(found: Honour, member_id: int) -> Shown:
    return Shown(
        id=found.id, month=first_day(found.month), who=face(found.member), citation=found.citation,
        is_mine=found.member_id == member_id,
    )  # fmt: skip


def current(member_id: int, now: dt.datetime) -> Shown | None:
    """The latest customer of the month, for two months."""
    latest = next(iter(history(member_id, limit=1)), None)
    fresh = latest is not None and (now.date() - latest.month).days <= SHOWN_DAYS
    return latest if fresh else None


def by_id(honour_id: int) -> Honour | None:
    """A choice, whatever came of it."""
    return db.session.get(Honour, honour_id)


def chosen(month: str) -> Honour | None:
    """The choice of a month with its member, whatever came of it: for managers."""
    query = (
        select(Honour).join(Honour.member).options(contains_eager(Honour.member)).where(Honour.month == month)
    )
    return db.session.scalar(query)


def months_of(ids: Collection[int]) -> Select[int, str]:
    """The months of honours."""
    return select(Honour.id, Honour.month).where(Honour.id.in_(ids))
