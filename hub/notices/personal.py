"""What one person was told and mailed, and how they wanted it."""

import datetime as dt

from sqlalchemy import delete, text, update

from hub.core import registry
from hub.core.db import db
from hub.core.personal import told
from hub.notices.models import Mail, Notice, Preference, Rhythm


@registry.export("notices")
def tell(member_id: int) -> registry.Told:
    """Notices, mails without the sealed links in them, and choices."""
    yield told(Notice, Notice.member_id == member_id)
    yield told(Mail, Mail.member_id == member_id, without=("sealed",))
    yield told(Preference, Preference.member_id == member_id)
    yield told(Rhythm, Rhythm.member_id == member_id)


@registry.erasure("notices")
def forget(member_id: int, _now: dt.datetime) -> None:
    """No mail goes out any more, and what a mail server said of their address goes. Notices hold codes only."""
    for model in (Preference, Rhythm):
        db.session.execute(delete(model).where(model.member_id == member_id))
    mine = update(Mail).where(Mail.member_id == member_id).execution_options(synchronize_session=False)
    db.session.execute(
        mine.where(text("state IN ('new', 'waiting', 'unknown', 'digest', 'parked')")).values(state="dropped")
    )
    db.session.execute(mine.values(sealed=None, note=None))
