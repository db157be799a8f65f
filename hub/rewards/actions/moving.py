"""Deciding: approve, refuse, cancel, and what a person found out."""

import datetime as dt

from hub import activity
from hub.core.db import db
from hub.rewards import payouts, telling
from hub.rewards.actions import fulfilling, steps
from hub.rewards.actions.steps import MOVED, deliver, dispatch
from hub.rewards.models import Redemption
from hub.rewards.wishes import Refusal

__all__ = ["approve", "assign", "cancel", "deliver", "dispatch", "paid_on", "refuse", "resolve"]


def approve(redemption_id: int, *, by_id: int, now: dt.datetime, words: str = "") -> Redemption:
    """Approves what waits or is held at a limit, and begins to fulfil it. Refuses one's own, and what has moved on."""
    _not_ones_own(redemption_id, by_id)
    found = steps.move(redemption_id, ("waiting", "held"), "approved", approved_at=now, approved_by_id=by_id)
    if found is None:
        raise Refusal(MOVED)
    steps.note(found, words, by_id, now)
    steps.record("approved", found, by_id, now)
    fulfilling.begin(found, now=now)
    if steps.fresh(redemption_id).state == "approved":
        telling.approved(found, now=now)
    return found


def refuse(redemption_id: int, *, by_id: int | None, now: dt.datetime, words: str) -> Redemption:
    """Says no, with the reason: points, stock and place are free again, once. Refuses to, while a supplier may have
    sent it, without a reason, and what one chose oneself: that one may cancel."""
    _not_ones_own(redemption_id, by_id)
    if not words.strip():
        raise Refusal("Say why: they will read it.")
    return steps.end(redemption_id, ("waiting", "held", "approved"), "refused", by_id, now, words)


def cancel(redemption_id: int, *, member_id: int, now: dt.datetime) -> Redemption:
    """Its member changes their mind, while nobody outside knows of it. All is as it was before."""
    if steps.fresh(redemption_id).member_id != member_id:
        raise Refusal(MOVED)
    return steps.end(
        redemption_id,
        ("waiting", "held", "approved"),
        "cancelled",
        member_id,
        now,
        "",
        where=(Redemption.attempts == 0,),
    )


def resolve(redemption_id: int, *, arrived: bool, by_id: int, now: dt.datetime, words: str) -> Redemption:
    """A person has asked the supplier about what nobody knew: it was sent, or it never came to them and may be ordered
    again or refused. Refuses without words, what isn't unknown, and one's own."""
    _not_ones_own(redemption_id, by_id)
    if not words.strip():
        raise Refusal("Say how you know: it stays with the redemption.")
    if arrived:
        found = dispatch(redemption_id, by_id=by_id, now=now, begins=("unknown",))
    else:
        lost = steps.move(redemption_id, ("unknown",), "approved", error="The supplier never got it.")
        if lost is None:
            raise Refusal(MOVED)
        found = lost
    steps.note(found, words, by_id, now)
    data = {"arrived": arrived}
    activity.record("redemption.resolved", subject=found.subject, by_id=by_id, now=now, data=data)
    return found


def _not_ones_own(redemption_id: int, by_id: int | None) -> None:
    if steps.fresh(redemption_id).member_id == by_id:
        raise Refusal("Somebody else has to decide about what you chose yourself.")


def assign(
    redemption_id: int, *, owner_id: int | None, due_on: dt.date | None, by_id: int, now: dt.datetime
) -> None:
    """Who does it, and by when. Whoever gets it from somebody else is told."""
    found = steps.fresh(redemption_id)
    is_new = owner_id != found.owner_id
    found.owner_id, found.due_on = owner_id, due_on
    db.session.flush()
    if is_new and owner_id != by_id:
        telling.task(found, turn=now.isoformat(timespec="seconds"), now=now)


def paid_on(payout_id: int, to: str, *, by_id: int, now: dt.datetime, reference: str = "") -> bool:
    """One step of a payout; the redemption behind it moves along: confirmed is on its way, paid is there."""
    found = payouts.advance(payout_id, to, by_id=by_id, now=now, reference=reference.strip())
    if found is None:
        return False
    if found.redemption_id is not None and to == "rewarded":
        dispatch(found.redemption_id, by_id=by_id, now=now, quietly=True)
    if found.redemption_id is not None and to == "paid" and steps.fresh(found.redemption_id).state == "sent":
        deliver(found.redemption_id, by_id=by_id, now=now)
    if found.redemption_id is not None and to == "void" and steps.fresh(found.redemption_id).is_open:
        refuse(found.redemption_id, by_id=by_id, now=now, words="It won’t be paid after all.")
    if to == "paid":
        telling.paid(found, now=now)
    return True
