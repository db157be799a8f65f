"""Reads for promotions: challenges by name, the submissions of one."""

from sqlalchemy import select

from challenges.models import Challenge, Submission
from hub.core.db import db


def named() -> list[tuple[int, str]]:
    """Id and title of every challenge that can be begun and pays, by title."""
    query = select(Challenge.id, Challenge.title).where(
        Challenge.state == "open", Challenge.kind != "referral"
    )
    return [
        (number, title) for number, title in db.session.execute(query.order_by(Challenge.title, Challenge.id))
    ]


def submissions_of(challenge_id: int) -> list[int]:
    """The ids of a challenge's submissions."""
    return list(db.session.scalars(select(Submission.id).where(Submission.challenge_id == challenge_id)))
