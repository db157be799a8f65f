"""Seats of a beta: whoever asks first sits; the others wait, and the first of them moves up when one is given back."""

import datetime as dt

from sqlalchemy import func, select, update

from challenges.models import BetaSeat, ChallengeStep
from hub import activity, notices
from hub.core.db import db
from hub.outbox.actions import insert_ignoring


def take(step: ChallengeStep, member_id: int, *, seats: int, now: dt.datetime) -> str:
    """Gives a seat, or a place on the waiting list, once: `seated` or `waiting`. One at a time for each beta, so there
    are never more seated than seats."""
    _alone(step.id)
    taken = _seated(step.id)
    state = "seated" if taken < seats else "waiting"
    row = {"step_id": step.id, "member_id": member_id, "state": state, "asked_at": now}
    db.session.execute(insert_ignoring(BetaSeat).values(**row))
    found = db.session.scalars(
        select(BetaSeat).where(BetaSeat.step_id == step.id, BetaSeat.member_id == member_id)
    ).one()
    if found.state == "given_back":
        found.state, found.asked_at = state, now
        db.session.flush()
    return found.state


def give_back(step: ChallengeStep, member_id: int, *, now: dt.datetime) -> bool:
    """Gives a seat back; who waits longest moves up in the same transaction. False without one."""
    _alone(step.id)
    mine = update(BetaSeat).where(
        BetaSeat.step_id == step.id, BetaSeat.member_id == member_id, BetaSeat.state != "given_back"
    )
    done = db.session.execute(mine.values(state="given_back").execution_options(synchronize_session="fetch"))
    promote(step, now=now)
    return bool(done.rowcount)  # type: ignore[attr-defined]


def promote(step: ChallengeStep, *, now: dt.datetime) -> int:
    """Seats those who wait longest while there are free seats; gives how many moved up."""
    free = int(step.data.get("seats") or 0) - _seated(step.id)
    if free <= 0:
        return 0
    waiting = select(BetaSeat).where(BetaSeat.step_id == step.id, BetaSeat.state == "waiting")
    lucky = list(db.session.scalars(waiting.order_by(BetaSeat.asked_at, BetaSeat.id).limit(free)))
    for seat in lucky:
        seat.state = "seated"
        key = f"seat:{seat.id}:{now.isoformat()}"
        subject = f"challenge:{step.challenge_id}"
        notices.tell(seat.member_id, "seat.promoted", subject=subject, key=key, now=now)
        activity.record(
            "seat.promoted", subject=subject, by_id=seat.member_id, now=now, data={"step_id": step.id}
        )
    db.session.flush()
    return len(lucky)


def _alone(step_id: int) -> None:
    """Makes whoever else wants a seat of this beta wait for this transaction."""
    # Weaker than FOR UPDATE, for others hold the key of this row: their answers name it.
    db.session.execute(
        select(ChallengeStep.id).where(ChallengeStep.id == step_id).with_for_update(key_share=True)
    )


def _seated(step_id: int) -> int:
    query = select(func.count()).where(BetaSeat.step_id == step_id, BetaSeat.state == "seated")
    return db.session.scalar(query) or 0
