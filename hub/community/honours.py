"""Customer of the month: a rule suggests, a manager picks, the member agrees, then everybody hears. One each month."""

import datetime as dt
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import contains_eager

from hub import activity, notices, outbox
from hub.community.actions import Unsayable
from hub.community.models import Honour, Post, Reaction
from hub.community.people import Face, face, here, seen
from hub.core.db import db
from hub.ledger.books import SPENDING
from hub.ledger.models import Account, Entry
from hub.members.models import Member
from hub.outbox.actions import insert_ignoring

SUGGESTED = 5
LONGEST = 400
SHOWN_DAYS = 62
PICKED = "picked"

# `fn(since, until)`: (member id, number) pairs, best first.
Ranking = Callable[[dt.datetime, dt.datetime], Sequence[tuple[int, int]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """A rule that suggests members: what it is called, and `1,200 points` in words."""

    name: str
    label: str
    unit: str
    one: str
    ranking: Ranking

    def says(self, value: int) -> str:
        """`1,200 points`, `1 point`."""
        return f"{value:,} {self.one if value == 1 else self.unit}"


MEASURES: dict[str, Measure] = {}


def measure(name: str, *, label: str, unit: str, one: str) -> Callable[[Ranking], Ranking]:
    """Registers a rule for the customer of the month: `fn(since, until)` gives (member, number) pairs, best first.
    Whom it may name is decided here."""

    def keep(ranking: Ranking) -> Ranking:
        MEASURES[name] = Measure(name=name, label=label, unit=unit, one=one, ranking=ranking)
        return ranking

    return keep


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """Somebody a rule names."""

    member: Member
    value: int


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


def month_of(at: dt.datetime, zone: ZoneInfo) -> str:
    """`2026-11`: the month of an instant in the hub's zone."""
    return f"{at.astimezone(zone):%Y-%m}"


def first_day(month: str) -> dt.date:
    """The first day of a month. Refuses (ValueError) what is no month."""
    if not re.fullmatch(r"2\d{3}-(0[1-9]|1[0-2])", month):
        raise ValueError(f"{month!r} is no month")
    return dt.date.fromisoformat(f"{month}-01")


def span(month: str, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """The instants [since, until) of a month."""
    first = first_day(month)
    after = (first + dt.timedelta(days=32)).replace(day=1)
    since, until = (dt.datetime.combine(day, dt.time.min, zone).astimezone(dt.UTC) for day in (first, after))
    return since, until


@measure("points", label="Most points", unit="points", one="point")
def _points(since: dt.datetime, until: dt.datetime) -> Sequence[tuple[int, int]]:
    total = func.sum(Entry.points)
    query = (
        select(Account.member_id, total)
        .join(Entry, Entry.account_id == Account.id)
        .join(Member, Member.id == Account.member_id)
        .where(
            Entry.happened_at >= since, Entry.happened_at < until, Entry.reason.not_in(SPENDING), eligible()
        )
        .group_by(Account.member_id)
        .having(total > 0)
        .order_by(total.desc(), Account.member_id)
        .limit(SUGGESTED)
    )
    return [
        (member_id, int(value)) for member_id, value in db.session.execute(query) if member_id is not None
    ]


@measure(
    "helpful",
    label="Most helpful",
    unit="people thanked them for a post",
    one="person thanked them for a post",
)
def _helpful(since: dt.datetime, until: dt.datetime) -> Sequence[tuple[int, int]]:
    """Members by how many others reacted to what they wrote: people, not reactions, so that nobody is carried there
    by one friend."""
    people = func.count(Reaction.member_id.distinct())
    query = (
        select(Post.by_id, people)
        .join(Reaction, Reaction.post_id == Post.id)
        .join(Member, Member.id == Post.by_id)
        .where(Reaction.created_at >= since, Reaction.created_at < until, Reaction.member_id != Post.by_id)
        .where(Post.removed_at.is_(None), Post.hidden_at.is_(None), eligible())
        .group_by(Post.by_id)
        .order_by(people.desc(), Post.by_id)
        .limit(SUGGESTED)
    )
    return [(member_id, count) for member_id, count in db.session.execute(query)]


def eligible() -> ColumnElement[bool]:
    """The condition on Member of who can be customer of the month: no staff, no employees, nobody who opted out."""
    return seen() & (Member.type != "employee")


def suggestions(name: str, month: str, zone: ZoneInfo) -> list[Suggestion]:
    """Whom a rule suggests for a month, best first, five at most."""
    pairs = MEASURES[name].ranking(*span(month, zone)) if name in MEASURES else []
    known = {
        member.id: member
        for member in db.session.scalars(
            select(Member).where(Member.id.in_([one for one, _ in pairs]), eligible())
        )
    }
    return [Suggestion(member=known[one], value=value) for one, value in pairs if one in known][:SUGGESTED]


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


def months_of(ids: Collection[int]) -> dict[int, str]:
    """The months of honours."""
    query = select(Honour.id, Honour.month).where(Honour.id.in_(ids))
    return {honour_id: month for honour_id, month in db.session.execute(query)}


def months_before(month: str, count: int) -> list[dt.date]:
    """A month and those before it, the latest first."""
    days = [first_day(month)]
    while len(days) < count:
        days.append((days[-1] - dt.timedelta(days=1)).replace(day=1))
    return days
