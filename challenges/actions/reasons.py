"""Saved reasons: words that reviewers use again."""

import re

from sqlalchemy import delete, select

from challenges.models import SavedReason
from hub.core.db import db
from hub.outbox.actions import insert_ignoring


def keep_reason(verdict: str, *, title: str, words: str) -> None:
    """Keeps words under a title, once: a known title keeps its words."""
    code = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or "reason"
    row = {"verdict": verdict, "code": f"{verdict}.{code}", "title": title, "words": words}
    db.session.execute(insert_ignoring(SavedReason).values(**row))


def forget_reason(reason_id: int) -> None:
    """Offers a reason no more. Decisions that used it keep their words."""
    db.session.execute(delete(SavedReason).where(SavedReason.id == reason_id))


def reason_words(code: str) -> str:
    """The words of a saved reason; empty when there is none of this code."""
    return db.session.scalar(select(SavedReason.words).where(SavedReason.code == code)) or ""
