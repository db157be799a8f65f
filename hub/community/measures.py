"""Who could be customer of a month: rules that rank members, and the months they rank them in."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select

from hub.community.models import Post, Reaction
from hub.community.people import seen
from hub.core.db import db
from hub.ledger.books import SPENDING
from hub.ledger.models import Account, Entry
from hub.members.models import Member

SUGGESTED = 5

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


def months_before(month: str, count: int) -> list[dt.date]:
    """A month and those before it, the latest first."""
    days = [first_day(month)]
    while len(days) < count:
        days.append((days[-1] - dt.timedelta(days=1)).replace(day=1))
    return days
