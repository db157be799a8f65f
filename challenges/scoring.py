"""What challenges say of an advocate: whether they are with us, lately, and how happy they told us they are.

The quarterly pulse isn't asked: it was promised to carry no names.
"""

import datetime as dt

from sqlalchemy import ColumnElement, case, exists, func, select

from challenges.asks.models import Recovery
from challenges.models import StepAnswer, Submission
from hub.members.customer_health import of_member
from hub.members.models import Member
from hub.segments.scoring import part

DAYS = 90
UNKNOWN = 10


@part("engagement", label="Engagement", most=25, says=f"Five for each challenge done in the last {DAYS} days")
def engagement(now: dt.datetime) -> ColumnElement[int]:
    """Approved ones, by when they were sent."""
    since = now - dt.timedelta(days=DAYS)
    query = select(5 * func.count(Submission.id)).where(
        Submission.member_id == Member.id, Submission.state == "approved", Submission.submitted_at >= since
    )
    return query.correlate(Member).scalar_subquery()


@part(
    "satisfaction", label="Satisfaction", most=20,
    says="Their last survey, else their customer health; none while we make good on something",
)  # fmt: skip
def satisfaction(_now: dt.datetime) -> ColumnElement[int]:
    """Two for each of a survey's ten points; else a fifth of the health; else half of it all."""
    said = (
        select(2 * StepAnswer.data["score"].as_integer())
        .join(Submission, Submission.id == StepAnswer.submission_id)
        .where(Submission.member_id == Member.id, Submission.state == "approved", StepAnswer.kind == "survey")
        .order_by(StepAnswer.id.desc())
        .limit(1)
    )
    health = of_member() // 5
    known = func.coalesce(said.correlate(Member).scalar_subquery(), health, UNKNOWN)
    unhappy = exists().where(Recovery.member_id == Member.id, Recovery.state == "open").correlate(Member)
    return case((unhappy, 0), else_=known)
