"""What this room keeps of one person. An award holds ids and numbers and stays; words to it and the weeks away go."""

import datetime as dt

from sqlalchemy import delete, select, update

from badges.models import Award, AwardNote, LevelReached, Pause, Streak
from hub.core import registry
from hub.core.db import db
from hub.core.personal import told


@registry.export("badges")
def tell(member_id: int) -> registry.Told:
    """Awards with their citations, levels reached, the streak and the weeks away."""
    mine = select(Award.id).where(Award.member_id == member_id)
    yield told(Award, Award.member_id == member_id, without=("by_id",))
    yield told(AwardNote, AwardNote.award_id.in_(mine))
    yield told(LevelReached, LevelReached.member_id == member_id)
    yield told(Streak, Streak.member_id == member_id)
    yield told(Pause, Pause.member_id == member_id)


@registry.erasure("badges")
def forget(member_id: int, _now: dt.datetime) -> None:
    """Hides their badges, blanks what was said with them, and keeps no calendar of theirs."""
    mine = select(Award.id).where(Award.member_id == member_id)
    blank = update(AwardNote).where(AwardNote.award_id.in_(mine)).values(citation=None, is_hidden=True)
    db.session.execute(blank.execution_options(synchronize_session=False))
    for model in (Streak, Pause):
        db.session.execute(delete(model).where(model.member_id == member_id))
