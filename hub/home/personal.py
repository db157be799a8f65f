"""What one person put off, and how satisfied they said they are."""

import datetime as dt

from sqlalchemy import delete, update

from hub.core import registry
from hub.core.db import db
from hub.core.personal import told
from hub.home.models import Pulse, PutOff


@registry.export("home")
def tell(member_id: int) -> registry.Told:
    """What they put off, and every pulse."""
    yield told(PutOff, PutOff.member_id == member_id)
    yield told(Pulse, Pulse.member_id == member_id)


@registry.erasure("home")
def forget(member_id: int, _now: dt.datetime) -> None:
    """Nobody is asked any more; a number stays in the average, without its words."""
    db.session.execute(delete(PutOff).where(PutOff.member_id == member_id))
    db.session.execute(update(Pulse).where(Pulse.member_id == member_id).values(words=""))
