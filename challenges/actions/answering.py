"""Beginning, answering step by step, submitting, withdrawing."""

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from challenges import standing
from challenges.actions.deciding import close
from challenges.actions.paying import settle
from challenges.actions.places import free_place, take_place
from challenges.fingerprint import fingerprint
from challenges.kinds import KINDS, Given, Outcome, Turn
from challenges.models import HOLDING, Challenge, ChallengeStep, StepAnswer, Submission
from challenges.queries import answers, approvers, current, mine, submission
from hub import activity, notices
from hub.core.db import db
from hub.members.models import Member
from hub.members.queries import staff
from hub.outbox.actions import insert_ignoring


class Closed(Exception):
    """It can't be begun or gone on with; the sentence says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """What came of an answer, and where the submission is now."""

    outcome: Outcome
    submission: Submission

    @property
    def is_over(self) -> bool:
        """Whether that was the last step."""
        return self.submission.state in ("pending", "approved")


def begin(challenge: Challenge, member: Member, *, now: dt.datetime) -> Submission:
    """The member's submission to go on with, or a new one. Of two at once there is one: the database keeps it single.

    Refuses (Closed) what they may not begin now: closed, full, locked, for others, done as often as it goes.
    """
    made = mine(member.id)
    found = standing.look([challenge], member.id, made, now)[challenge.id]
    if found.is_going and found.submission_id is not None:
        return _whole(found.submission_id)
    if not found.may_begin:
        raise Closed(found.why or "You have done this already.")
    row = {
        "challenge_id": challenge.id, "member_id": member.id, "occurrence": found.occurrence, "state": "started",
        "pays": challenge.pays, "points": 0, "second_look": "none", "started_at": now,
    }  # fmt: skip
    db.session.execute(insert_ignoring(Submission).values(**row))
    again = update(Submission).where(
        Submission.challenge_id == challenge.id, Submission.member_id == member.id,
        Submission.occurrence == found.occurrence, Submission.state == "withdrawn",
    )  # fmt: skip
    db.session.execute(
        again.values(state="started", started_at=now).execution_options(synchronize_session=False)
    )
    latest = current(challenge.id, member.id)
    assert latest is not None
    if latest.state != "started":
        raise Closed("You have sent this already.")
    return latest


def _whole(submission_id: int) -> Submission:
    found = submission(submission_id, lock=True)
    assert found is not None
    return found


def answer(
    challenge: Challenge,
    step: ChallengeStep,
    member: Member,
    given: Given,
    *,
    now: dt.datetime,
    opened_at: dt.datetime | None = None,
) -> Answered:
    """Takes an answer to a step; the last one submits. `opened_at` is when they first opened what it is about.

    Keeps nothing when the kind finds it wrong. Refuses (Closed) as `begin` does, and when it was submitted meanwhile.
    """
    going = _whole(begin(challenge, member, now=now).id)
    if going.state not in ("started", "sent_back"):
        raise Closed("You have sent this already.")
    before = answers(going.id).get(step.id)
    kept: dict[str, Any] = dict(before.data) if before else {}
    turn = Turn(step=step, member=member, now=now, kept=kept, opened_at=opened_at, submission_id=going.id)
    kind = KINDS[step.kind]
    outcome = kind.check(turn, given)
    if outcome.verdict == "wrong":
        return Answered(outcome=outcome, submission=going)
    _keep(going, step, before, outcome, now)
    kind.keep(turn, outcome)
    if outcome.verdict == "done" and going.pays == "steps":
        settle(going, cause=f"answer:{step.id}", now=now)
    if all(_is_answered(answers(going.id).get(one.id)) for one in challenge.steps):
        submit(going, challenge, now=now)
    return Answered(outcome=outcome, submission=_whole(going.id))


def _keep(
    going: Submission, step: ChallengeStep, before: StepAnswer | None, outcome: Outcome, now: dt.datetime
) -> None:  # fmt: skip
    found = before or StepAnswer(submission_id=going.id, step_id=step.id, kind=step.kind, points=0)
    found.data = dict(outcome.data)
    found.verdict, found.answered_at = outcome.verdict, now
    found.fingerprint, found.digest = fingerprint(outcome.words), outcome.digest
    if going.pays == "steps" and outcome.verdict != "open":
        found.points = step.points
    db.session.add(found)
    db.session.flush()


def _is_answered(found: StepAnswer | None) -> bool:
    return found is not None and found.verdict in ("done", "review")


def submit(going: Submission, challenge: Challenge, *, now: dt.datetime) -> None:
    """Hands a submission in: its promise is fixed, a place is taken, and it waits for a reviewer or is approved.

    Refuses (Closed) when the last place was taken meanwhile: then nothing was submitted, and nothing is lost.
    """
    answered = answers(going.id)
    points = challenge.points if going.pays == "whole" else sum(one.points for one in answered.values())
    if going.state not in HOLDING and not take_place(challenge.id):
        raise Closed("Somebody took the last place a moment ago. Thank you for trying.")
    state = "pending" if challenge.review == "reviewed" else "approved"
    handed = update(Submission).where(Submission.id == going.id, Submission.state == going.state)
    done = db.session.execute(
        handed.values(state="pending", points=points, submitted_at=now, decided_at=None, decision_id=None)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if not done.rowcount:  # type: ignore[attr-defined]
        raise Closed("You have sent this already.")
    data = {"slug": challenge.slug, "challenge_id": challenge.id}
    activity.record("submission.submitted", subject=going.subject, by_id=going.member_id, now=now, data=data)
    if state == "pending":
        _call_reviewers(going, challenge, now)
        return
    look = challenge.review == "sampled" and secrets.randbelow(100) < challenge.sample_percent
    close(going.id, "approved", by_id=None, code="automatic", second_look=look, now=now)


def _call_reviewers(going: Submission, challenge: Challenge, now: dt.datetime) -> None:
    """One notice a day and reviewer, however much waits: the queue shows the rest."""
    asked = [person.id for person in approvers(challenge.id)] or [person.id for person in staff("manager")]
    day = now.date().isoformat()
    notices.tell_many(
        [
            {"member_id": number, "kind": "review.waiting", "subject": f"review:{going.id}",
             "key": f"review:{day}:{number}", "data": {"by_id": going.member_id}}
            for number in asked if number != going.member_id
        ],
        now,
    )  # fmt: skip


def withdraw(submission_id: int, member_id: int, *, now: dt.datetime) -> bool:
    """Takes back what nobody has decided yet; False when it is too late, or somebody else's. What single steps have
    earned stays. The place goes to somebody else."""
    found = submission(submission_id, lock=True)
    if found is None or found.member_id != member_id:
        return False
    mine_ = update(Submission).where(
        Submission.id == submission_id, Submission.state == found.state,
        Submission.state.in_(("started", "pending", "sent_back")),
    )  # fmt: skip
    done = db.session.execute(mine_.values(state="withdrawn").execution_options(synchronize_session=False))
    if not done.rowcount:  # type: ignore[attr-defined]
        return False
    if found.state in HOLDING:
        free_place(found.challenge_id)
    activity.record("submission.withdrawn", subject=found.subject, by_id=member_id, now=now)
    return True
