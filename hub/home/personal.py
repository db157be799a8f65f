"""What one person put off."""

import datetime as dt

from sqlalchemy import delete

from hub.core import registry
from hub.core.db import db
from hub.core.personal import told
from hub.home.models import PutOff


@registry.export("home")
def tell(member_id: int) -> registry.Told:
    """What they put off."""
    yield told(PutOff, PutOff.member_id == member_id)


@registry.erasure("home")
def forget(member_id: int, _now: dt.datetime) -> None:
    """Nobody is asked any more."""
    db.session.execute(delete(PutOff).where(PutOff.member_id == member_id))
