"""A programme, and referrals that climbed its ladder."""

import datetime as dt
import itertools

from sqlalchemy import select

from hub.core import edges
from hub.core.db import db
from hub.referrals.advance import Advance, advance_many
from hub.referrals.models import Programme, ProgrammeVersion, Referral

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
RUNGS = [
    {"key": key, "label": key.capitalize(), "total": total, "kind": kind}
    for key, total, kind in (
        ("submitted", 100, "open"), ("accepted", 500, "open"), ("meeting", 2000, "open"), ("won", 32000, "won"),
        ("lost", 0, "lost"),
    )
]  # fmt: skip
numbers = itertools.count(1)


def programme() -> int:
    """The programme of these tests, made once for each hub; gives its version."""
    known: int | None = db.session.scalar(select(ProgrammeVersion.id))
    if known is not None:
        return known
    made = Programme(slug="friends", state="active", created_at=NOW)
    db.session.add(made)
    db.session.flush()
    version = ProgrammeVersion(
        programme_id=made.id, number=1, name="Friends", audience=[], rungs=RUNGS, clawback="unspent", daily_cap=None,
        hold_submission=False, payee="member", member_percent=100, page={}, published_at=NOW,
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    made.version_id = version.id
    db.session.flush()
    edges.commit()
    version_id: int = version.id
    return version_id


def climbed(member_id: int, *stages: str) -> int:
    """A referral by this member that reached these stages, one event each."""
    version_id = programme()
    with edges.unit():
        referral = Referral(
            code=f"RF-{next(numbers):06}", programme_id=db.session.get_one(ProgrammeVersion, version_id).programme_id,
            version_id=version_id, advocate_id=member_id, rung="submitted", highest_rung="submitted", created_at=NOW,
            moved_at=NOW,
        )  # fmt: skip
        db.session.add(referral)
        db.session.flush()
        steps = [
            Advance(
                referral_id=referral.id,
                rung_key=stage,
                happened_at=NOW + dt.timedelta(seconds=place),
                source="test",
            )
            for place, stage in enumerate(("submitted", *stages))
        ]
        advance_many(steps, now=NOW + dt.timedelta(minutes=1))
    return referral.id
