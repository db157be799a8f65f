"""Submissions, their answers and decisions."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, literal_column, select
from sqlalchemy.orm import joinedload, selectinload

from challenges.models import (
    Challenge,
    ChallengeApprover,
    ChallengeStep,
    Decision,
    DecisionNote,
    StepAnswer,
    Submission,
)
from challenges.queries.challenges import whole
from hub.core.db import db
from hub.members.models import Member

PENDING: ColumnElement[str] = literal_column("'pending'")
"""Written out: SQLite looks into a partial index only when it can read in the statement that the index fits."""


def submission(submission_id: int, *, lock: bool = False) -> Submission | None:
    """One submission with its challenge, its member and its answers, as the database has it now."""
    query = (
        select(Submission)
        .where(Submission.id == submission_id)
        .options(
            joinedload(Submission.challenge).options(*whole()),
            joinedload(Submission.member).joinedload(Member.company),
            selectinload(Submission.answers).joinedload(StepAnswer.step),
        )
        .execution_options(populate_existing=True)
    )
    return db.session.scalar(query.with_for_update(of=Submission, key_share=True) if lock else query)


def answers(submission_id: int) -> dict[int, StepAnswer]:
    """The answers of a submission by step."""
    query = select(StepAnswer).where(StepAnswer.submission_id == submission_id)
    found = db.session.scalars(query.execution_options(populate_existing=True))
    return {answer.step_id: answer for answer in found}


def step(step_id: int) -> ChallengeStep | None:
    """One step."""
    return db.session.get(ChallengeStep, step_id)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A decision with who made it and their words."""

    decision: Decision
    by: Member | None
    words: str


def decisions(submission_id: int) -> list[Told]:
    """What was decided about a submission, oldest first."""
    query = (
        select(Decision, Member, DecisionNote.words)
        .outerjoin(Member, Member.id == Decision.by_id)
        .outerjoin(DecisionNote, DecisionNote.decision_id == Decision.id)
        .where(Decision.submission_id == submission_id)
        .order_by(Decision.id)
    )
    return [Told(decision=row[0], by=row[1], words=row[2] or "") for row in db.session.execute(query)]


def decision(decision_id: int) -> Decision | None:
    """One decision."""
    return db.session.get(Decision, decision_id)


def words_of(subject: str) -> str:
    """What somebody wrote to a survey of theirs (`submission:7`), to be read by staff."""
    number = subject.partition(":")[2]
    query = select(StepAnswer.data).where(
        StepAnswer.submission_id == int(number), StepAnswer.kind == "survey"
    )
    found = db.session.scalars(query.order_by(StepAnswer.id.desc()).limit(1)).first()
    return str((found or {}).get("words") or "")


def submission_titles(ids: Collection[int]) -> Select[int, str, str]:
    """Submissions by their ids: the challenge's title and slug."""
    return (
        select(Submission.id, Challenge.title, Challenge.slug)
        .join(Challenge, Challenge.id == Submission.challenge_id)
        .where(Submission.id.in_(ids))
    )


def waiting() -> tuple[int, dt.datetime | None]:
    """How many submissions wait for a reviewer, and since when the oldest."""
    query = select(func.count(), func.min(Submission.submitted_at)).where(Submission.state == PENDING)
    number, oldest = db.session.execute(query).one()
    return number, oldest


def waiting_for(member_id: int) -> tuple[int, dt.datetime | None]:
    """The same, of the challenges this member was asked to review."""
    asked = select(ChallengeApprover.challenge_id).where(ChallengeApprover.member_id == member_id)
    query = select(func.count(), func.min(Submission.submitted_at)).where(
        Submission.state == PENDING, Submission.challenge_id.in_(asked), Submission.member_id != member_id
    )
    number, oldest = db.session.execute(query).one()
    return number, oldest
