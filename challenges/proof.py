"""The sums behind the checks: one statement each, only differences come back."""

from collections.abc import Iterator

from sqlalchemy import Integer, and_, case, cast, func, or_, select

from challenges.models import HOLDING, BetaSeat, Challenge, ChallengeStep, Decision, StepAnswer, Submission
from hub.core.db import db
from hub.ledger.models import Entry

DECIDED = ("approved", "sent_back", "refused")


def payments() -> Iterator[tuple[int, int, int]]:
    """Submission, what is booked for it with corrections, what is owed."""
    number = cast(func.substr(Entry.subject, len("submission:") + 1), Integer)
    booked = (
        select(number.label("id"), func.sum(Entry.points).label("points"))
        .where(Entry.subject.like("submission:%"), ~Entry.key.like("promotion:%"))
        .group_by(Entry.subject)
        .subquery()
    )
    counts = or_(Submission.state == "approved", StepAnswer.verdict == "done")
    steps = (
        select(StepAnswer.submission_id.label("id"), func.sum(StepAnswer.points).label("points"))
        .join(Submission, Submission.id == StepAnswer.submission_id)
        .where(Submission.pays == "steps", counts)
        .group_by(StepAnswer.submission_id)
        .subquery()
    )
    whole = case(
        (and_(Submission.pays == "whole", Submission.state == "approved"), Submission.points), else_=0
    )
    owed = whole + func.coalesce(steps.c.points, 0)
    stands = func.coalesce(booked.c.points, 0)
    query = (
        select(Submission.id, stands, owed)
        .outerjoin(booked, booked.c.id == Submission.id)
        .outerjoin(steps, steps.c.id == Submission.id)
        .where(stands != owed)
        .order_by(Submission.id)
    )
    for submission_id, is_booked, is_owed in db.session.execute(query):
        yield submission_id, int(is_booked), int(is_owed)


def decisions() -> Iterator[tuple[int, str, str | None]]:
    """Submission, its state, and the verdict of the decision it names, where they don't go together."""
    agrees = or_(
        Decision.verdict == Submission.state,
        and_(Decision.verdict == "overturned", Submission.state == "refused"),
        Submission.state == "withdrawn",  # what was sent back may be given up
    )
    query = (
        select(Submission.id, Submission.state, Decision.verdict)
        .outerjoin(
            Decision, and_(Decision.id == Submission.decision_id, Decision.submission_id == Submission.id)
        )
        .where(
            or_(
                and_(Submission.state.in_(DECIDED), Decision.id.is_(None)),
                and_(Submission.state == "pending", Submission.decision_id.is_not(None)),
                and_(Submission.decision_id.is_not(None), ~agrees),
            )
        )
        .order_by(Submission.id)
    )
    yield from ((one, two, three) for one, two, three in db.session.execute(query))


def places() -> Iterator[tuple[int, int, int]]:
    """Challenge, places counted as taken, submissions that hold one."""
    held = (
        select(Submission.challenge_id.label("id"), func.count().label("number"))
        .where(Submission.state.in_(HOLDING))
        .group_by(Submission.challenge_id)
        .subquery()
    )
    number = func.coalesce(held.c.number, 0)
    query = (
        select(Challenge.id, Challenge.taken, number)
        .outerjoin(held, held.c.id == Challenge.id)
        .where(Challenge.taken != number)
        .order_by(Challenge.id)
    )
    yield from ((one, two, three) for one, two, three in db.session.execute(query))


def seats() -> Iterator[tuple[int, int, int, int]]:
    """Beta, seats, seated, waiting: where somebody waits although a seat is free."""
    query = (
        select(
            BetaSeat.step_id, func.count().filter(BetaSeat.state == "seated"),
            func.count().filter(BetaSeat.state == "waiting"),
        )
        .group_by(BetaSeat.step_id)
        .order_by(BetaSeat.step_id)
    )  # fmt: skip
    steps = {
        step.id: step
        for step in db.session.scalars(select(ChallengeStep).where(ChallengeStep.kind == "beta"))
    }
    for step_id, seated, waiting in db.session.execute(query):
        there = int(steps[step_id].data.get("seats") or 0)
        if waiting and seated < there:
            yield step_id, there, seated, waiting
