"""Reads of reviews: the queue, one of them, what an advocate may read, how many wait and since when."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import joinedload

from hub.core.db import db
from hub.members.models import Member
from hub.referrals.fairness.models import Review
from hub.referrals.fairness.weighing import Reason, reasons
from hub.referrals.models import Referral

ASKED: ColumnElement[bool] = and_(
    or_(Review.state == "open", and_(Review.appealed_at.is_not(None), Review.answered_at.is_(None))),
    Referral.merged_into_id.is_(None),
)
STATES: dict[str, ColumnElement[bool]] = {
    "open": ASKED,
    "appealed": and_(ASKED, Review.appealed_at.is_not(None)),
    "released": Review.state == "released",
    "refused": Review.state == "refused",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A review with the referral it keeps."""

    review: Review
    referral: Referral

    @property
    def reasons(self) -> list[Reason]:
        """What the signals saw, the weightiest first."""
        return reasons(self.review.signals)


def queue(state: str, *, after: int | None = None, limit: int = 30) -> list[Waiting]:
    """Reviews of a state with their referrals: those that wait oldest first, those that are done newest first."""
    waits = state in ("open", "appealed")
    query = _whole().where(STATES[state])
    if waits:
        query = query.order_by(Review.opened_at, Review.id)
    else:
        query = query.order_by(Review.id.desc())
    if after is not None and waits:
        here = select(Review.opened_at).where(Review.id == after).scalar_subquery()
        query = query.where(tuple_(Review.opened_at, Review.id) > tuple_(here, after))
    elif after is not None:
        query = query.where(Review.id < after)
    return [
        Waiting(review=review, referral=referral)
        for review, referral in db.session.execute(query.limit(limit))
    ]


def one(review_id: int) -> Waiting | None:
    """One review with its referral."""
    row = db.session.execute(_whole().where(Review.id == review_id)).one_or_none()
    return None if row is None else Waiting(review=row[0], referral=row[1])


def _whole() -> Select[Review, Referral]:
    return (
        select(Review, Referral)
        .join(Referral, Referral.id == Review.referral_id)
        .options(
            joinedload(Referral.version), joinedload(Referral.advocate).joinedload(Member.company),
            joinedload(Referral.owner), joinedload(Referral.programme), joinedload(Referral.company),
        )
    )  # fmt: skip


def about(referral_id: int) -> list[Review]:
    """The reviews of a referral, in the order they were opened."""
    return list(
        db.session.scalars(select(Review).where(Review.referral_id == referral_id).order_by(Review.id))
    )


def counts() -> dict[str, int]:
    """How many wait, how many of them are appeals, how many were released and refused."""
    sums = [func.count().filter(condition).label(name) for name, condition in STATES.items()]
    query = select(*sums).select_from(Review).join(Referral, Referral.id == Review.referral_id)
    row = db.session.execute(query).one()
    return {name: int(getattr(row, name) or 0) for name in STATES}


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """How many reviews wait, since when the oldest, how many points they keep back; and whose days of waiting were over
    before an instant, unbooked."""

    number: int
    oldest_at: dt.datetime | None
    points: int
    overdue: int


def waiting(due_before: dt.datetime) -> Kept:
    """What waits for people, and what should have been booked by itself; one statement."""
    points = func.coalesce(func.sum(Referral.waiting), 0)
    goes_on = Referral.merged_into_id.is_(None)
    late = select(func.count()).where(Referral.due_at < due_before, goes_on).correlate(None).scalar_subquery()
    query = select(func.count(), func.min(Review.opened_at), points, late)
    number, oldest, kept, overdue = db.session.execute(
        query.select_from(Review).join(Referral, Referral.id == Review.referral_id).where(ASKED)
    ).one()
    return Kept(number=int(number), oldest_at=oldest, points=int(kept), overdue=int(overdue))


def names(ids: Sequence[int | None]) -> dict[int, str]:
    """Names of the people who decided."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    return {
        number: name
        for number, name in db.session.execute(select(Member.id, Member.name).where(Member.id.in_(wanted)))
    }


def latest(limit: int) -> list[int]:
    """The last introductions that were made here, newest first: what a changed scale is tried on."""
    query = select(Referral.id).where(Referral.advocate_id.is_not(None), Referral.source != "import")
    return list(db.session.scalars(query.order_by(Referral.id.desc()).limit(limit)))


def titles(ids: Sequence[int]) -> dict[int, Referral]:
    """Referrals by id with their advocates, for a preview."""
    query = select(Referral).options(joinedload(Referral.advocate)).where(Referral.id.in_(ids))
    return {referral.id: referral for referral in db.session.scalars(query)}
