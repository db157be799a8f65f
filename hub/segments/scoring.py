"""The advocate score: who is ready to be asked, from 0 to 100, before anybody asks them for anything.

It is a sum of parts; each room registers the part it knows, as SQL over Member, with the most it may give:

    engagement    25   five for each challenge done in the last 90 days                         (challenges)
    referrals     35   five for each qualified referral and ten for each won one, up to 20; and up to 15 for the share
                       of their introductions that qualified: quality before quantity           (referrals)
    satisfaction  20   their last survey, else how things go with their company; ten when nobody knows, none while
                       something is to be made good                                             (challenges)
    recency       20   did something within a week 20, a month 15, three months 8               (here)

A score is written down when it was last worked out: after each change of their points, and once a day for everybody,
for time alone changes it. It is for the team: no member sees a score, and no public review is asked for by one.
"""

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, delete, func, select

from hub.activity.models import Fact
from hub.core import bulk
from hub.core.db import db
from hub.ledger.models import Account
from hub.members.models import Member
from hub.segments.models import AdvocateScore
from hub.segments.queries import reachable

Expression = Callable[[dt.datetime], ColumnElement[int]]
RECENT = ((7, 20), (30, 15), (90, 8))


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of the score: what it is called, the most it gives, why it is there, and its SQL at an instant."""

    name: str
    label: str
    most: int
    says: str
    expression: Expression


PARTS: dict[str, Part] = {}


def part(name: str, *, label: str, most: int, says: str) -> Callable[[Expression], Expression]:
    """Registers `fn(now)`: a whole number about Member as SQL, never NULL; more than `most` counts as `most`."""

    def keep(expression: Expression) -> Expression:
        PARTS[name] = Part(name=name, label=label, most=most, says=says, expression=expression)
        return expression

    return keep


def capped(value: ColumnElement[int], most: int) -> ColumnElement[int]:
    """At most so much."""
    return case((value > most, most), else_=value)


@part("recency", label="Seen lately", most=20, says="Did something within a week, a month, three months")
def recency(now: dt.datetime) -> ColumnElement[int]:
    """By their latest fact."""
    latest = (
        select(func.max(Fact.happened_at)).where(Fact.by_id == Member.id).correlate(Member).scalar_subquery()
    )
    steps = [(latest >= now - dt.timedelta(days=days), points) for days, points in RECENT]
    return case(*steps, else_=0)


def refresh(member_ids: Collection[int], *, now: dt.datetime) -> None:
    """Works out the scores of these members anew: three statements, whatever their number."""
    if not member_ids:
        return
    parts = list(PARTS.values())
    columns = [capped(one.expression(now), one.most).label(one.name) for one in parts]
    query = select(Member.id, *columns).where(Member.id.in_(member_ids), reachable()).order_by(Member.id)
    rows = [
        _row(member_id, {one.name: int(value) for one, value in zip(parts, values, strict=True)}, now)
        for member_id, *values in db.session.execute(query)
    ]
    db.session.execute(delete(AdvocateScore).where(AdvocateScore.member_id.in_(member_ids)))
    bulk.put(AdvocateScore, rows)


def _row(member_id: int, parts: dict[str, int], now: dt.datetime) -> dict[str, Any]:
    score = min(100, sum(parts.values()))
    return {"member_id": member_id, "score": score, "parts": parts, "computed_at": now}


def of(member_ids: Collection[int]) -> dict[int, AdvocateScore]:
    """The scores of these members, as they were worked out last."""
    query = select(AdvocateScore).where(AdvocateScore.member_id.in_(member_ids))
    return {one.member_id: one for one in db.session.scalars(query)}


def after(member_id: int, limit: int) -> Sequence[int]:
    """The next members in the order of their numbers."""
    query = select(Member.id).where(Member.id > member_id, reachable()).order_by(Member.id).limit(limit)
    return list(db.session.scalars(query))


def behind(account_ids: Sequence[int]) -> list[int]:
    """The members whose accounts these are; companies have none."""
    query = select(Account.member_id).where(Account.id.in_(account_ids), Account.member_id.is_not(None))
    return sorted(number for number in db.session.scalars(query) if number is not None)
