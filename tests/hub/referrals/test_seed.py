"""The sample's referrals: alive, adding up, and planted once."""

from collections import Counter

from flask import Flask

from hub.core import edges, registry
from hub.core.clock import now
from hub.core.db import db
from hub.referrals.models import ProgrammeVersion, Referral
from hub.referrals.seed import STORIES
from tests.hub.referrals.scene import OURS


def _plant(app: Flask) -> None:
    with app.app_context():
        for _order, name, plant in registry.seeds:
            if name in ("members", "programme", "referrals"):
                with edges.unit():
                    plant(now=now())


def test_the_sample_is_alive_adds_up_and_is_planted_once(each_database: Flask) -> None:
    _plant(each_database)
    _plant(each_database)
    with each_database.app_context(), edges.reading():
        found = db.session.scalars(db.select(Referral)).all()
        assert len(found) == len(STORIES)
        assert len(db.session.scalars(db.select(ProgrammeVersion)).all()) == 1
        states = Counter(referral.state for referral in found)
        assert states["open"] >= 6
        assert states["won"] >= 2
        assert states["lost"] >= 1
        assert all(referral.owner_id for referral in found)
        assert {referral.mode for referral in found} == {"form", "warm_email", "phone", "verbal"}
        assert [line for name in OURS for line in registry.checks[name]()] == []
