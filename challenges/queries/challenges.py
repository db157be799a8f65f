"""Challenges themselves: what is open, what they are called, what asks for them."""

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy import exists as exists_sql
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from challenges.certificates.models import Certificate
from challenges.models import (
    Challenge,
    ChallengeStep,
    Submission,
)
from hub.core.db import db

SHOWN = 500
AHEAD_DAYS = 14


def whole() -> tuple[_AbstractLoad, ...]:
    """A challenge with what its card and page show of it."""
    return selectinload(Challenge.steps), joinedload(Challenge.image), joinedload(Challenge.segment)


def open_now(now: dt.datetime, *, ahead: int = 0) -> list[Challenge]:
    """Challenges that can be done now, or open within `ahead` days, in the managers' order; five hundred at most."""
    until = now + dt.timedelta(days=ahead)
    query = (
        select(Challenge)
        .where(
            Challenge.state == "open",
            or_(Challenge.opens_at.is_(None), Challenge.opens_at <= until),
            or_(Challenge.closes_at.is_(None), Challenge.closes_at > now),
        )
        .order_by(Challenge.position, Challenge.id)
        .limit(SHOWN)
        .options(*whole())
    )
    return list(db.session.scalars(query))


def by_slug(slug: str) -> Challenge | None:
    """A challenge that members may look at: open or archived, not a draft."""
    if not slug.isprintable():  # PostgreSQL takes no NUL
        return None
    query = select(Challenge).where(Challenge.slug == slug, Challenge.state != "draft").options(*whole())
    return db.session.scalar(query)


def by_id(challenge_id: int) -> Challenge | None:
    """One challenge with its steps, whatever its state."""
    query = select(Challenge).where(Challenge.id == challenge_id).options(*whole())
    return db.session.scalar(query.execution_options(populate_existing=True))


def exists(challenge_id: int) -> bool:
    """Whether there is such a challenge, more than a draft."""
    query = select(Challenge.id).where(Challenge.id == challenge_id, Challenge.state != "draft")
    return db.session.scalar(query) is not None


def of_ids(ids: Collection[int]) -> list[Challenge]:
    """Challenges by their ids, whole."""
    return (
        list(db.session.scalars(select(Challenge).where(Challenge.id.in_(ids)).options(*whole())))
        if ids
        else []
    )


def titles(ids: Collection[int]) -> list[Challenge]:
    """Challenges by their ids, without their steps."""
    return list(db.session.scalars(select(Challenge).where(Challenge.id.in_(ids))))


def names(ids: Collection[int]) -> Select[int, str, str]:
    """Id, title and slug of challenges that are more than drafts."""
    columns = (Challenge.id, Challenge.title, Challenge.slug)
    return select(*columns).where(Challenge.id.in_(ids), Challenge.state != "draft")


def kinds_of(challenge_ids: Collection[int]) -> set[str]:
    """The kinds of steps in these challenges."""
    if not challenge_ids:
        return set()
    query = (
        select(ChallengeStep.kind)
        .distinct()
        .where(ChallengeStep.challenge_id.in_(list(challenge_ids)), ChallengeStep.removed_at.is_(None))
    )
    return set(db.session.scalars(query))


def gates(programme: str, member_id: int, now: dt.datetime) -> Sequence[Challenge]:
    """Open challenges that a programme asks for first and this member hasn't done, or whose certificate has ended."""
    ended = exists_sql().where(
        Certificate.submission_id == Submission.id,
        Certificate.expires_at.is_not(None),
        Certificate.expires_at <= now,
    )
    done = select(Submission.challenge_id).where(
        Submission.member_id == member_id, Submission.state == "approved", ~ended
    )
    query = select(Challenge).where(
        Challenge.unlocks == programme, Challenge.state == "open", Challenge.id.not_in(done),
        or_(Challenge.opens_at.is_(None), Challenge.opens_at <= now),
        or_(Challenge.closes_at.is_(None), Challenge.closes_at > now),
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(Challenge.position, Challenge.id)))


def for_segments(segment_ids: Collection[int]) -> list[Challenge]:
    """The challenges with one of these audiences, archived ones too."""
    if not segment_ids:
        return []
    query = select(Challenge).where(Challenge.segment_id.in_(list(segment_ids)))
    return list(db.session.scalars(query.order_by(Challenge.title, Challenge.id)))


def asking_for_hangout(hangout: str, now: dt.datetime) -> list[Challenge]:
    """Open challenges whose only step is to attend this hangout, or any."""
    return [
        one
        for one in open_now(now)
        if len(one.steps) == 1
        and one.kind == "hangout"
        and (one.steps[0].data.get("hangout") or hangout) == hangout
    ]


def published_titles() -> list[tuple[int, str]]:
    """(id, title) of published challenges, in the managers' order; five hundred at most."""
    query = select(Challenge.id, Challenge.title).where(Challenge.state == "open")
    rows = db.session.execute(query.order_by(Challenge.position, Challenge.id).limit(SHOWN))
    return [(number, title) for number, title in rows]
