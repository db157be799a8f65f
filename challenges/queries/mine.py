"""What one member made of challenges."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from challenges.models import (
    BetaSeat,
    Submission,
)
from challenges.queries.submissions import submission
from hub.activity.models import Fact
from hub.core.db import db
from hub.members.models import Member


@dataclass(frozen=True, kw_only=True, slots=True)
class Mine:
    """What a member made of a challenge: the latest submission, how many there were, how many were approved."""

    challenge_id: int
    submission_id: int
    state: str
    occurrence: str
    made: int
    times: int
    last_at: dt.datetime | None


def mine(member_id: int) -> dict[int, Mine]:
    """A member's submissions by challenge, in one statement."""
    done = Submission.state == "approved"
    sums = (
        select(
            Submission.challenge_id, func.max(Submission.id).label("latest"), func.count().label("made"),
            func.count().filter(done).label("times"), func.max(Submission.decided_at).filter(done).label("last_at"),
        )
        .where(Submission.member_id == member_id)
        .group_by(Submission.challenge_id)
        .subquery()
    )  # fmt: skip
    query = select(
        Submission.challenge_id, Submission.id, Submission.state, Submission.occurrence, sums.c.made, sums.c.times,
        sums.c.last_at,
    ).join(sums, sums.c.latest == Submission.id)  # fmt: skip
    return {
        row[0]: Mine(challenge_id=row[0], submission_id=row[1], state=row[2], occurrence=row[3], made=row[4],
                     times=row[5], last_at=row[6])
        for row in db.session.execute(query)
    }  # fmt: skip


def current(challenge_id: int, member_id: int) -> Submission | None:
    """A member's latest submission to a challenge, whole."""
    latest = select(func.max(Submission.id)).where(
        Submission.challenge_id == challenge_id, Submission.member_id == member_id
    )
    number = db.session.scalar(latest)
    return submission(number) if number is not None else None


def completed(until: dt.datetime | None) -> ColumnElement[int]:
    """How many submissions of a Member are approved, decided until then: SQL."""
    query = select(func.count(Submission.id)).where(
        Submission.member_id == Member.id, Submission.state == "approved"
    )
    if until is not None:
        query = query.where(Submission.decided_at <= until)
    return query.correlate(Member).scalar_subquery()


def attended(member_id: int, hangout: str) -> bool:
    """Whether a member was seen at a hangout, or at any: from the facts of the hangouts room."""
    query = select(Fact.data).where(Fact.kind == "hangout.attended", Fact.by_id == member_id)
    found = db.session.scalars(query.order_by(Fact.id.desc()).limit(200))
    return any(not hangout or data.get("slug") == hangout for data in found)


def seat(step_id: int, member_id: int) -> tuple[BetaSeat, int] | None:
    """A member's seat in a beta, and how many wait before them."""
    found = db.session.scalar(
        select(BetaSeat).where(BetaSeat.step_id == step_id, BetaSeat.member_id == member_id)
    )
    if found is None:
        return None
    before = select(func.count()).where(
        BetaSeat.step_id == step_id, BetaSeat.state == "waiting", BetaSeat.id < found.id
    )
    return found, (db.session.scalar(before) or 0) if found.state == "waiting" else 0


def seated(step_id: int) -> int:
    """How many seats of a beta are taken."""
    query = select(func.count()).where(BetaSeat.step_id == step_id, BetaSeat.state == "seated")
    return db.session.scalar(query) or 0
