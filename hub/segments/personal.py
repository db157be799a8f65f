"""The tags managers put on one person."""

import datetime as dt

from sqlalchemy import delete

from hub.core import registry
from hub.core.db import db
from hub.core.personal import told
from hub.segments.models import MemberTag


@registry.export("segments")
def tell(member_id: int) -> registry.Told:
    """Their tags."""
    yield told(MemberTag, MemberTag.member_id == member_id)


@registry.erasure("segments")
def forget(member_id: int, _now: dt.datetime) -> None:
    """A tag says something of somebody."""
    db.session.execute(delete(MemberTag).where(MemberTag.member_id == member_id))
