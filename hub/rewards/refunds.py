"""Points given back after a redemption was fulfilled: a new line in the books that names the old one."""

import datetime as dt

from sqlalchemy import func, select, update

from hub import activity, ledger
from hub.core.db import db
from hub.ledger.models import Entry
from hub.outbox.actions import insert_ignoring
from hub.rewards import codes, telling
from hub.rewards.actions import steps
from hub.rewards.models import Redemption, Refund
from hub.rewards.rules import rules
from hub.rewards.wishes import KeyUsed, Refusal

FULFILLED = ("sent", "delivered")
OWN = "Somebody else has to decide about what you chose yourself."


def refundable(found: Redemption) -> int:
    """What may still be given back: what was spent, less what was given back or is asked for."""
    asked = select(func.coalesce(func.sum(Refund.points), 0)).where(
        Refund.redemption_id == found.id, Refund.state != "refused"
    )
    return found.points - int(db.session.scalar(asked) or 0) if found.state in FULFILLED else 0


def ask(redemption_id: int, points: int, *, words: str, token: str, by_id: int, now: dt.datetime) -> Refund:
    """Gives points back, once for its token; a second person decides as soon as all that a redemption gives back comes
    to more than the limit, in however many parts.

    Refuses what wasn't fulfilled, more than was spent, no words, one's own, and (KeyUsed) the same token for another
    number of points.
    """
    key = f"{redemption_id}:{token}"
    found = _alone_with(redemption_id)
    if known := db.session.scalar(select(Refund).where(Refund.key == key)):
        if known.points != points:
            raise KeyUsed(
                f"This form was sent before, for {known.points:,} points. Reload the page to give more."
            )
        return known
    most = refundable(found)
    if found.member_id == by_id:
        raise Refusal(OWN)
    if not 1 <= points <= most:
        raise Refusal(f"Give back 1 to {most:,} points." if most > 0 else "There is nothing to give back.")
    if not words.strip():
        raise Refusal("Say why: it stays in the books.")
    in_all = found.points - most + points
    row = {"redemption_id": found.id, "key": key, "points": points, "words": words.strip()[:500], "by_id": by_id,
           "needs_second": in_all > rules().two_above, "state": "asked", "created_at": now}  # fmt: skip
    db.session.execute(insert_ignoring(Refund).values(**row))
    made = db.session.scalars(select(Refund).where(Refund.key == key)).one()
    if made.needs_second:
        telling.second_look(made, now=now)
        activity.record(
            "refund.asked", subject=found.subject, by_id=by_id, now=now, data={"refund_id": made.id}
        )
    else:
        _book(made, found, second_by_id=None, now=now)
    return made


def decide(refund_id: int, *, agrees: bool, by_id: int, now: dt.datetime) -> Refund:
    """The second person agrees or not. Refuses the first one, the member themself, and what was decided."""
    known = db.session.get(Refund, refund_id)
    if known is None:
        raise Refusal("There is no such refund.")
    found = _alone_with(known.redemption_id)
    made = db.session.get_one(Refund, refund_id, with_for_update=True, populate_existing=True)
    if by_id in (made.by_id, found.member_id):
        raise Refusal("A second person decides: neither who asked nor who gets it.")
    if made.state != "asked":
        raise Refusal(steps.MOVED)
    if agrees:
        _book(made, found, second_by_id=by_id, now=now)
    else:
        made.state, made.second_by_id, made.decided_at = "refused", by_id, now
        db.session.flush()
    return made


def _alone_with(redemption_id: int) -> Redemption:
    """Nobody else gives anything of this redemption back meanwhile."""
    query = select(Redemption).where(Redemption.id == redemption_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _book(made: Refund, found: Redemption, *, second_by_id: int | None, now: dt.datetime) -> None:
    spent = db.session.scalars(select(Entry.id).where(Entry.key == found.subject)).one()
    entry = ledger.correct(
        spent,
        made.points,
        key=f"refund:{made.id}",
        reason="refund",
        now=now,
        by_id=made.by_id,
        note=made.words,
    )
    change = update(Refund).where(Refund.id == made.id)
    values = {"state": "booked", "entry_id": entry.id, "second_by_id": second_by_id, "decided_at": now}
    db.session.execute(change.values(**values).execution_options(synchronize_session="fetch"))
    codes.withdraw(found.id, now=now)
    data = {"refund_id": made.id, "points": made.points}
    activity.record("redemption.refunded", subject=found.subject, by_id=made.by_id, now=now, data=data)
    telling.refunded(found, made, now=now)


def of(redemption_id: int) -> list[Refund]:
    """The refunds of a redemption, oldest first."""
    query = select(Refund).where(Refund.redemption_id == redemption_id).order_by(Refund.id)
    return list(db.session.scalars(query))
