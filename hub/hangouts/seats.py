"""Seats and the queue for them. Whoever changes who sits holds the hangout's row until the transaction ends, so there
are never more seated than seats, and a seat that comes free is offered to whoever asked first, in the same breath."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import exists, select, update
from sqlalchemy.sql.dml import Update

from hub import activity, notices
from hub.core.db import db
from hub.hangouts.models import HOLDING, Cohost, Guest, Hangout
from hub.members.models import Member
from hub.outbox.actions import insert_ignoring

AT_ONCE = 100
LEAST_MINUTES = 15


class Closed(Exception):
    """Nothing was given: it is full of reasons, or too late. The sentence says which."""


def take(hangout_id: int, member_id: int, *, now: dt.datetime) -> Guest:
    """Gives a seat, or the next place in the queue; what is offered is accepted; whoever has either keeps it.

    Refuses (Closed) when it isn't open any more, or an offer has lapsed.
    """
    ticket = _ticket(hangout_id, now)
    known = _find(hangout_id, member_id)
    if known is not None and known.state == "offered":
        return _accept(known, now=now)
    if known is not None and known.state in ("seated", "waiting"):
        return known
    state = "seated" if _claim(hangout_id) else "waiting"
    values = {"state": state, "ticket": ticket, "asked_at": now, "moved_at": now}
    if known is None:
        row = {"hangout_id": hangout_id, "member_id": member_id, "points": 0, **values}
        db.session.execute(insert_ignoring(Guest).values(**row))
    else:
        _run(update(Guest).where(Guest.id == known.id).values(**values))
    _tell(hangout_id, [(member_id, ticket)], state, now=now, asked=True)
    notices.read_about(member_id, f"hangout:{hangout_id}", "hangout.invited", now=now)
    found = _find(hangout_id, member_id)
    assert found is not None
    return found


def give_back(
    hangout_id: int, member_id: int, *, now: dt.datetime, by_id: int | None = None, quietly: bool = False
) -> bool:
    """Leaves a seat, an offer or the queue; who waits longest is offered the seat. Whoever had a seat is told, so that
    their calendar lets go of it, and everybody whom somebody else (`by_id`) takes off, unless it is done `quietly`.
    False without any, and once they were there."""
    alone(hangout_id)
    known = _find(hangout_id, member_id)
    if known is None or known.state not in ("seated", "waiting", "offered"):
        return False
    held, ticket, subject = known.state, known.ticket or 0, f"hangout:{hangout_id}"
    if not _leave(known, "given_back", now=now):
        return False
    fill(hangout_id, now=now)
    by_other = by_id not in (None, member_id)
    data = {"member_id": member_id} if by_other else {}
    activity.record("hangout.given_back", subject=subject, by_id=by_id or member_id, now=now, data=data)
    if not quietly and (by_other or held == "seated"):
        said = {"by_id": by_id if by_other else None, "held": held}
        notices.tell(
            member_id, "hangout.left", subject=subject, key=f"{subject}:left:{ticket}", data=said, now=now
        )
    return True


def leave_all(member_id: int, *, now: dt.datetime) -> None:
    """Gives back all seats and places in line of somebody who is gone, and their invitations with them."""
    coming = select(Guest.hangout_id).join(Guest.hangout).where(
        Guest.member_id == member_id, Hangout.state == "open", Hangout.starts_at > now
    )  # fmt: skip
    for hangout_id in db.session.scalars(coming.order_by(Guest.hangout_id)).all():
        if not give_back(hangout_id, member_id, now=now, quietly=True):
            decline(hangout_id, member_id, now=now)


def decline(hangout_id: int, member_id: int, *, now: dt.datetime) -> bool:
    """Says no to an invitation, or to a seat that is offered. They may still ask for one later."""
    alone(hangout_id)
    known = _find(hangout_id, member_id)
    if known is None or known.state not in ("invited", "offered"):
        return False
    _leave(known, "declined", now=now)
    fill(hangout_id, now=now)
    for kind in ("hangout.invited", "hangout.offered"):
        notices.read_about(member_id, f"hangout:{hangout_id}", kind, now=now)
    return True


def fill(hangout_id: int, *, now: dt.datetime) -> int:
    """Offers free seats to those who wait, in the order in which they asked; gives how many. Whoever calls it is alone
    with the hangout. When it is about to begin there is no time to ask, so the seat is theirs at once."""
    found = _fresh(hangout_id)
    if not found.is_upcoming(now) or not found.left:
        return 0
    waiting = (
        select(Guest.id, Guest.member_id, Guest.ticket)
        .join(Member, Member.id == Guest.member_id)
        .where(Guest.hangout_id == hangout_id, Guest.state == "waiting", Member.disabled_at.is_(None))
    )
    lucky = db.session.execute(waiting.order_by(Guest.ticket).limit(found.left)).all()
    if not lucky:
        return 0
    room = update(Hangout).where(Hangout.id == hangout_id, Hangout.taken + len(lucky) <= Hangout.seats)
    assert _run(room.values(taken=Hangout.taken + len(lucky)))
    ends = deadline(found, now)
    state = "offered" if ends else "seated"
    ids = [guest.id for guest in lucky]
    moved = update(Guest).where(Guest.id.in_(ids), Guest.state == "waiting")
    _run(moved.values(state=state, offer_ends_at=ends, moved_at=now))
    who = [(guest.member_id, guest.ticket or 0) for guest in lucky]
    _tell(hangout_id, who, state, now=now, until=ends.isoformat() if ends else None)
    return len(lucky)


def lapse(now: dt.datetime) -> int:
    """Seats that were offered and not taken in time go to whoever is next; gives how many lapsed."""
    late = select(Guest.hangout_id, Guest.member_id).where(
        Guest.state == "offered", Guest.offer_ends_at <= now
    )
    # Hangouts in one order, so that two of these never wait for each other.
    rows = db.session.execute(late.order_by(Guest.hangout_id, Guest.ticket).limit(AT_ONCE)).all()
    done = 0
    for hangout_id, member_id in rows:
        alone(hangout_id)
        known = _find(hangout_id, member_id)
        if known is None or known.state != "offered" or not known.offer_ends_at or known.offer_ends_at > now:
            continue
        ticket = known.ticket or 0
        _leave(known, "lapsed", now=now)
        _tell(hangout_id, [(member_id, ticket)], "lapsed", now=now)
        fill(hangout_id, now=now)
        done += 1
    return done


def invite(hangout_id: int, member_ids: Sequence[int], *, now: dt.datetime) -> int:
    """Invites members, each once; whoever has an answer already keeps it, and whoever holds it needs none. Gives how
    many are new."""
    alone(hangout_id)
    hosts = set(db.session.scalars(select(Cohost.member_id).where(Cohost.hangout_id == hangout_id)))
    hosts |= set(db.session.scalars(select(Hangout.by_id).where(Hangout.id == hangout_id)))
    rows = [
        {"hangout_id": hangout_id, "member_id": one, "state": "invited", "invited_at": now, "moved_at": now,
         "points": 0}
        for one in sorted(set(member_ids) - hosts)
    ]  # fmt: skip
    if not rows:
        return 0
    fresh = insert_ignoring(Guest).returning(Guest.member_id)
    new = list(db.session.scalars(fresh, rows))
    told = [
        {"member_id": one, "kind": "hangout.invited", "subject": f"hangout:{hangout_id}",
         "key": f"hangout:{hangout_id}:invited:{one}"}
        for one in new
    ]  # fmt: skip
    notices.tell_many(told, now=now)
    return len(new)


def deadline(hangout: Hangout, now: dt.datetime) -> dt.datetime | None:
    """Until when an offer made now can be accepted: the host's hours, at most half of what is left. None when that is
    less than a quarter of an hour."""
    assert hangout.starts_at is not None
    time = min(dt.timedelta(hours=hangout.accept_hours), (hangout.starts_at - now) / 2)
    return now + time if time >= dt.timedelta(minutes=LEAST_MINUTES) else None


def alone(hangout_id: int) -> None:
    """Makes whoever else moves guests of this hangout wait for this transaction."""
    # Weaker than FOR UPDATE, for others hold the key of this row: their rows name it.
    db.session.execute(select(Hangout.id).where(Hangout.id == hangout_id).with_for_update(key_share=True))


def _ticket(hangout_id: int, now: dt.datetime) -> int:
    """The next number in the order of asking. Taking it locks the hangout."""
    open_ = update(Hangout).where(Hangout.id == hangout_id, Hangout.state == "open", Hangout.starts_at > now)
    number = db.session.scalar(
        open_.values(tickets=Hangout.tickets + 1)
        .returning(Hangout.tickets)
        .execution_options(synchronize_session=False)
    )
    if number is None:
        raise Closed("No seats are given any more.")
    return int(number)


def _claim(hangout_id: int) -> bool:
    """Takes one seat if one is free and nobody waits for it."""
    queue = exists().where(Guest.hangout_id == hangout_id, Guest.state == "waiting")
    free = update(Hangout).where(Hangout.id == hangout_id, Hangout.taken < Hangout.seats, ~queue)
    return _run(free.values(taken=Hangout.taken + 1))


def _accept(known: Guest, *, now: dt.datetime) -> Guest:
    mine = update(Guest).where(Guest.id == known.id, Guest.state == "offered", Guest.offer_ends_at > now)
    if not _run(mine.values(state="seated", offer_ends_at=None, moved_at=now)):
        raise Closed("This seat was kept for you for a while, and has gone to the next in line.")
    notices.read_about(known.member_id, f"hangout:{known.hangout_id}", "hangout.offered", now=now)
    _tell(known.hangout_id, [(known.member_id, known.ticket or 0)], "seated", now=now, asked=True)
    found = _find(known.hangout_id, known.member_id)
    assert found is not None
    return found


def _leave(known: Guest, state: str, *, now: dt.datetime) -> bool:
    """Frees what they hold, unless they were checked in a moment ago: that asks for no lock on the hangout."""
    held = known.state in HOLDING
    mine = update(Guest).where(Guest.id == known.id, Guest.state == known.state, Guest.attended_at.is_(None))
    left = _run(mine.values(state=state, offer_ends_at=None, moved_at=now))
    if left and held:
        _run(update(Hangout).where(Hangout.id == known.hangout_id).values(taken=Hangout.taken - 1))
    return left


def _find(hangout_id: int, member_id: int) -> Guest | None:
    query = select(Guest).where(Guest.hangout_id == hangout_id, Guest.member_id == member_id)
    return db.session.scalar(query.execution_options(populate_existing=True))


def _fresh(hangout_id: int) -> Hangout:
    query = select(Hangout).where(Hangout.id == hangout_id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _tell(
    hangout_id: int,
    who: Sequence[tuple[int, int]],
    state: str,
    *,
    now: dt.datetime,
    asked: bool = False,
    until: str | None = None,
) -> None:
    """Tells (member, ticket) of the state they are in now, once for each ticket; and remembers that it happened. It is
    their own doing only where they `asked`: being next in line is no sign of life."""
    subject, kind = f"hangout:{hangout_id}", f"hangout.{state}"
    data = {"until": until} if until else {}
    rows = [
        {
            "member_id": one,
            "kind": kind,
            "subject": subject,
            "key": f"{subject}:{state}:{ticket}",
            "data": data,
        }
        for one, ticket in who
    ]
    notices.tell_many(rows, now=now)
    facts = [
        {"kind": kind, "subject": subject, "by_id": one if asked else None,
         "data": {"ticket": ticket, "member_id": one}}
        for one, ticket in who
    ]  # fmt: skip
    activity.record_many(facts, now=now)


def _run(change: Update) -> bool:
    done = db.session.execute(change.execution_options(synchronize_session=False))
    return bool(done.rowcount)  # type: ignore[attr-defined]
