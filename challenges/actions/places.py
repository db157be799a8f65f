"""Places of a challenge with a cap: taken and given back by one conditional statement each."""

from sqlalchemy import update

from challenges.models import Challenge
from hub.core.db import db


def take_place(challenge_id: int) -> bool:
    """Takes one of a challenge's places; False when there is none left, whoever races."""
    free = (Challenge.cap_total.is_(None)) | (Challenge.taken < Challenge.cap_total)
    claim = update(Challenge).where(Challenge.id == challenge_id, free).values(taken=Challenge.taken + 1)
    done = db.session.execute(claim.execution_options(synchronize_session=False))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def free_place(challenge_id: int) -> None:
    """Gives a place back."""
    back = update(Challenge).where(Challenge.id == challenge_id, Challenge.taken > 0)
    db.session.execute(back.values(taken=Challenge.taken - 1).execution_options(synchronize_session=False))
