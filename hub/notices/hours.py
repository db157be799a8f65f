"""When mail may go, on the member's own clock: quiet hours, the hour of the digest. Pure arithmetic.

Hours are those that a clock on the wall shows. Where it skips an hour in spring, that hour counts as the moment it
skips to; where it shows one twice in autumn, the first time counts.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

Digest = Literal["daily", "weekly", "off"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours:
    """What one member wants. No quiet hours: `quiet_from` and `quiet_to` are None, or the same."""

    zone: ZoneInfo
    quiet_from: int | None = None
    quiet_to: int | None = None
    digest: Digest = "daily"
    digest_hour: int = 8
    digest_weekday: int = 0

    def is_quiet(self, at: dt.datetime) -> bool:
        """Whether it is quiet at this instant."""
        start, end = self.quiet_from, self.quiet_to
        if start is None or end is None or start == end:
            return False
        hour = at.astimezone(self.zone).hour
        return start <= hour < end if start < end else hour >= start or hour < end

    def may_go(self, at: dt.datetime) -> dt.datetime:
        """This instant, or the first one after it that isn't quiet."""
        if not self.is_quiet(at) or self.quiet_to is None:
            return at
        local = at.astimezone(self.zone)
        ends = self._wall(local.date(), self.quiet_to)
        if ends <= at:
            ends = self._wall(local.date() + dt.timedelta(days=1), self.quiet_to)
        return ends

    def next_digest(self, after: dt.datetime) -> dt.datetime | None:
        """The first time for a digest later than this instant; None when none is wanted."""
        if self.digest == "off":
            return None
        day = after.astimezone(self.zone).date()
        if self.digest == "weekly":
            day += dt.timedelta(days=(self.digest_weekday - day.weekday()) % 7)
        step = dt.timedelta(days=7 if self.digest == "weekly" else 1)
        while (at := self._wall(day, self.digest_hour)) <= after:
            day += step
        return at

    def period(self, at: dt.datetime) -> str:
        """What the digest of this instant is called: 2026-11-21, or 2026-W47."""
        day = at.astimezone(self.zone).date()
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}" if self.digest == "weekly" else day.isoformat()

    def _wall(self, day: dt.date, hour: int) -> dt.datetime:
        """When the clock on the wall shows this hour."""
        instant = dt.datetime.combine(day, dt.time(hour), tzinfo=self.zone).astimezone(dt.UTC)
        if instant.astimezone(self.zone).hour == hour:
            return instant
        # The hour is skipped: the clock jumps somewhere in the hours before what it would have been.
        before = instant - dt.timedelta(hours=3)
        minutes = (before + dt.timedelta(minutes=minute) for minute in range(181))
        return next(at for at in minutes if at.astimezone(self.zone).replace(tzinfo=None) >= _at(day, hour))


def _at(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour))
