"""Telling people things in tests, and looking at the mails that follow."""

import datetime as dt

from flask import Flask
from sqlalchemy import select

from hub import notices
from hub.core import edges
from hub.core.clock import now
from hub.core.db import db
from hub.notices.models import Mail
from hub.outbox.jobs import drain_all


def tell(
    app: Flask, member_id: int, number: int = 1, kind: str = "test.mailed", *, at: dt.datetime | None = None
) -> None:
    """Tells somebody something, and keeps it."""
    with app.app_context(), edges.unit():
        key = f"{kind}:{member_id}:{number}"
        notices.tell(member_id, kind, subject=f"thing:{number}", key=key, now=at or now())


def work(app: Flask) -> int:
    """Everything that is due, as the workers would."""
    with app.app_context():
        return drain_all()


def mails(app: Flask) -> list[Mail]:
    """All mails, in the order they were written."""
    with app.app_context():
        found = list(db.session.scalars(select(Mail).order_by(Mail.id)))
        db.session.expunge_all()
        return found


def states(app: Flask) -> list[str]:
    """What became of each."""
    return [mail.state for mail in mails(app)]


def hurry(app: Flask) -> None:
    """Makes everything due that waits for its time."""
    with app.app_context(), edges.unit():
        for mail in db.session.scalars(select(Mail)):
            mail.due_at = now() - dt.timedelta(seconds=1)
