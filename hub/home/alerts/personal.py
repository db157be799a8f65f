"""Which alerts have heard of somebody."""

import datetime as dt

from sqlalchemy import delete

from hub.core import registry
from hub.core.db import db
from hub.core.personal import told
from hub.home.alerts.models import AlertHeard


@registry.export("alerts")
def tell(member_id: int) -> registry.Told:
    """What they came to fit, and when."""
    yield told(AlertHeard, AlertHeard.member_id == member_id)


@registry.erasure("alerts")
def forget(member_id: int, _now: dt.datetime) -> None:
    """Nobody has to know any more."""
    db.session.execute(delete(AlertHeard).where(AlertHeard.member_id == member_id))
