"""Reads of challenges."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from challenges.models import (
    BetaSeat,
    Challenge,
    ChallengeApprover,
    ChallengeStep,
    Decision,
    DecisionNote,
    StepAnswer,
    Submission,
)
from hub.activity.models import Fact
from hub.core.db import db
from hub.members.models import Member
from hub.referrals.ladder import Ladder
from hub.referrals.models import Programme, ProgrammeVersion, Referral

K = TypeVar("K")
LATEST = 200
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Mine:
    """What a member made of a challenge: the latest submission, how many there were, how many were approved."""

    challenge_id: int
    submission_id: int
    state: str
    occurrence: str
    made: int
    times: int
    last_at: dt.datetime | None


def mine(member_id: int) -> dict[int, Mine]:
    """A member's submissions by challenge, in one statement."""
    done = Submission.state == "approved"
    sums = (
        select(
            Submission.challenge_id, func.max(Submission.id).label("latest"), func.count().label("made"),
            func.count().filter(done).label("times"), func.max(Submission.decided_at).filter(done).label("last_at"),
        )
        .where(Submission.member_id == member_id)
        .group_by(Submission.challenge_id)
        .subquery()
    )  # fmt: skip
    query = select(
        Submission.challenge_id, Submission.id, Submission.state, Submission.occurrence, sums.c.made, sums.c.times,
        sums.c.last_at,
    ).join(sums, sums.c.latest == Submission.id)  # fmt: skip
    return {
        row[0]: Mine(challenge_id=row[0], submission_id=row[1], state=row[2], occurrence=row[3], made=row[4],
                     times=row[5], last_at=row[6])
        for row in db.session.execute(query)
    }  # fmt: skip


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


def _people(rows: Iterable[tuple[K, Member]]) -> dict[K, list[Member]]:
    found: dict[K, dict[int, Member]] = {}
    for key, member in rows:
        found.setdefault(key, {}).setdefault(member.id, member)
    return {key: list(people.values()) for key, people in found.items()}


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


def submission(submission_id: int, *, lock: bool = False) -> Submission | None:
    """One submission with its challenge, its member and its answers, as the database has it now."""
    query = (
        select(Submission)
        .where(Submission.id == submission_id)
        .options(
            joinedload(Submission.challenge).options(*whole()),
            joinedload(Submission.member).joinedload(Member.company),
            selectinload(Submission.answers).joinedload(StepAnswer.step),
        )
        .execution_options(populate_existing=True)
    )
    return db.session.scalar(query.with_for_update(of=Submission, key_share=True) if lock else query)


def current(challenge_id: int, member_id: int) -> Submission | None:
    """A member's latest submission to a challenge, whole."""
    latest = select(func.max(Submission.id)).where(
        Submission.challenge_id == challenge_id, Submission.member_id == member_id
    )
    number = db.session.scalar(latest)
    return submission(number) if number is not None else None


def answers(submission_id: int) -> dict[int, StepAnswer]:
    """The answers of a submission by step."""
    query = select(StepAnswer).where(StepAnswer.submission_id == submission_id)
    found = db.session.scalars(query.execution_options(populate_existing=True))
    return {answer.step_id: answer for answer in found}


def step(step_id: int) -> ChallengeStep | None:
    """One step."""
    return db.session.get(ChallengeStep, step_id)


def approvers(challenge_id: int) -> list[Member]:
    """Who was asked to review a challenge, by name."""
    query = (
        select(Member)
        .join(ChallengeApprover, ChallengeApprover.member_id == Member.id)
        .where(ChallengeApprover.challenge_id == challenge_id, Member.disabled_at.is_(None))
    )
    return list(db.session.scalars(query.order_by(func.lower(Member.name), Member.id)))


def approves(member_id: int) -> set[int]:
    """The challenges this member was asked to review."""
    query = select(ChallengeApprover.challenge_id).where(ChallengeApprover.member_id == member_id)
    return set(db.session.scalars(query))


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A decision with who made it and their words."""

    decision: Decision
    by: Member | None
    words: str


def decisions(submission_id: int) -> list[Told]:
    """What was decided about a submission, oldest first."""
    query = (
        select(Decision, Member, DecisionNote.words)
        .outerjoin(Member, Member.id == Decision.by_id)
        .outerjoin(DecisionNote, DecisionNote.decision_id == Decision.id)
        .where(Decision.submission_id == submission_id)
        .order_by(Decision.id)
    )
    return [Told(decision=row[0], by=row[1], words=row[2] or "") for row in db.session.execute(query)]


def submission_titles(ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Submissions by their ids: the challenge's title and slug."""
    query = (
        select(Submission.id, Challenge.title, Challenge.slug)
        .join(Challenge, Challenge.id == Submission.challenge_id)
        .where(Submission.id.in_(ids))
    )
    return {number: (title, slug) for number, title, slug in db.session.execute(query)}


def seat(step_id: int, member_id: int) -> tuple[BetaSeat, int] | None:
    """A member's seat in a beta, and how many wait before them."""
    found = db.session.scalar(
        select(BetaSeat).where(BetaSeat.step_id == step_id, BetaSeat.member_id == member_id)
    )
    if found is None:
        return None
    before = select(func.count()).where(
        BetaSeat.step_id == step_id, BetaSeat.state == "waiting", BetaSeat.id < found.id
    )
    return found, (db.session.scalar(before) or 0) if found.state == "waiting" else 0


def seated(step_id: int) -> int:
    """How many seats of a beta are taken."""
    query = select(func.count()).where(BetaSeat.step_id == step_id, BetaSeat.state == "seated")
    return db.session.scalar(query) or 0


def gates(programme: str, member_id: int, now: dt.datetime) -> Sequence[Challenge]:
    """Open challenges that a programme asks for first and this member hasn't done."""
    done = select(Submission.challenge_id).where(
        Submission.member_id == member_id, Submission.state == "approved"
    )
    query = select(Challenge).where(
        Challenge.unlocks == programme, Challenge.state == "open", Challenge.id.not_in(done),
        or_(Challenge.opens_at.is_(None), Challenge.opens_at <= now),
        or_(Challenge.closes_at.is_(None), Challenge.closes_at > now),
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(Challenge.position, Challenge.id)))


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


def waiting() -> tuple[int, dt.datetime | None]:
    """How many submissions wait for a reviewer, and since when the oldest."""
    query = select(func.count(), func.min(Submission.submitted_at)).where(Submission.state == "pending")
    number, oldest = db.session.execute(query).one()
    return number, oldest


def waiting_for(member_id: int) -> tuple[int, dt.datetime | None]:
    """The same, of the challenges this member was asked to review."""
    asked = select(ChallengeApprover.challenge_id).where(ChallengeApprover.member_id == member_id)
    query = select(func.count(), func.min(Submission.submitted_at)).where(
        Submission.state == "pending", Submission.challenge_id.in_(asked), Submission.member_id != member_id
    )
    number, oldest = db.session.execute(query).one()
    return number, oldest


def decision(decision_id: int) -> Decision | None:
    """One decision."""
    return db.session.get(Decision, decision_id)


def attended(member_id: int, hangout: str) -> bool:
    """Whether a member was seen at a hangout, or at any: from the facts of the hangouts room."""
    query = select(Fact.data).where(Fact.kind == "hangout.attended", Fact.by_id == member_id)
    found = db.session.scalars(query.order_by(Fact.id.desc()).limit(200))
    return any(not hangout or data.get("slug") == hangout for data in found)


def for_segments(segment_ids: Collection[int]) -> list[Challenge]:
    """The challenges with one of these audiences, archived ones too."""
    if not segment_ids:
        return []
    query = select(Challenge).where(Challenge.segment_id.in_(list(segment_ids)))
    return list(db.session.scalars(query.order_by(Challenge.title, Challenge.id)))


def completed(until: dt.datetime | None) -> ColumnElement[int]:
    """How many submissions of a Member are approved, decided until then: SQL."""
    query = select(func.count(Submission.id)).where(
        Submission.member_id == Member.id, Submission.state == "approved"
    )
    if until is not None:
        query = query.where(Submission.decided_at <= until)
    return query.correlate(Member).scalar_subquery()


def asking_for_hangout(hangout: str, now: dt.datetime) -> list[Challenge]:
    """Open challenges whose only step is to attend this hangout, or any."""
    return [
        one
        for one in open_now(now)
        if len(one.steps) == 1
        and one.kind == "hangout"
        and (one.steps[0].data.get("hangout") or hangout) == hangout
    ]
