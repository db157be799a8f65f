"""Points that a manager gives or corrects by hand. The form's own token is the key: sent twice, booked once."""

import datetime as dt

from hub import activity
from hub.ledger import actions, statement_queries
from hub.ledger.models import LIMIT
from hub.ledger.queries import account_for

SURE_ABOVE = 5_000
"""Above this a manager has to say that they mean it."""


class Refusal(Exception):
    """It wasn't booked, and this sentence says why."""


def award(member_id: int, points: int, *, words: str, token: str, by_id: int, now: dt.datetime) -> bool:
    """Gives points for a reason in words; False when this form was sent before.

    Refuses anything but 1 to a million points, no words, and points to oneself.
    """
    if not 1 <= points <= LIMIT:
        raise Refusal(f"Give 1 to {LIMIT:,} points.")
    if not words.strip():
        raise Refusal("Say what it is for; they will read it.")
    if member_id == by_id:
        raise Refusal("You can't give points to yourself. Ask another manager.")
    wish = actions.Award(
        account_id=account_for(member_id=member_id), points=points, reason="manual", key=f"manual:{token}",
        subject=f"member:{member_id}", happened_at=now, by_id=by_id, note=words.strip(),
    )  # fmt: skip
    try:
        fresh = bool(actions.award_many([wish], now=now))
    except actions.KeyTaken:
        raise Refusal(
            "This form was sent before with another number. Reload the page to give more."
        ) from None
    if fresh:
        activity.record(
            "points.given", subject=f"member:{member_id}", by_id=by_id, now=now, data={"points": points}
        )
    return fresh


def restate(
    entry_id: int, *, comes_to: int, was: int, words: str, token: str, by_id: int, now: dt.datetime
) -> bool:
    """Corrects a line to what it should come to; `was` is what it came to when the form was shown. False when this
    form was sent before.

    Refuses no words, one's own points, no change, a negative sum, what was spent, corrections of corrections, and a
    line that somebody else corrected meanwhile.
    """
    line = _alone_with(entry_id)
    if line is None or line.original is not None or line.points < 0:
        raise Refusal("Only a line of earned points can be corrected.")
    if line.member_id == by_id:
        raise Refusal("You can't correct your own points. Ask another manager.")
    if not 0 <= comes_to <= LIMIT or comes_to == was:
        raise Refusal(f"It comes to {was:,} points now. Say another number, from 0 to {LIMIT:,}.")
    if not words.strip():
        raise Refusal("Say what was wrong; they will read it.")
    key = f"correction:{entry_id}:{token}"
    if line.comes_to != was and not actions.is_booked(key):
        raise Refusal(f"Somebody corrected it meanwhile: it comes to {line.comes_to:,} points now.")
    return _correct(entry_id, comes_to - was, key=key, words=words.strip(), by_id=by_id, now=now)


def _alone_with(entry_id: int) -> statement_queries.Told | None:
    line = statement_queries.line(entry_id)
    if line is not None:
        actions.lock(line.account_id)
    return statement_queries.line(entry_id)


def _correct(entry_id: int, points: int, *, key: str, words: str, by_id: int, now: dt.datetime) -> bool:
    known = actions.is_booked(key)
    try:
        actions.correct(entry_id, points, key=key, now=now, by_id=by_id, note=words)
    except actions.KeyTaken:
        raise Refusal(
            "This form was sent before with another number. Reload the page to change it again."
        ) from None
    except ValueError as error:
        raise Refusal(f"{str(error).capitalize()}.") from None
    if not known:
        activity.record(
            "points.corrected", subject=f"entry:{entry_id}", by_id=by_id, now=now, data={"points": points}
        )
    return not known
