"""From deliveries to stage events: one batch, one transaction, one drain at a time.

A batch that fails as a whole is done again one by one, so that the bad delivery is found, tried later and after
eight tries set aside; the good ones are booked at once.
"""

import datetime as dt
import traceback
from collections.abc import Sequence
from functools import partial

import structlog

from hub.core import edges
from hub.crm import states
from hub.crm.apply import apply
from hub.crm.receipt import DRAIN, oldest_pending
from hub.crm.states import Pending
from hub.outbox import Drain, drains
from hub.outbox.actions import only_one
from hub.outbox.pace import Pace

log = structlog.get_logger(__name__)
PACE = Pace(first=200)


def drain_batch(now: dt.datetime) -> int:
    """Works off one batch of pending deliveries; returns how many."""
    try:
        return PACE.run(partial(_batch, now=now))
    except Exception as error:
        if edges.passing(error):
            raise
        log.warning("deliveries.batch_failed", error=str(error)[:200])
    return _one_by_one(PACE.size, now)


def _batch(limit: int, *, now: dt.datetime) -> int:
    batch = _claim(limit, now)
    apply(batch, now=now)
    return len(batch)


def _claim(limit: int, now: dt.datetime) -> Sequence[Pending]:
    return states.pending(limit=limit, now=now) if only_one(DRAIN) else []


def _one_by_one(limit: int, now: dt.datetime) -> int:
    """The same deliveries, each in a savepoint of its own."""
    with edges.unit():
        batch = _claim(limit, now)
        for state in batch:
            delivery_id = state.delivery_id
            try:
                with edges.attempt():
                    apply([state], now=now)
            except Exception as error:
                if edges.passing(error):
                    raise
                log.exception("delivery.failed", delivery=delivery_id)
                states.failed(delivery_id, traceback.format_exc(limit=-4), now=now)
        return len(batch)


drains(Drain(name=DRAIN, queue="books", oldest=oldest_pending, run=drain_batch))
