"""Reads of facts."""

from collections.abc import Sequence

from sqlalchemy import select

from hub.activity.models import Fact
from hub.core.db import db


def fact(fact_id: int) -> Fact:
    """One fact; it exists, for its listener was posted with it."""
    return db.session.get_one(Fact, fact_id)


def about(subject: str, kinds: Sequence[str] = ()) -> list[Fact]:
    """Facts about a subject, oldest first."""
    query = select(Fact).where(Fact.subject == subject).order_by(Fact.id)
    return list(db.session.scalars(query.where(Fact.kind.in_(kinds)) if kinds else query))


def latest(kinds: Sequence[str], *, before: int | None = None, limit: int = 20) -> list[Fact]:
    """Facts of these kinds, newest first, older than `before`."""
    query = select(Fact).where(Fact.kind.in_(kinds)).order_by(Fact.id.desc()).limit(limit)
    return list(db.session.scalars(query.where(Fact.id < before) if before else query))
