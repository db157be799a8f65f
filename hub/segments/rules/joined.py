"""Those who joined before or after a day, or a number of days ago."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, and_

from hub.core.place import place
from hub.members.models import Member
from hub.segments.fields import Field, Given, chosen, day, needed
from hub.segments.rules import Plain, Rule, register

WHEN = (
    ("after", "on or after a day"), ("before", "before a day"), ("within", "in the last days"),
    ("earlier", "longer ago than days"),
)  # fmt: skip


class JoinedKind(Plain):
    """`when`, with a day (`on`, of the hub's zone) or a number of `days`."""

    name = "joined"
    label = "Joined"
    fields = (
        Field(name="when", label="Joined", widget="select", choices=WHEN, start="within"),
        Field(name="on", label="Day", widget="date", help="For before and after."),
        Field(name="days", label="Days", widget="number", unit="days", help="For the other two."),
    )

    def clean(self, given: Given) -> dict[str, Any]:
        """A way of saying it, with what it needs."""
        when = chosen(given, "when", dict(WHEN), what="when they joined")
        if when in ("after", "before"):
            return {"when": when, "on": day(given, "on").isoformat()}
        return {"when": when, "days": needed(given, "days", most=36600, what="number of days")}

    def condition(self, rule: Rule, now: dt.datetime) -> ColumnElement[bool]:
        """Joined before or since the instant; who never joined did neither."""
        at, when = _instant(rule, now), rule["when"]
        since = when in ("after", "within")
        return and_(Member.joined_at.is_not(None), Member.joined_at >= at if since else Member.joined_at < at)

    def says(self, rule: Rule) -> str:
        """joined in the last 30 days."""
        if "on" in rule:
            on = dt.date.fromisoformat(rule["on"])
            return f"joined {'on or after' if rule['when'] == 'after' else 'before'} {on.day} {on:%B %Y}"
        days = "day" if rule["days"] == 1 else f"{rule['days']:,} days"
        return f"joined in the last {days}" if rule["when"] == "within" else f"joined more than {days} ago"


def _instant(rule: Rule, now: dt.datetime) -> dt.datetime:
    if "on" not in rule:
        return now - dt.timedelta(days=rule["days"])
    return dt.datetime.combine(dt.date.fromisoformat(rule["on"]), dt.time.min, place().zone).astimezone(
        dt.UTC
    )


register(JoinedKind())
