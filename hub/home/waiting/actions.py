"""Setting the clock, and telling whoever can answer."""

import datetime as dt

from hub import activity, notices
from hub.core.db import db
from hub.home.waiting import queries
from hub.home.waiting.models import AnswerClock
from hub.members.queries import staff
from hub.segments.fields import Unclear

MOST_DAYS = 365


def set_clock(first: int, news: int, more: int, *, by_id: int, now: dt.datetime) -> None:
    """Holds from now on. Refuses (Unclear) what isn't from one day to a year."""
    for name, days in (("first_days", first), ("news_days", news), ("more_days", more)):
        if not 1 <= days <= MOST_DAYS:
            raise Unclear(f"From 1 to {MOST_DAYS} days.", name)
    db.session.merge(AnswerClock(id=1, first_days=first, news_days=news, more_days=more))
    db.session.flush()
    data = {"first_days": first, "news_days": news, "more_days": more}
    activity.record("clock.set", subject="hub:1", by_id=by_id, now=now, data=data)


def nudge(*, after: int, limit: int, now: dt.datetime) -> int | None:
    """Tells the owners of the next late referrals, and the managers when that didn't help or nobody owns one; once for
    each silence. Gives the last one looked at, None at the end."""
    found = queries.late(now, after=after, limit=limit)
    more = dt.timedelta(days=queries.clock().more_days)
    managers = [one.id for one in staff("manager")] if found else []
    told = []
    for one in found:
        about = {"subject": one.referral.subject, "data": {"days": (now - one.since).days}}
        key = f"referral:{one.referral.id}:quiet:{int(one.since.timestamp())}"
        owner = one.referral.owner_id
        if owner is not None:
            told.append({**about, "member_id": owner, "kind": "referral.quiet", "key": key})
        if owner is None or now - one.since > _allowed(one) + more:
            told += [
                {**about, "member_id": to, "kind": "referral.overdue", "key": f"{key}:{to}"}
                for to in managers if to != owner
            ]  # fmt: skip
    notices.tell_many(told, now=now)
    return found[-1].referral.id if len(found) == limit else None


def _allowed(one: queries.Quiet) -> dt.timedelta:
    kept, referral = queries.clock(), one.referral
    at_first = referral.rung == referral.version.ladder.first.key
    return dt.timedelta(days=kept.first_days if at_first else kept.news_days)
