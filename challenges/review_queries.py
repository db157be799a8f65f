"""Reads of the review queue: what waits, one submission with its evidence, answers like it, who decided what."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select, true
from sqlalchemy.orm import joinedload

from challenges import rules
from challenges.fingerprint import ALIKE, likeness, nearest
from challenges.models import Challenge, ChallengeApprover, Decision, SavedReason, StepAnswer, Submission
from challenges.queries.submissions import PENDING
from hub.core.db import db
from hub.members.models import Member

PAGE = 50
COMPARED = 400
VIEWS = ("waiting", "second", "mine", "all")
SECOND: ColumnElement[str] = literal_column("'waiting'")  # written out, as PENDING is


@dataclass(frozen=True, kw_only=True, slots=True)
class Sieve:
    """What the queue shows: `waiting`, `second` looks, `mine` (what I was asked to review), or `all` submissions."""

    view: str = "waiting"
    challenge_id: int | None = None
    state: str = ""

    def condition(self, member: Member) -> ColumnElement[bool]:
        """As SQL, for what this member may review."""
        asked = Submission.challenge_id.in_(
            select(ChallengeApprover.challenge_id).where(ChallengeApprover.member_id == member.id)
        )
        parts: list[ColumnElement[bool]] = [true() if member.roles & rules.MANAGERS else asked]
        if self.view == "second":
            parts += [Submission.second_look == SECOND, Submission.member_id != member.id]
        elif self.view != "all":
            parts += [Submission.state == PENDING, Submission.member_id != member.id]
        if self.view == "mine":
            parts.append(asked)
        if self.view == "all" and self.state:
            parts.append(Submission.state == self.state)
        if self.challenge_id is not None:
            parts.append(Submission.challenge_id == self.challenge_id)
        return and_(*parts)


def queue(sieve: Sieve, member: Member, *, after: int | None = None) -> list[Submission]:
    """A page of submissions with member and challenge: the oldest first, in `all` the newest. One statement."""
    query = select(Submission).where(sieve.condition(member))
    query = query.options(joinedload(Submission.member), joinedload(Submission.challenge))
    if sieve.view == "all":
        query = query.where(Submission.id < after) if after else query
        return list(db.session.scalars(query.order_by(Submission.id.desc()).limit(PAGE + 1)))
    since = Submission.decided_at if sieve.view == "second" else Submission.submitted_at
    if after:
        place = select(since).where(Submission.id == after).scalar_subquery()
        query = query.where(or_(since > place, and_(since == place, Submission.id > after)))
    return list(db.session.scalars(query.order_by(since, Submission.id).limit(PAGE + 1)))


def counts(member: Member) -> dict[str, int]:
    """How many there are in each view: one statement."""
    asked = [
        select(func.count(Submission.id)).where(Sieve(view=view).condition(member)).scalar_subquery()
        for view in VIEWS[:3]
    ]
    return dict(zip(VIEWS, db.session.execute(select(*asked)).one(), strict=False))


@dataclass(frozen=True, kw_only=True, slots=True)
class Alike:
    """Somebody else's answer that resembles this one."""

    submission_id: int
    member: Member
    percent: int
    text: str = ""


def alike(answers: Sequence[StepAnswer], member_id: int) -> list[Alike]:
    """Answers of others like these: the same file or link, or nearly the same words, among the latest few hundred to
    the same step. Two statements for each answer that can be compared."""
    found: dict[int, Alike] = {}
    for answer in answers:
        for one in _alike(answer, member_id):
            known = found.get(one.submission_id)
            if known is None or known.percent < one.percent:
                found[one.submission_id] = one
    return sorted(found.values(), key=lambda one: -one.percent)[:5]


def _alike(answer: StepAnswer, member_id: int) -> list[Alike]:
    if answer.fingerprint is None and answer.digest is None:
        return []
    others = and_(StepAnswer.step_id == answer.step_id, StepAnswer.submission_id != answer.submission_id)
    query = (
        select(StepAnswer.id, StepAnswer.fingerprint, StepAnswer.digest)
        .join(Submission, Submission.id == StepAnswer.submission_id)
        .where(
            others, Submission.member_id != member_id,
            or_(StepAnswer.fingerprint.is_not(None), StepAnswer.digest.is_not(None)),
        )
        .order_by(StepAnswer.id.desc())
        .limit(COMPARED)
    )  # fmt: skip
    rows = db.session.execute(query).all()
    same = [number for number, _, digest in rows if digest is not None and digest == answer.digest]
    near: list[int] = []
    if answer.fingerprint is not None:
        near = nearest(answer.fingerprint, [(number, mark) for number, mark, _ in rows if mark is not None])
    return _compared(answer, [*same, *near], set(same))


def _compared(answer: StepAnswer, ids: list[int], same: set[int]) -> list[Alike]:
    if not ids:
        return []
    query = (
        select(StepAnswer, Member)
        .join(Submission, Submission.id == StepAnswer.submission_id)
        .join(Member, Member.id == Submission.member_id)
        .where(StepAnswer.id.in_(ids))
    )
    mine = str(answer.data.get("words") or "")
    made = []
    for other, member in db.session.execute(query):
        theirs = str(other.data.get("words") or "")
        share = 1.0 if other.id in same else likeness(mine, theirs)
        if share >= ALIKE:
            made.append(
                Alike(
                    submission_id=other.submission_id,
                    member=member,
                    percent=round(100 * share),
                    text=theirs[:200],
                )
            )
    return made


def reasons() -> list[SavedReason]:
    """Saved reasons, by what they are for and by title."""
    return list(db.session.scalars(select(SavedReason).order_by(SavedReason.verdict, SavedReason.title)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Lately:
    """A decision one may still undo."""

    decision: Decision
    title: str
    member: Member


def lately(member_id: int, since: dt.datetime) -> list[Lately]:
    """What this member decided since then and still holds, the latest first."""
    query = (
        select(Decision, Challenge.title, Member)
        .join(
            Submission, and_(Submission.id == Decision.submission_id, Submission.decision_id == Decision.id)
        )
        .join(Challenge, Challenge.id == Submission.challenge_id)
        .join(Member, Member.id == Submission.member_id)
        .where(
            Decision.by_id == member_id, Decision.created_at > since,
            Decision.verdict.in_(("approved", "sent_back", "refused")),
        )
        .order_by(Decision.id.desc())
        .limit(10)
    )  # fmt: skip
    return [Lately(decision=row[0], title=row[1], member=row[2]) for row in db.session.execute(query)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """How often second looks agreed with the first, for a reviewer; nobody: what was approved by itself."""

    name: str
    looked_at: int
    agreed: int

    @property
    def percent(self) -> int:
        """In percent."""
        return round(100 * self.agreed / self.looked_at)


def agreement(since: dt.datetime) -> list[Agreement]:
    """Second looks since then, by whose approval was looked at, one statement."""
    second = select(Decision.submission_id, Decision.verdict).where(
        Decision.verdict.in_(("upheld", "overturned")), Decision.created_at >= since
    ).subquery()  # fmt: skip
    first = (
        select(Decision.submission_id, func.max(Decision.id).label("id"))
        .where(Decision.verdict == "approved")
        .group_by(Decision.submission_id)
        .subquery()
    )
    query = (
        select(Member.name, func.count(), func.count().filter(second.c.verdict == "upheld"))
        .select_from(second)
        .join(first, first.c.submission_id == second.c.submission_id)
        .join(Decision, Decision.id == first.c.id)
        .outerjoin(Member, Member.id == Decision.by_id)
        .group_by(Member.id, Member.name)
        .order_by(func.count().desc())
    )
    return [
        Agreement(name=row[0] or "By itself", looked_at=row[1], agreed=row[2])
        for row in db.session.execute(query)
    ]
