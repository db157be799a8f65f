"""Open doubts follow the credit: when a referral rests in another one, they are about that one, and their people hear
of it."""

import datetime as dt

from sqlalchemy import select

from hub import activity, notices
from hub.core.db import db
from hub.referrals.disputes.models import Dispute
from hub.referrals.models import Referral


def follow(old_id: int, new_id: int, *, now: dt.datetime) -> None:
    """Points the open doubts about a referral at the one it goes on as. Who is credited there now, or doubts that one
    already, has theirs left where it is: a manager closes it."""
    advocate_id = db.session.scalar(select(Referral.advocate_id).where(Referral.id == new_id))
    doubting = select(Dispute.by_id).where(Dispute.referral_id == new_id)
    mine = select(Dispute).where(
        Dispute.referral_id == old_id, Dispute.state == "open", Dispute.by_id.not_in(doubting)
    )
    for dispute in db.session.scalars(mine.order_by(Dispute.id).with_for_update()):
        if dispute.by_id == advocate_id:
            continue
        dispute.referral_id = new_id
        due = f"{dispute.due_at:%Y-%m-%d}"
        data = {"dispute": dispute.id, "due": due}
        activity.record(
            "referral.disputed", subject=f"referral:{new_id}", by_id=dispute.by_id, now=now, data=data
        )
        told = [(dispute.by_id, "dispute.goes_on")]
        if advocate_id is not None:
            told.append((advocate_id, "dispute.doubted"))
        for member_id, kind in told:
            notices.tell(
                member_id, kind, subject=f"dispute:{dispute.id}", key=f"{kind}:{dispute.id}:{member_id}:{new_id}",
                now=now, data={"due": due},
            )  # fmt: skip
    db.session.flush()
