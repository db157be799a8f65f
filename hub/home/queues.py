"""Time in queues: what waits for the team now, and how long things have waited lately, each with the rows behind it."""

import datetime as dt
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import aliased

from challenges.models import Submission
from hub.community.models import Report
from hub.core.db import db
from hub.referrals.models import Referral, StageEvent

DAYS = 30
SAMPLE = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Queue:
    """One queue: how many wait and since when, how many were dealt with lately, and how long half and nine of ten of
    them waited. `url` opens those that wait, `done_url` those that are done."""

    title: str
    url: str
    waiting: int
    oldest_at: dt.datetime | None
    waits: list[dt.timedelta]
    done_url: str | None = None

    @property
    def typical(self) -> dt.timedelta | None:
        """Half of them waited no longer."""
        return statistics.median_high(self.waits) if self.waits else None

    @property
    def most(self) -> dt.timedelta | None:
        """Nine of ten waited no longer."""
        return sorted(self.waits)[max(0, -(-len(self.waits) * 9 // 10) - 1)] if self.waits else None


def queues(now: dt.datetime) -> list[Queue]:
    """Reviews, introductions without a first answer, reported posts: two statements each."""
    since = now - dt.timedelta(days=DAYS)
    return [_reviews(since), _introductions(since), _reports(since)]


def _reviews(since: dt.datetime) -> Queue:
    waiting = select(func.count(), func.min(Submission.submitted_at)).where(Submission.state == "pending")
    done = select(Submission.submitted_at, Submission.decided_at).where(
        Submission.decided_at >= since, Submission.submitted_at < Submission.decided_at
    )
    return _queue(
        "Answers to review", "/manage/reviews", waiting, done.order_by(Submission.decided_at.desc()),
        done_url="/manage/reviews?view=all",
    )  # fmt: skip


def _introductions(since: dt.datetime) -> Queue:
    moved = aliased(StageEvent)
    first = select(func.min(moved.heard_at)).where(
        moved.referral_id == Referral.id, moved.from_rung.is_not(None)
    )
    reached = first.scalar_subquery()
    untouched = and_(Referral.state == "open", reached.is_(None))
    waiting = select(func.count(), func.min(Referral.created_at)).where(untouched)
    done = select(Referral.created_at, reached).where(Referral.created_at >= since, reached.is_not(None))
    return _queue(
        "Introductions without an answer", "/manage/referrals?state=open", waiting,
        done.order_by(Referral.id.desc()), done_url="/manage/referrals",
    )  # fmt: skip


def _reports(since: dt.datetime) -> Queue:
    waiting = select(func.count(), func.min(Report.created_at)).where(Report.settled_at.is_(None))
    done = select(Report.created_at, Report.settled_at).where(Report.settled_at >= since)
    return _queue(
        "Reported posts", "/manage/community", waiting, done.order_by(Report.id.desc()),
        done_url="/manage/community/log",
    )  # fmt: skip


def _queue(
    title: str,
    url: str,
    waiting: "Select[int, dt.datetime | None]",
    done: "Select[*tuple[dt.datetime | None, ...]]",
    *,
    done_url: str,
) -> Queue:
    count, oldest = db.session.execute(waiting).one()
    return Queue(
        title=title, url=url, waiting=count, oldest_at=oldest, done_url=done_url,
        waits=list(_waits(db.session.execute(done.limit(SAMPLE)))),
    )  # fmt: skip


def _waits(rows: Iterable[tuple[dt.datetime | None, ...]]) -> Iterable[dt.timedelta]:
    for begun, ended in rows:
        if begun is not None and ended is not None:
            yield max(dt.timedelta(), ended - begun)
