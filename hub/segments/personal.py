"""The tags managers put on one person, and their score."""

import datetime as dt

from sqlalchemy import delete

from hub.core import registry
from hub.core.db import db
from hub.core.personal import told
from hub.segments.models import AdvocateScore, MemberTag


@registry.export("segments")
def tell(member_id: int) -> registry.Told:
    """Their tags, and how ready we think they are to be asked."""
    yield told(MemberTag, MemberTag.member_id == member_id)
    yield told(AdvocateScore, AdvocateScore.member_id == member_id)


@registry.erasure("segments")
def forget(member_id: int, _now: dt.datetime) -> None:
    """A tag says something of somebody, and so does a score."""
    db.session.execute(delete(AdvocateScore).where(AdvocateScore.member_id == member_id))
    db.session.execute(delete(MemberTag).where(MemberTag.member_id == member_id))
