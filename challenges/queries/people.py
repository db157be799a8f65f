"""Who did what, who refers, who reviews."""

import datetime as dt
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar

from flask import current_app
from sqlalchemy import ColumnElement, and_, func, select

from challenges.models import (
    ChallengeApprover,
    ChallengeStep,
    Submission,
)
from hub.core.db import db
from hub.members.models import Member
from hub.referrals.ladder import Ladder
from hub.referrals.models import Programme, ProgrammeVersion, Referral

K = TypeVar("K")
LATEST = 200
KEPT_SECONDS = 60.0


def visible() -> ColumnElement[bool]:
    """Members whom others may see: not staff, not who opted out, nobody who left."""
    return and_(
        ~Member.is_opted_out, ~Member.is_staff, ~Member.is_stub, Member.erased_at.is_(None),
        Member.disabled_at.is_(None),
    )  # fmt: skip


def doers(challenge_ids: Collection[int], besides: int) -> dict[int, list[Member]]:
    """Who did each challenge, the latest first, from the latest 200 approved submissions: one statement."""
    if not challenge_ids:
        return {}
    latest = (
        select(Submission.id, Submission.challenge_id, Submission.member_id)
        .where(
            Submission.challenge_id.in_(challenge_ids), Submission.state == "approved",
            Submission.member_id != besides,
        )
        .order_by(Submission.id.desc())
        .limit(LATEST)
        .subquery()
    )  # fmt: skip
    query = (
        select(latest.c.challenge_id, Member)
        .join(Member, and_(Member.id == latest.c.member_id, visible()))
        .order_by(latest.c.id.desc())
    )
    return _people((challenge_id, member) for challenge_id, member in db.session.execute(query))


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """An active programme, and how often a member referred somebody to it."""

    ladder: Ladder
    times: int
    last_at: dt.datetime | None


def offers(member_id: int) -> dict[str, Offer]:
    """The active programmes by their slugs, with what a member did for each: one statement."""
    made = (
        select(
            Referral.programme_id, func.count().label("times"), func.max(Referral.created_at).label("last_at")
        )
        .where(Referral.advocate_id == member_id)
        .group_by(Referral.programme_id)
        .subquery()
    )
    query = (
        select(Programme.slug, ProgrammeVersion, func.coalesce(made.c.times, 0), made.c.last_at)
        .join(ProgrammeVersion, ProgrammeVersion.id == Programme.version_id)
        .outerjoin(made, made.c.programme_id == Programme.id)
        .where(Programme.state == "active")
    )
    return {
        slug: Offer(ladder=version.ladder, times=times, last_at=last_at)
        for slug, version, times, last_at in db.session.execute(query)
    }


def referrers(besides: int) -> dict[str, list[Member]]:
    """Who made the latest referrals, by the programme's slug, latest first: not staff, nor who opted out."""
    latest = (
        select(Referral.id, Referral.programme_id, Referral.advocate_id)
        .where(Referral.advocate_id.is_not(None), Referral.advocate_id != besides)
        .order_by(Referral.id.desc())
        .limit(LATEST)
        .subquery()
    )
    query = (
        select(Programme.slug, Member)
        .join(latest, latest.c.programme_id == Programme.id)
        .join(Member, and_(Member.id == latest.c.advocate_id, visible()))
        .order_by(latest.c.id.desc())
    )
    return _people((slug, member) for slug, member in db.session.execute(query))


def _people(rows: Iterable[tuple[K, Member]]) -> dict[K, list[Member]]:
    found: dict[K, dict[int, Member]] = {}
    for key, member in rows:
        found.setdefault(key, {}).setdefault(member.id, member)
    return {key: list(people.values()) for key, people in found.items()}


def referral_of(subject: str) -> tuple[int, str] | None:
    """Who made a referral (`referral:7`), and to which programme; None when nobody is known for it."""
    number = subject.partition(":")[2]
    query = (
        select(Referral.advocate_id, Programme.slug)
        .join(Programme, Programme.id == Referral.programme_id)
        .where(Referral.id == (int(number) if number.isdecimal() else -1))
    )
    found = db.session.execute(query).one_or_none()
    return (found[0], found[1]) if found is not None and found[0] is not None else None


def leading_to(programme: str) -> list[int]:
    """The challenges that lead to a programme."""
    query = select(ChallengeStep.challenge_id, ChallengeStep.data).where(
        ChallengeStep.kind == "referral", ChallengeStep.removed_at.is_(None)
    )
    found = db.session.execute(query.order_by(ChallengeStep.challenge_id))
    return [number for number, data in found if data.get("programme") == programme]


def approvers(challenge_id: int) -> list[Member]:
    """Who was asked to review a challenge, by name."""
    query = (
        select(Member)
        .join(ChallengeApprover, ChallengeApprover.member_id == Member.id)
        .where(ChallengeApprover.challenge_id == challenge_id, Member.disabled_at.is_(None))
    )
    return list(db.session.scalars(query.order_by(func.lower(Member.name), Member.id)))


def known_approvers() -> frozenset[int]:
    """Everybody who was asked to review something. Read at most once a minute for each process."""
    read_at, kept = current_app.extensions.get("approvers", (0.0, frozenset()))
    if not read_at or time.monotonic() - read_at > KEPT_SECONDS:
        kept = frozenset(db.session.scalars(select(ChallengeApprover.member_id).distinct()))
        current_app.extensions["approvers"] = (time.monotonic(), kept)
    found: frozenset[int] = kept
    return found


def forget_known_approvers() -> None:
    """Reads them anew the next time: this process has changed them."""
    current_app.extensions.pop("approvers", None)


def approves(member_id: int) -> set[int]:
    """The challenges this member was asked to review."""
    query = select(ChallengeApprover.challenge_id).where(ChallengeApprover.member_id == member_id)
    return set(db.session.scalars(query))
