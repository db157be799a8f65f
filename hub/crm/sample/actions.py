"""Deals of the sample CRM: opened with a referral, moved by a click, told to the hub."""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import select

from hub import outbox
from hub.core.db import db
from hub.crm import connections
from hub.crm.sample.models import SampleDeal
from hub.crm.sample.stages import CONNECTION, MEANS, NEW, STAGES, STANDS_AT
from hub.outbox.actions import insert_ignoring
from hub.referrals.models import Referral

TELL = "crm.sample_tell"
MOST = 200


class UnknownStage(Exception):
    """The sample CRM has no stage of this name."""


def open_deals(referral_ids: Sequence[int], *, now: dt.datetime) -> int:
    """A deal for each of these referrals that has none yet, where the referral stands; returns how many are new."""
    columns = (Referral.id, Referral.rung, Referral.amount_hundredths, Referral.currency, Referral.moved_at)
    rows = [
        {
            "number": f"OPP-{20_000 + row.id}", "referral_id": row.id, "stage": STANDS_AT.get(row.rung, NEW),
            "amount_hundredths": row.amount_hundredths or _size(row.id), "currency": row.currency or "USD",
            "moved_at": min(row.moved_at, now), "sending": "never",
        }
        for row in db.session.execute(select(*columns).where(Referral.id.in_(referral_ids)))
    ]  # fmt: skip
    if not rows:
        return 0
    statement = insert_ignoring(SampleDeal).returning(SampleDeal.id)
    return len(db.session.scalars(statement, rows).all())


def _size(referral_id: int) -> int:
    """What a deal is worth before anybody has said so: the same each time, between 12,000 and 96,000."""
    return (12_000 + referral_id * 7_919 % 85 * 1_000) * 100


def open_latest(*, now: dt.datetime) -> int:
    """Deals for the referrals that moved last."""
    latest = (
        select(Referral.id).where(Referral.breakage.is_(None)).order_by(Referral.moved_at.desc(), Referral.id)
    )
    return open_deals(list(db.session.scalars(latest.limit(MOST))), now=now)


def move(deal: SampleDeal, stage: str, *, now: dt.datetime) -> None:
    """Puts a deal on another stage and tells the hub; each click is a message of its own. Refuses UnknownStage."""
    if stage not in STAGES:
        raise UnknownStage(stage)
    deal.stage, deal.moved_at = stage, now
    deal.message_id = f"msg_{uuid.uuid4().hex}"
    deal.sending, deal.status, deal.answer, deal.answered_at = "sending", None, None, None
    db.session.flush()
    args = {"deal_id": deal.id, "stage": stage, "message_id": deal.message_id, "moved_at": now.isoformat()}
    outbox.post(TELL, args, key=f"sample:{deal.message_id}", now=now)


def answered(deal_id: int, message_id: str, status: int, answer: str, *, now: dt.datetime) -> None:
    """Notes the hub's answer, unless the deal has moved on since."""
    deal = db.session.get(SampleDeal, deal_id)
    if deal is not None and deal.message_id == message_id:
        deal.sending, deal.status, deal.answer, deal.answered_at = "answered", status, answer, now
        db.session.flush()


def connect(*, now: dt.datetime) -> None:
    """The sample's connection with its mapping. What is there already stays as it is."""
    if connections.find(CONNECTION) is None:
        connections.connect(CONNECTION, "generic", now=now, stages=MEANS)
