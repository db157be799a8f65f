"""Challenges completed: submissions that are approved now. One that was taken back counts no more.

They count on the day they were submitted, as their points do: nobody loses a week to a slow review.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, exists, func, select

from challenges.models import Submission
from hub.core.db import db
from hub.ledger.models import Account
from leaderboard.metrics import Happened, numbers_of, register


class Challenges:
    """Follows the decisions about submissions."""

    name = "challenges"
    label = "Challenges completed"
    says = "Challenges done and approved, small or large, on the day they were done."
    order = 3
    icon = "target"
    one, many = "challenge", "challenges"
    facts: tuple[str, ...] = ("challenge.completed", "submission.undone", "submission.looked_at")

    def happened(self, account_ids: Sequence[int]) -> Happened:
        """One for each approved submission."""
        at = func.coalesce(Submission.submitted_at, Submission.started_at, type_=Submission.started_at.type)
        query = (
            select(Account.id, at)
            .join(Submission, Submission.member_id == Account.member_id)
            .where(Account.id.in_(account_ids), Submission.state == "approved")
        )
        for account_id, done_at in db.session.execute(query):
            yield account_id, done_at, 1

    def whom(self, subjects: Collection[str]) -> set[int]:
        """Whose submissions these are."""
        query = select(Submission.member_id).where(Submission.id.in_(numbers_of(subjects, "submission")))
        return set(db.session.scalars(query))

    def counts(self) -> ColumnElement[bool]:
        """Something was approved."""
        done = exists().where(Submission.member_id == Account.member_id, Submission.state == "approved")
        return done.correlate(Account)


register(Challenges())
