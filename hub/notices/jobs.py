"""What this room does in the background: plans new mails, sends what is due, writes digests, forgets the old."""

import datetime as dt
from contextlib import AbstractContextManager

from flask import current_app

from hub import outbox
from hub.core import edges
from hub.core.clock import now
from hub.notices import digests, envelope, planning, post, sending
from hub.notices.actions import QUEUE
from hub.notices.post import Away, Later, Outlet, Parcel, Refused, Unknown

GATHER, FORGET = "notices.gather", "notices.forget_mails"


def run(at: dt.datetime) -> int:
    """One round: a batch planned, a batch sent."""
    with edges.unit():
        planned = planning.plan_batch(at)
    return planned + send(at)


def send(at: dt.datetime) -> int:
    """Sends a batch over one connection; how many were dealt with. No transaction waits for the server."""
    with edges.reading():
        if sending.paused_until(at):
            return 0
    with edges.unit():
        count, parcels = sending.claim(at)
    tried = 0
    try:
        if parcels:
            with _outlet() as outlet:
                for parcel in parcels:
                    tried += 1
                    _send_one(outlet, parcel)
    except Away as away:
        with edges.unit():
            sending.give_back([parcel.mail_id for parcel in parcels[tried:]], str(away), at=now())
    return count - len(parcels) + tried


def _outlet() -> AbstractContextManager[Outlet]:
    name = envelope.sender().rpartition("@")[2] or "localhost"
    return post.outlet(current_app.extensions["settings"].mail_url, name=name)


def _send_one(outlet: Outlet, parcel: Parcel) -> None:
    try:
        outlet.send(parcel)
    except (Later, Refused, Unknown) as error:
        _failed(parcel, error)
    except Away as away:
        # A mail that makes the server hang up counts its tries like any other, or it would stop all mail for ever.
        _failed(parcel, Later(str(away)))
        raise
    else:
        with edges.unit():
            sending.sent(parcel.mail_id, at=now())


def _failed(parcel: Parcel, error: Later | Refused | Unknown) -> None:
    with edges.unit():
        sending.failed(parcel.mail_id, error, at=now())


outbox.drains(outbox.Drain(name=QUEUE, queue="post", oldest=sending.oldest, run=run))


@outbox.every(60, GATHER)
def gather() -> None:
    """Writes the digests whose time has come, a batch at a time."""
    if digests.gather_batch(now()) == digests.BATCH:
        outbox.post(GATHER, now=now())


@outbox.every(24 * 3600, FORGET)
def forget_mails() -> None:
    """Forgets mails that were done three months ago, a batch at a time."""
    if sending.forget(now()) == sending.FORGOTTEN_AT_ONCE:
        outbox.post(FORGET, now=now())
