"""Making a hangout: drafts, publishing, changing, moving, cancelling, closing with a recording and a thank-you."""

import datetime as dt
import re
import secrets
import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update

from hub import activity, notices, outbox
from hub.core import crypto
from hub.core.db import db, table_of
from hub.hangouts import seats
from hub.hangouts.models import AgendaItem, AgendaVote, Cohost, Guest, Hangout
from hub.hangouts.problems import Problem, problems

CODE_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without what is read two ways
CODE_LENGTH = 6
MOST_ROWS = 20_000
MOVES = ("starts_at", "minutes", "zone", "meets", "place")
"""What a calendar has to hear of."""
CONCERNED = ("seated", "waiting", "offered", "invited")


class Incomplete(Exception):
    """It can't be published yet, or would be broken by a change; `problems` say what is missing and where."""

    def __init__(self, found: Sequence[Problem]) -> None:
        super().__init__(f"{len(found)} things are missing")
        self.problems = list(found)


def create(title: str, *, by_id: int, now: dt.datetime, slug: str = "", **values: Any) -> Hangout:
    """A draft of one host; its address is made of its title unless given."""
    made = Hangout(
        slug=slug or _slug(title), uid=f"{uuid.uuid4()}@hangouts", title=title, by_id=by_id, created_at=now,
        changed_at=now, code=_code(), state="draft",
    )  # fmt: skip
    _set(made, values)
    db.session.add(made)
    db.session.flush()
    return made


def change(hangout: Hangout, values: Mapping[str, Any], *, cohost_ids: Sequence[int] | None = None, by_id: int,
           now: dt.datetime) -> bool:  # fmt: skip
    """Saves what a host filled in. Once it is published, everybody concerned is told of another time or place,
    calendars hear of it, and new seats go to those who wait. Gives whether it moved.

    Refuses (Incomplete) to leave a published one in a state in which it couldn't be published, fewer seats than are
    taken, and another beginning once it has begun: from then on only its end can move, until it is over.
    """
    seats.alone(hangout.id)
    db.session.refresh(hangout)  # all of it: somebody else may have moved it since it was read
    if hangout.state != "draft" and int(values.get("seats", hangout.seats)) < hangout.taken:
        raise Incomplete([Problem("seats", f"{hangout.taken} seats are taken; it can’t have fewer.")])
    if fixed := _fixed(hangout, values, now):
        raise Incomplete(fixed)
    began, before = hangout.starts_at, [getattr(hangout, name) for name in MOVES]
    _set(hangout, values)
    if cohost_ids is not None:
        _keep_cohosts(hangout, cohost_ids)
    moved = hangout.state == "open" and before != [getattr(hangout, name) for name in MOVES]
    ahead = now if hangout.starts_at != began else None
    if hangout.state == "open" and (missing := problems(hangout, now=ahead)):
        raise Incomplete(missing)
    hangout.changed_at = now
    if moved:
        _moved(hangout, now=now)
    db.session.flush()
    if hangout.state == "open":
        seats.fill(hangout.id, now=now)
    activity.record("hangout.changed", subject=hangout.subject, by_id=by_id, now=now)
    return moved


def _fixed(hangout: Hangout, values: Mapping[str, Any], now: dt.datetime) -> list[Problem]:
    """What can't be another any more, since it has begun or is over."""
    found = []
    if hangout.is_on(now) or hangout.is_over(now):
        if values.get("starts_at", hangout.starts_at) != hangout.starts_at:
            found.append(
                Problem("starts_at", "It has begun: when it begins stays. It can still take longer.")
            )
        if hangout.is_over(now) and values.get("minutes", hangout.minutes) != hangout.minutes:
            found.append(Problem("minutes", "It is over: how long it took stays."))
    return found


def publish(hangout: Hangout, *, by_id: int, now: dt.datetime) -> None:
    """Opens it: its audience is invited in the background. Refuses (Incomplete) with all that is missing."""
    missing = problems(hangout, now=now)
    if missing:
        raise Incomplete(missing)
    hangout.state, hangout.published_at, hangout.changed_at = "open", hangout.published_at or now, now
    db.session.flush()
    activity.record(
        "hangout.published", subject=hangout.subject, by_id=by_id, now=now, data={"slug": hangout.slug}
    )
    ask_audience(hangout, now=now)


def ask_audience(hangout: Hangout, *, now: dt.datetime) -> None:
    """Invites all of a segment who belong now, in batches. Everybody is nobody in particular: they find it by
    themselves."""
    if hangout.audience == "segment":
        outbox.post("hangouts.invite", {"hangout_id": hangout.id, "after": 0}, now=now)


def cancel(hangout: Hangout, *, by_id: int, now: dt.datetime) -> bool:
    """Calls it off, once: everybody concerned is told, and calendars take it out. False when it was called off
    before."""
    gone = update(Hangout).where(Hangout.id == hangout.id, Hangout.state == "open")
    values = {"state": "cancelled", "cancelled_at": now, "changed_at": now, "sequence": Hangout.sequence + 1}
    done = db.session.execute(gone.values(values).execution_options(synchronize_session=False))
    if not done.rowcount:  # type: ignore[attr-defined]
        return False
    db.session.refresh(hangout)
    _tell_all(hangout, "hangout.cancelled", now=now)
    _withdraw_offers(hangout)
    activity.record("hangout.cancelled", subject=hangout.subject, by_id=by_id, now=now)
    return True


def remove_draft(hangout: Hangout) -> bool:
    """Throws a draft away. False once anybody was invited."""
    if hangout.state != "draft":
        return False
    items = select(AgendaItem.id).where(AgendaItem.hangout_id == hangout.id)
    db.session.execute(delete(AgendaVote).where(AgendaVote.item_id.in_(items)))
    for model in (AgendaItem, Cohost, Guest):
        db.session.execute(delete(model).where(model.hangout_id == hangout.id))
    db.session.delete(hangout)
    return True


def new_code(hangout: Hangout) -> str:
    """Another code for attendance: the old one is worth nothing any more."""
    hangout.code = _code()
    return hangout.code


def close(hangout: Hangout, *, recording_url: str, thanks: str, follow_up: str | None, by_id: int,
          now: dt.datetime) -> None:  # fmt: skip
    """Keeps the recording, the words of thanks and what may follow. Nobody is told yet."""
    hangout.recording_url, hangout.thanks, hangout.follow_up = recording_url, thanks, follow_up
    activity.record("hangout.closed", subject=hangout.subject, by_id=by_id, now=now)


def thank(hangout: Hangout, *, by_id: int, now: dt.datetime) -> int:
    """Thanks everybody who was there, each once, so that it may run again for those who were noted down since; gives
    how many those are. Nobody is thanked before it is over."""
    if not hangout.is_over(now):
        return 0
    seats.alone(hangout.id)
    db.session.refresh(hangout)
    there = select(Guest.member_id, Guest.attended_at).where(
        Guest.hangout_id == hangout.id, Guest.attended_at.is_not(None)
    )
    rows, before = db.session.execute(there).all(), hangout.thanked_at
    new = sum(before is None or at is None or at > before for _, at in rows)
    if before is not None and not new:
        return 0
    hangout.thanked_at = now
    _tell_many(hangout, [one for one, _ in rows], "hangout.thanked", f"{hangout.subject}:thanked", now=now)
    activity.record("hangout.thanked", subject=hangout.subject, by_id=by_id, now=now, data={"guests": new})
    return new


def _set(hangout: Hangout, values: Mapping[str, Any]) -> None:
    given = dict(values)
    if "link" in given:
        link = given.pop("link")
        hangout.link_sealed = crypto.seal(link) if link else None
    for name, value in given.items():
        setattr(hangout, name, value)


def _keep_cohosts(hangout: Hangout, member_ids: Sequence[int]) -> None:
    db.session.execute(delete(Cohost).where(Cohost.hangout_id == hangout.id))
    rows = [{"hangout_id": hangout.id, "member_id": one} for one in sorted(set(member_ids) - {hangout.by_id})]
    if rows:
        db.session.execute(insert(table_of(Cohost)), rows)


def _moved(hangout: Hangout, *, now: dt.datetime) -> None:
    hangout.sequence += 1
    db.session.flush()
    offers = update(Guest).where(Guest.hangout_id == hangout.id, Guest.state == "offered")
    late = offers.where(Guest.offer_ends_at > hangout.starts_at)
    db.session.execute(
        late.values(offer_ends_at=hangout.starts_at).execution_options(synchronize_session=False)
    )
    _tell_all(hangout, "hangout.moved", now=now)


def _tell_all(hangout: Hangout, kind: str, *, now: dt.datetime) -> None:
    query = select(Guest.member_id).where(Guest.hangout_id == hangout.id, Guest.state.in_(CONCERNED))
    ids = list(db.session.scalars(query.order_by(Guest.member_id)))
    _tell_many(hangout, ids, kind, f"{hangout.subject}:{kind.partition('.')[2]}:{hangout.sequence}", now=now)


def _tell_many(hangout: Hangout, ids: Sequence[int], kind: str, key: str, *, now: dt.datetime) -> None:
    data = {"sequence": hangout.sequence}
    rows = [
        {"member_id": one, "kind": kind, "subject": hangout.subject, "key": f"{key}:{one}", "data": data}
        for one in ids
    ]
    if rows:
        notices.tell_many(rows, now=now)


def _withdraw_offers(hangout: Hangout) -> None:
    kept = update(Guest).where(Guest.hangout_id == hangout.id, Guest.state == "offered")
    gone = db.session.execute(
        kept.values(state="lapsed", offer_ends_at=None).execution_options(synchronize_session=False)
    )
    fewer = update(Hangout).where(Hangout.id == hangout.id)
    db.session.execute(
        fewer.values(taken=Hangout.taken - gone.rowcount).execution_options(synchronize_session="fetch")  # type: ignore[attr-defined]
    )


def _code() -> str:
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "hangout"
    taken = db.session.scalar(select(Hangout.id).where(Hangout.slug == base)) is not None
    return f"{base}-{secrets.token_hex(3)}" if taken else base
