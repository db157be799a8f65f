"""How introductions come in, week by week, and how good they are: each number with its rows."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, select, tuple_
from sqlalchemy.orm import load_only

from hub.core.db import db
from hub.referrals.models import ProgrammeVersion, Referral

WEEKS = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """A week of introductions: how many, how many of them qualified, were won, and had nobody to credit."""

    first_on: dt.date
    made: int
    qualified: int
    won: int
    uncredited: int

    @property
    def quality(self) -> int | None:
        """Of a hundred, how many qualified; None without any."""
        return round(100 * self.qualified / self.made) if self.made else None

    @property
    def breakage(self) -> int | None:
        """Of a hundred, how many had nobody to credit."""
        return round(100 * self.uncredited / self.made) if self.made else None


def starts(now: dt.datetime, zone: ZoneInfo, weeks: int = WEEKS) -> list[dt.date]:
    """The Mondays of the last weeks, the present one first, in the hub's zone."""
    today = now.astimezone(zone).date()
    monday = today - dt.timedelta(days=today.weekday())
    return [monday - dt.timedelta(weeks=number) for number in range(weeks)]


def weeks(now: dt.datetime, zone: ZoneInfo) -> list[Week]:
    """The last weeks, the present one first: two statements."""
    days = starts(now, zone)
    versions = select(ProgrammeVersion).options(load_only(ProgrammeVersion.id, ProgrammeVersion.rungs))
    firsts = [(version.id, version.ladder.first.key) for version in db.session.scalars(versions)]
    qualified = ~tuple_(Referral.version_id, Referral.highest_rung).in_(firsts)
    kinds: Sequence[ColumnElement[bool]] = (
        Referral.id.is_not(None), qualified, Referral.state == "won", Referral.advocate_id.is_(None)
    )  # fmt: skip
    columns = [_count(and_(_within(day, zone), kind)) for day in days for kind in kinds]
    oldest = _instant(days[-1], zone)
    query = select(*columns).where(Referral.created_at >= oldest, Referral.merged_into_id.is_(None))
    row = [int(value or 0) for value in db.session.execute(query).one()]
    parts = [row[start : start + len(kinds)] for start in range(0, len(row), len(kinds))]
    return [
        Week(first_on=day, made=made, qualified=good, won=won, uncredited=lost)
        for day, (made, good, won, lost) in zip(days, parts, strict=True)
    ]


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _within(first_on: dt.date, zone: ZoneInfo) -> ColumnElement[bool]:
    since, until = (_instant(day, zone) for day in (first_on, first_on + dt.timedelta(weeks=1)))
    return and_(Referral.created_at >= since, Referral.created_at < until)


def _instant(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, zone).astimezone(dt.UTC)


def total(found: Sequence[Week]) -> Week:
    """All of them together."""
    return Week(
        first_on=found[-1].first_on, made=sum(one.made for one in found), won=sum(one.won for one in found),
        qualified=sum(one.qualified for one in found), uncredited=sum(one.uncredited for one in found),
    )  # fmt: skip
