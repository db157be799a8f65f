"""Having been there: by the code that is shown at the hangout, or by the host's list. Each guest once, and paid
once."""

import datetime as dt
import hashlib
import hmac
from collections.abc import Sequence
from typing import Literal

from sqlalchemy import select, update

from hub import activity, ledger
from hub.core.db import db
from hub.hangouts.models import Cohost, Guest, Hangout
from hub.ledger.models import Entry
from hub.outbox.actions import insert_ignoring

EARLY = dt.timedelta(minutes=15)
LATE = dt.timedelta(hours=2)
How = Literal["code", "list", "door"]


class NotThere(Exception):
    """Nobody was checked in; the sentence says why."""


def takes_codes(hangout: Hangout, now: dt.datetime) -> bool:
    """Whether a code counts now: from a quarter of an hour before until two hours after."""
    if hangout.state != "open" or hangout.starts_at is None or hangout.ends_at is None:
        return False
    return hangout.starts_at - EARLY <= now <= hangout.ends_at + LATE


def takes_list(hangout: Hangout, now: dt.datetime) -> bool:
    """Whether a host may say who was there: from a quarter of an hour before on, for ever."""
    return hangout.state == "open" and hangout.starts_at is not None and hangout.starts_at - EARLY <= now


def check_in(hangout: Hangout, member_id: int, typed: str, *, now: dt.datetime) -> bool:
    """Checks a guest in by the code they typed; False when they were in already.

    Refuses (NotThere) a wrong code, one typed too early or too late, and whoever has no seat.
    """
    if not takes_codes(hangout, now):
        raise NotThere("The code counts while the hangout is on, and two hours after.")
    seat = select(Guest.id).where(
        Guest.hangout_id == hangout.id, Guest.member_id == member_id, Guest.state == "seated"
    )
    if db.session.scalar(seat) is None:
        raise NotThere("Only those with a seat can check in.")
    if not _same(typed, hangout.code):
        raise NotThere("That isn’t the code. Upper and lower case don’t matter.")
    return attend(hangout, member_id, how="code", now=now)


def mark(hangout: Hangout, member_ids: Sequence[int], *, by_id: int, now: dt.datetime) -> int:
    """Checks in those whom a host saw; gives how many are new. Nobody checks themselves in so."""
    if not takes_list(hangout, now):
        raise NotThere("It hasn’t begun yet.")
    return sum(
        attend(hangout, one, how="list", now=now, by_id=by_id)
        for one in sorted(set(member_ids))
        if one != by_id
    )


def walk_in(hangout: Hangout, member_ids: Sequence[int], *, by_id: int, now: dt.datetime) -> int:
    """Notes down those who came without a seat; gives how many are new. They take up none and are paid like the
    others; nobody notes themselves down, and whoever holds it is no guest."""
    if not takes_list(hangout, now):
        raise NotThere("It hasn’t begun yet.")
    cohosts = select(Cohost.member_id).where(Cohost.hangout_id == hangout.id)
    wanted = sorted(set(member_ids) - {by_id, hangout.by_id, *db.session.scalars(cohosts)})
    rows = [
        {"hangout_id": hangout.id, "member_id": one, "state": "invited", "moved_at": now, "points": 0}
        for one in wanted
    ]
    if rows:
        db.session.execute(insert_ignoring(Guest), rows)
    return sum(
        attend(hangout, one, how="list", now=now, by_id=by_id)
        or attend(hangout, one, how="door", now=now, by_id=by_id)
        for one in wanted
    )


def attend(hangout: Hangout, member_id: int, *, how: How, now: dt.datetime, by_id: int | None = None) -> bool:
    """Notes that a guest was there, seated or by the door, and pays what the hangout promises, once, whoever notes it
    at the same time."""
    seat = Guest.state == "seated" if how != "door" else Guest.state != "seated"
    mine = update(Guest).where(
        Guest.hangout_id == hangout.id, Guest.member_id == member_id, seat, Guest.attended_at.is_(None)
    )
    values = {"attended_at": now, "attended_by": how, "points": hangout.points}
    done = db.session.execute(mine.values(values).execution_options(synchronize_session=False))
    if not done.rowcount:  # type: ignore[attr-defined]
        return False
    _pay(hangout, member_id, hangout.points, now=now, by_id=by_id)
    everybody = hangout.audience == "everybody"
    data = {"slug": hangout.slug, "hangout_id": hangout.id, "everybody": everybody}
    activity.record("hangout.attended", subject=hangout.subject, by_id=member_id, now=now, data=data)
    return True


def undo(hangout: Hangout, member_id: int, *, by_id: int, now: dt.datetime) -> bool:
    """Takes a wrong tick back, and what it paid. False when they weren't noted down; nobody does it to themselves."""
    if member_id == by_id:
        return False
    mine = update(Guest).where(
        Guest.hangout_id == hangout.id, Guest.member_id == member_id, Guest.attended_at.is_not(None)
    )
    values = {"attended_at": None, "attended_by": None, "points": 0}
    done = db.session.execute(mine.values(values).execution_options(synchronize_session=False))
    if not done.rowcount:  # type: ignore[attr-defined]
        return False
    _pay(hangout, member_id, 0, now=now, by_id=by_id)
    data = {"member_id": member_id}
    activity.record("hangout.unattended", subject=hangout.subject, by_id=by_id, now=now, data=data)
    return True


def _pay(hangout: Hangout, member_id: int, points: int, *, now: dt.datetime, by_id: int | None) -> None:
    """Brings what was booked for having been there to `points`: a first entry, and corrections of it from then on. The
    guest's row is this transaction's alone."""
    key = f"{hangout.subject}:member:{member_id}"
    first = db.session.execute(select(Entry.id, Entry.points).where(Entry.key == key)).one_or_none()
    if first is None:
        if points:
            # Ticked days later, it still counts for the day it took place.
            there = min(now, hangout.ends_at) if hangout.ends_at else now
            account = ledger.account_for(member_id=member_id)
            ledger.award(account, points, reason="hangout", key=key, subject=hangout.subject, happened_at=there,
                         now=now, by_id=by_id)  # fmt: skip
        return
    entry_id, standing = first
    rows = select(Entry.key, Entry.points).where(Entry.corrects_id == entry_id)
    corrections = {name: amount for name, amount in db.session.execute(rows)}
    own = [amount for name, amount in corrections.items() if name.startswith(f"{key}:")]
    # What somebody else has corrected by hand stays so: there may be less left to take back.
    change = max(points - standing - sum(own), -(standing + sum(corrections.values())))
    if change:
        ledger.correct(entry_id, change, key=f"{key}:{len(own) + 1}", now=now, by_id=by_id)


def _same(typed: str, code: str) -> bool:
    """Compared whole, so the time taken says nothing."""
    return bool(_plain(code)) and hmac.compare_digest(_digest(typed), _digest(code))


def _digest(code: str) -> bytes:
    return hashlib.sha256(_plain(code).encode()).digest()


def _plain(code: str) -> str:
    return "".join(sign for sign in code.casefold() if sign.isalnum())
