"""What this room keeps of one person. Their answers and pictures go with them; what was decided and paid stays."""

import datetime as dt
from functools import partial
from pathlib import Path

from sqlalchemy import delete, or_, select, update
from sqlalchemy.sql.dml import Update

from challenges.actions.places import free_place
from challenges.asks.models import Ask, AskRule, Recovery, SetAside
from challenges.models import (
    HOLDING,
    BetaSeat,
    ChallengeApprover,
    ChallengeStep,
    Decision,
    DecisionNote,
    StepAnswer,
    Submission,
)
from challenges.queries import forget_known_approvers
from challenges.seats import give_back
from hub.core import edges, registry, uploads
from hub.core.db import db
from hub.core.personal import told
from hub.core.uploads import Upload

UNDECIDED = ("started", "pending", "sent_back")


@registry.export("challenges")
def tell(member_id: int) -> registry.Told:
    """Submissions with answers, decisions and the words to them, pictures, seats, asks, what isn't for them."""
    mine = select(Submission.id).where(Submission.member_id == member_id)
    decided = select(Decision.id).where(Decision.submission_id.in_(mine))
    yield told(Submission, Submission.member_id == member_id)
    yield told(StepAnswer, StepAnswer.submission_id.in_(mine), without=("fingerprint", "digest"))
    yield told(Decision, Decision.submission_id.in_(mine), without=("by_id",))
    yield told(DecisionNote, DecisionNote.decision_id.in_(decided))
    yield told(Upload, Upload.member_id == member_id, without=("digest",))
    yield told(BetaSeat, BetaSeat.member_id == member_id)
    yield told(ChallengeApprover, ChallengeApprover.member_id == member_id)
    yield told(Ask, Ask.member_id == member_id)
    yield told(SetAside, SetAside.member_id == member_id)
    # What staff wrote down about it is theirs; what the member said is among the answers.
    yield told(
        Recovery, Recovery.member_id == member_id, without=("words", "outcome", "owner_id", "done_by_id")
    )


@registry.erasure("challenges")
def forget(member_id: int, now: dt.datetime) -> None:
    """Blanks answers and the words to them, throws pictures away, gives seats and places back, asks nothing more."""
    mine = select(Submission.id).where(Submission.member_id == member_id)
    _withdraw(member_id)
    _run(
        update(StepAnswer)
        .where(StepAnswer.submission_id.in_(mine))
        .values(data={}, fingerprint=None, digest=None)
    )
    decided = select(Decision.id).where(Decision.submission_id.in_(mine))
    db.session.execute(delete(DecisionNote).where(DecisionNote.decision_id.in_(decided)))
    _drop_pictures(member_id)
    _give_seats_back(member_id, now)
    db.session.execute(delete(ChallengeApprover).where(ChallengeApprover.member_id == member_id))
    forget_known_approvers()
    _stop_asking(member_id, now)


def _withdraw(member_id: int) -> None:
    """Nobody has to decide about answers that are gone."""
    open_ = select(Submission).where(Submission.member_id == member_id, Submission.state.in_(UNDECIDED))
    for found in db.session.scalars(open_.order_by(Submission.id).with_for_update()):
        if found.state in HOLDING:
            free_place(found.challenge_id)
        found.state = "withdrawn"
    db.session.flush()


def _drop_pictures(member_id: int) -> None:
    """Evidence is theirs; a picture they gave to a page of the hub belongs to that page."""
    theirs = delete(Upload).where(Upload.member_id == member_id, Upload.purpose == "evidence")
    for name in db.session.scalars(theirs.returning(Upload.name)):
        edges.after_commit(
            f"uploads.drop:{name}", partial(Path.unlink, uploads.path_of(name), missing_ok=True)
        )


def _give_seats_back(member_id: int, now: dt.datetime) -> None:
    held = select(ChallengeStep).join(BetaSeat, BetaSeat.step_id == ChallengeStep.id)
    for step in db.session.scalars(
        held.where(BetaSeat.member_id == member_id, BetaSeat.state != "given_back")
    ):
        give_back(step, member_id, now=now)


def _stop_asking(member_id: int, now: dt.datetime) -> None:
    ended = {"why": "gone", "due_at": None, "ended_at": now}
    rules = select(AskRule.id).where(AskRule.by_id == member_id)
    either = or_(Ask.member_id == member_id, Ask.rule_id.in_(rules))
    _run(update(Ask).where(either, Ask.state == "waiting").values(state="skipped", **ended))
    _run(update(Ask).where(either, Ask.state == "open").values(state="expired", **ended))
    _run(update(AskRule).where(AskRule.by_id == member_id).values(words="", state="off", due_at=None))
    db.session.execute(delete(SetAside).where(SetAside.member_id == member_id))
    theirs = update(Recovery).where(Recovery.member_id == member_id)
    _run(theirs.values(words="", outcome=""))
    _run(theirs.where(Recovery.state == "open").values(state="done", done_at=now))


def _run(change: Update) -> None:
    db.session.execute(change.execution_options(synchronize_session=False))
