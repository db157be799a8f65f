"""Which alerts have heard of somebody."""

import datetime as dt

from sqlalchemy import delete, update

from hub.core import registry
from hub.core.db import db
from hub.core.personal import told
from hub.home.alerts.models import Alert, AlertHeard


@registry.export("alerts")
def tell(member_id: int) -> registry.Told:
    """What they came to fit, and when; what they are told of."""
    yield told(AlertHeard, AlertHeard.member_id == member_id)
    yield told(Alert, Alert.person_id == member_id, without=("by_id",))


@registry.erasure("alerts")
def forget(member_id: int, _now: dt.datetime) -> None:
    """Nobody has to know any more, and nobody is told where nobody reads."""
    off = update(Alert).where(Alert.person_id == member_id).values(state="off")
    db.session.execute(off.execution_options(synchronize_session=False))
    db.session.execute(delete(AlertHeard).where(AlertHeard.member_id == member_id))
