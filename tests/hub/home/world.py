"""A hub with the sample programme, and people who refer."""

import datetime as dt

from flask import Flask

from hub import referrals
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.members.models import Member
from hub.referrals.advance import Advance
from hub.referrals.intake import Contact
from hub.referrals.queries import programme_with_version
from tests.challenges.world import challenge, submit
from tests.faults.books import publish


def programme(app: Flask) -> None:
    """The sample programme, published."""
    with app.app_context(), edges.unit():
        publish(clawback="unspent", hold=False)


def has_begun(app: Flask, member_id: int) -> None:
    """They did something small here: from then on they may be asked for an introduction."""
    submit(app, challenge(app, "question", title="One small question"), member_id)


def refer(app: Flask, member_id: int, name: str = "Marit Osei", *, rung: str | None = None) -> int:
    """One referral by this member, moved to `rung`; gives its id."""
    with app.app_context(), edges.unit():
        offer = programme_with_version()
        assert offer is not None
        contact = Contact(name=name, email=f"{name.split()[0].lower()}@example.org")
        advocate = db.session.get_one(Member, member_id)
        made = referrals.refer(advocate, contact, programme=offer, mode="form", now=now())
        if rung:
            at = now() + dt.timedelta(seconds=1)
            step = Advance(referral_id=made.id, rung_key=rung, happened_at=at, source="test")
            referrals.advance_many([step], now=at)
        return made.id
