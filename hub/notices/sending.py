"""Sending: a mail is claimed, handed over, and settled, each in a transaction of its own or none.

Whoever dies with a claimed mail frees it by the clock, and the next one sends it under the same Message-ID: the one
place where a mail can come twice is between a server's taking it and our writing that down, and mail programs know the
two for one. A mail is tried for about a day, then set aside for somebody to look.
"""

import datetime as dt
from collections.abc import Sequence

import structlog
from sqlalchemy import delete, func, select, text, update

from hub import outbox
from hub.core import edges
from hub.core.db import db
from hub.notices import envelope
from hub.notices.actions import QUEUE
from hub.notices.composing import Nothing, compose
from hub.notices.models import OPEN, Mail
from hub.notices.post import Later, Parcel, Refused, Unknown
from hub.outbox.actions import lease
from hub.outbox.queries import holder

log = structlog.get_logger(__name__)
BATCH = 10
HELD = dt.timedelta(minutes=5)
TRIES = (60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600)
PAUSE = "notices.post"
PAUSE_SECONDS = 60
KEPT = dt.timedelta(days=90)
FORGOTTEN_AT_ONCE = 500


def oldest(at: dt.datetime) -> dt.datetime | None:
    """When the longest-waiting due mail fell due; None while the mail server is given its rest."""
    due = select(func.min(Mail.due_at)).where(text(OPEN), Mail.due_at <= at)
    return None if paused_until(at) else db.session.scalar(due)


def claim(at: dt.datetime) -> tuple[int, list[Parcel]]:
    """Takes up to ten due mails for five minutes and writes them out; how many there were, and those that can go. What
    can't be written is set aside, alone."""
    query = (
        select(Mail)
        .where(Mail.state.in_(("waiting", "unknown")), text(OPEN), Mail.due_at <= at)
        .order_by(Mail.due_at, Mail.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    found = db.session.scalars(query).all()
    for mail in found:
        mail.attempts += 1
        mail.due_at = at + HELD
    parcels = [_parcel(mail, at) for mail in found]
    return len(found), [parcel for parcel in parcels if parcel is not None]


def _parcel(mail: Mail, at: dt.datetime) -> Parcel | None:
    try:
        with edges.attempt():
            made = compose(mail, at=at)
            if isinstance(made, Nothing):
                mail.state, mail.note, mail.sealed = "dropped", made.why, None
                return None
    except Exception as error:
        if edges.passing(error):
            raise
        log.exception("mail.unwritable", mail=mail.id, kind=mail.kind)
        mail.state, mail.note = "parked", f"can't be written: {type(error).__name__}: {error}"[:500]
        return None
    recipient = made["To"].addresses[0].addr_spec
    return Parcel(mail_id=mail.id, sender=envelope.sender(), recipient=recipient, message=made)


def sent(mail_id: int, *, at: dt.datetime) -> None:
    """It was taken."""
    mail = db.session.get_one(Mail, mail_id)
    mail.state, mail.sent_at, mail.note, mail.sealed = "sent", at, None, None


def failed(mail_id: int, error: Later | Refused | Unknown, *, at: dt.datetime) -> None:
    """It wasn't, or nobody knows: tried again later, set aside when it was refused for good or tried for a day."""
    mail = db.session.get_one(Mail, mail_id)
    mail.note = str(error).replace("\0", "")
    if isinstance(error, Refused) or mail.attempts > len(TRIES):
        mail.state = "parked"
        return
    mail.state = "unknown" if isinstance(error, Unknown) else mail.state
    mail.due_at = at + dt.timedelta(seconds=TRIES[mail.attempts - 1])


def give_back(mail_ids: Sequence[int], reason: str, *, at: dt.datetime) -> None:
    """The mail server is away: these have not been tried, and nobody tries for a minute."""
    rest = dt.timedelta(seconds=PAUSE_SECONDS)
    back = update(Mail).where(Mail.id.in_(mail_ids))
    values = {"attempts": Mail.attempts - 1, "due_at": at + rest, "note": reason.replace("\0", "")}
    db.session.execute(back.values(values).execution_options(synchronize_session=False))
    lease(PAUSE, reason.replace("\0", "")[:200], now=at, seconds=PAUSE_SECONDS)


def paused_until(at: dt.datetime) -> dt.datetime | None:
    """Until when nobody tries the mail server."""
    found = holder(PAUSE)
    return found.until if found is not None and found.until > at else None


def resend(mail_id: int, *, at: dt.datetime) -> bool:
    """Takes a mail that was set aside back into the queue, as new as on its first day. False when it isn't parked."""
    mine = update(Mail).where(Mail.id == mail_id, Mail.state == "parked")
    done = db.session.execute(mine.values(state="waiting", attempts=0, due_at=at))
    outbox.bell(QUEUE)
    return bool(done.rowcount)  # type: ignore[attr-defined]


def forget(at: dt.datetime, *, limit: int = FORGOTTEN_AT_ONCE) -> int:
    """Forgets up to 500 mails that were done three months ago; their notices stay, so none is written again."""
    old = (
        select(Mail.id)
        .where(Mail.created_at < at - KEPT, Mail.state.in_(("sent", "dropped", "gathered")))
        .order_by(Mail.id)
        .limit(limit)
    )
    ids = list(db.session.scalars(old))
    if ids:
        db.session.execute(delete(Mail).where(Mail.id.in_(ids)).execution_options(synchronize_session=False))
    return len(ids)
