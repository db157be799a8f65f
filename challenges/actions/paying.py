"""What a submission has earned, brought in line with the books. Safe to run again at any time."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from challenges.models import StepAnswer, Submission
from challenges.queries import answers
from hub import ledger
from hub.core.db import db
from hub.ledger.models import Entry
from hub.referrals.promotions.attempts import promote


def due(submission: Submission, answered: list[StepAnswer]) -> dict[str, tuple[int, dt.datetime]]:
    """What is owed now under which key, and when it was earned.

    Whole: what was promised, once approved. By steps: each step that was right by itself, the others once approved. A
    step's key ends in its number, never in its place: places change.
    """
    approved = submission.state == "approved"
    at = submission.submitted_at or submission.started_at
    if submission.pays == "whole":
        return {submission.subject: (submission.points if approved else 0, at)}
    return {
        f"{submission.subject}:step:{one.step_id}": (
            one.points if approved or one.verdict == "done" else 0, one.answered_at
        )
        for one in answered
    }  # fmt: skip


def settle(submission: Submission, *, cause: str, now: dt.datetime, by_id: int | None = None) -> int:
    """Books what is owed and not booked yet, and corrects what was booked and is owed no more; gives the difference.

    A correction doesn't reopen a key, so what is taken back and then approved again is corrected upwards, under the key
    of its `cause` (`decision:9`). Whoever changed the submission's state holds its row, so nobody else settles it
    meanwhile.
    """
    owed = due(submission, list(answers(submission.id).values()))
    standing = _standing(owed)
    moved = 0
    for key, (points, at) in owed.items():
        entry_id, stands = standing.get(key, (None, 0))
        if entry_id is None and points:
            account = ledger.account_for(member_id=submission.member_id)
            ledger.award(
                account, points, reason="challenge", key=key, subject=submission.subject, happened_at=at, now=now,
                by_id=by_id,
            )  # fmt: skip
        elif entry_id is not None and points != stands:
            ledger.correct(entry_id, points - stands, key=f"{key}:{cause}", now=now, by_id=by_id)
        moved += points - stands
    return moved + _promoted(submission, sum(points for points, _ in owed.values()), now)


def _promoted(submission: Submission, points: int, now: dt.datetime) -> int:
    """What promotions on the challenge add to it, under keys of their own."""
    return promote(
        subject=submission.subject, about=f"challenge:{submission.challenge_id}", member_id=submission.member_id,
        account_id=ledger.account_for(member_id=submission.member_id), points=points,
        at=submission.submitted_at or submission.started_at, now=now,
    )  # fmt: skip


def _standing(keys: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Key → entry and what it comes to with its corrections."""
    fix = aliased(Entry)
    fixes = select(func.sum(fix.points)).where(fix.corrects_id == Entry.id).scalar_subquery()
    query = select(Entry.key, Entry.id, Entry.points + func.coalesce(fixes, 0)).where(
        Entry.key.in_(list(keys))
    )
    return {key: (entry_id, int(points)) for key, entry_id, points in db.session.execute(query)}
