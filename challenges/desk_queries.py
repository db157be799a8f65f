"""Reads of the builder: what became of each challenge, who may approve, whom to preview as."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import joinedload

from challenges.models import Challenge, ChallengeStep, StepAnswer, Submission
from challenges.queries import whole
from hub.core.db import db
from hub.members.models import Member
from hub.referrals.models import Programme, ProgrammeVersion

PAGE = 100
FEW = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """How many submissions are in which state."""

    started: int = 0
    pending: int = 0
    approved: int = 0
    sent_back: int = 0
    refused: int = 0

    @property
    def made(self) -> int:
        """All that were begun and not taken back."""
        return self.started + self.pending + self.approved + self.sent_back + self.refused

    @property
    def done_percent(self) -> int:
        """How many of those who began have completed it."""
        return round(100 * self.approved / self.made) if self.made else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A challenge in the list."""

    challenge: Challenge
    tally: Tally


def listed(*, archived: bool, after: int | None = None) -> list[Row]:
    """A page of challenges in the members' order with their tallies: three statements."""
    query = select(Challenge).options(*whole())
    query = query.where(Challenge.state == "archived" if archived else Challenge.state != "archived")
    if after is not None:
        place = select(Challenge.position).where(Challenge.id == after).scalar_subquery()
        later = (Challenge.position > place) | ((Challenge.position == place) & (Challenge.id > after))
        query = query.where(later)
    found = list(db.session.scalars(query.order_by(Challenge.position, Challenge.id).limit(PAGE)))
    tallies = _tallies([one.id for one in found])
    return [Row(challenge=one, tally=tallies.get(one.id, Tally())) for one in found]


def _tallies(ids: list[int]) -> dict[int, Tally]:
    if not ids:
        return {}
    query = (
        select(Submission.challenge_id, Submission.state, func.count())
        .where(Submission.challenge_id.in_(ids), Submission.state != "withdrawn")
        .group_by(Submission.challenge_id, Submission.state)
    )
    counts: dict[int, dict[str, int]] = {}
    for number, state, count in db.session.execute(query):
        counts.setdefault(number, {})[state] = count
    return {number: Tally(**states) for number, states in counts.items()}


def tally(challenge_id: int) -> Tally:
    """What became of one challenge."""
    return _tallies([challenge_id]).get(challenge_id, Tally())


@dataclass(frozen=True, kw_only=True, slots=True)
class Stuck:
    """How many are at a step and haven't got past it."""

    step: ChallengeStep
    answered: int
    open: int


def stuck(challenge: Challenge) -> list[Stuck]:
    """Where people stop: for each step, how many answered it and how many are still at it."""
    query = (
        select(StepAnswer.step_id, func.count(), func.sum(case((StepAnswer.verdict == "open", 1), else_=0)))
        .join(Submission, Submission.id == StepAnswer.submission_id)
        .where(Submission.challenge_id == challenge.id, Submission.state.in_(("started", "sent_back")))
        .group_by(StepAnswer.step_id)
    )
    counts = {step_id: (number, int(still or 0)) for step_id, number, still in db.session.execute(query)}
    return [Stuck(step=one, answered=counts[one.id][0], open=counts[one.id][1]) for one in challenge.steps
            if one.id in counts]  # fmt: skip


def others(challenge_id: int) -> list[Challenge]:
    """Challenges that could come before this one, by title."""
    query = select(Challenge).where(Challenge.id != challenge_id, Challenge.state != "archived")
    return list(db.session.scalars(query.order_by(func.lower(Challenge.title), Challenge.id).limit(200)))


def may_approve() -> list[tuple[int, str]]:
    """Staff, by name."""
    query = select(Member.id, Member.name).where(
        Member.is_staff | (Member.type == "employee"), Member.disabled_at.is_(None), Member.erased_at.is_(None),
        ~Member.is_stub,
    )  # fmt: skip
    return [
        (number, name)
        for number, name in db.session.execute(query.order_by(func.lower(Member.name)).limit(100))
    ]


def programmes() -> list[tuple[str, str]]:
    """Active programmes: slug and name."""
    query = (
        select(Programme.slug, ProgrammeVersion.name)
        .join(ProgrammeVersion, ProgrammeVersion.id == Programme.version_id)
        .where(Programme.state == "active")
        .order_by(Programme.id)
    )
    return [(slug, name) for slug, name in db.session.execute(query)]


def previewers(words: str) -> list[Member]:
    """A few members to preview as: those whose name or e-mail has these words, else the latest to join."""
    query = select(Member).where(~Member.is_stub, Member.erased_at.is_(None), Member.disabled_at.is_(None))
    if words.strip():
        wanted = [column.icontains(words.strip(), autoescape=True) for column in (Member.name, Member.email)]
        query = query.where(or_(*wanted))
    query = query.options(joinedload(Member.company))
    return list(db.session.scalars(query.order_by(Member.joined_at.desc(), Member.id).limit(FEW)))


def completions(since: dt.datetime) -> int:
    """How many submissions were approved since then."""
    query = select(func.count()).where(Submission.state == "approved", Submission.decided_at >= since)
    return db.session.scalar(query) or 0
