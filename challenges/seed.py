"""The sample's challenge."""

import datetime as dt

from sqlalchemy import select

from challenges.models import Challenge
from hub.core import registry
from hub.core.db import db
from hub.referrals.queries import programmes

BODY = """\
Think of a team that fights with the problem you had before. One name is enough to begin.

- Tell us **how you know them** and **why it fits**: a sentence each.
- We get in touch once, politely, and say that you sent us.
- You see every step, and points arrive with each of them.
"""


@registry.seed(60, "challenges")
def plant(now: dt.datetime) -> None:
    """One referral challenge for the first active programme, once."""
    programme = next((found for found in programmes() if found.state == "active"), None)
    known = db.session.scalar(select(Challenge.id).where(Challenge.slug == "refer-somebody"))
    if programme is None or known is not None:
        return
    db.session.add(
        Challenge(
            slug="refer-somebody",
            title="Introduce us to a team like yours",
            body=BODY,
            kind="referral",
            state="open",
            data={"programme": programme.slug},
            minutes=3,
            created_at=now,
            position=10,
        )
    )
