"""Deciding: approve, send back, refuse; undo it within ten minutes; look a second time at what was approved by itself.

Each is one conditional UPDATE: of all who click at once, one decides, and what is owed is booked in that transaction.
"""

import datetime as dt
import secrets
from typing import Literal

from sqlalchemy import Update, update

from challenges.actions.paying import settle
from challenges.actions.places import free_place, take_place
from challenges.models import Decision, DecisionNote, StepAnswer, Submission
from challenges.queries import submission
from hub import activity, notices
from hub.core.db import db

Verdict = Literal["approved", "sent_back", "refused"]
UNDO_MINUTES = 10


class Gone(Exception):
    """Nothing was decided: somebody was faster, or it isn't theirs to decide. The sentence says which."""


def approve(submission_id: int, *, by_id: int, now: dt.datetime, words: str = "") -> Decision:
    """Approves and pays what was promised, once. Refuses as `decide` does."""
    return decide(submission_id, "approved", by_id=by_id, now=now, words=words)


def send_back(submission_id: int, *, by_id: int, now: dt.datetime, words: str, code: str = "") -> Decision:
    """Sends it back with words, to be done again. Refuses as `decide` does."""
    return decide(submission_id, "sent_back", by_id=by_id, now=now, words=words, code=code)


def refuse(submission_id: int, *, by_id: int, now: dt.datetime, words: str, code: str = "") -> Decision:
    """Refuses it, with a reason. Refuses as `decide` does."""
    return decide(submission_id, "refused", by_id=by_id, now=now, words=words, code=code)


def decide(
    submission_id: int, verdict: Verdict, *, by_id: int, now: dt.datetime, words: str = "", code: str = ""
) -> Decision:
    """Decides what waits, once, and tells the member.

    Refuses (Gone) one's own submission, what was decided or withdrawn meanwhile, and a no without words.
    """
    found = submission(submission_id)
    if found is None:
        raise Gone("This submission isn’t there.")
    if found.member_id == by_id:
        raise Gone("This is your own. Somebody else decides about it.")
    if verdict != "approved" and not words.strip():
        raise Gone("Say why: they will read it.")
    percent = found.challenge.sample_percent if found.challenge.review == "reviewed" else 0
    again = verdict == "approved" and secrets.randbelow(100) < percent
    made = close(submission_id, verdict, by_id=by_id, code=code, words=words, second_look=again, now=now)
    if made is None:
        raise Gone("Somebody decided this, or it was withdrawn, a moment ago.")
    return made


def close(
    submission_id: int, verdict: Verdict, *, by_id: int | None, now: dt.datetime, code: str = "", words: str = "",
    second_look: bool = False,
) -> Decision | None:  # fmt: skip
    """The decision itself; None when the submission doesn't wait any more."""
    claim = update(Submission).where(Submission.id == submission_id, Submission.state == "pending")
    look = "waiting" if second_look else "none"
    if not _changed(claim.values(state=verdict, decided_at=now, second_look=look)):
        return None
    made = _write(submission_id, verdict, by_id=by_id, code=code, words=words, now=now)
    _changed(update(Submission).where(Submission.id == submission_id).values(decision_id=made.id))
    _follow(submission_id, made, now=now)
    return made


def _follow(submission_id: int, made: Decision, *, now: dt.datetime) -> None:
    """What a decision brings with it: points, a place, answers to be given again, facts, and always an answer."""
    found = submission(submission_id)
    assert found is not None
    # Always in this order, so that nobody waits in a circle: the submission, the challenge's places, the wallet.
    if made.verdict == "refused":
        free_place(found.challenge_id)
    elif made.verdict == "sent_back":
        _reopen(found)
    settle(found, cause=f"decision:{made.id}", now=now, by_id=made.by_id)
    data = {"slug": found.challenge.slug, "kind": found.challenge.kind, "challenge_id": found.challenge_id,
            "verdict": made.verdict, "submission_id": found.id}  # fmt: skip
    activity.record("submission.decided", subject=found.subject, by_id=made.by_id, now=now, data=data)
    if made.verdict == "approved":
        whole = {**data, "points": found.points, "everybody": found.challenge.segment_id is None}
        activity.record(
            "challenge.completed", subject=found.subject, by_id=found.member_id, now=now, data=whole
        )
    _tell(found, made, now)


def _reopen(found: Submission) -> None:
    """The answers that somebody looked at are given again; all of them, when none was looked at."""
    looked = [one.id for one in found.answers if one.verdict == "review"]
    which = looked or [one.id for one in found.answers]
    _changed(update(StepAnswer).where(StepAnswer.id.in_(which)).values(verdict="open"))


def _tell(found: Submission, made: Decision, now: dt.datetime) -> None:
    data: dict[str, object] = {"points": found.points} if made.verdict == "approved" else {}
    if made.by_id is not None:
        data["by_id"] = made.by_id
    notices.tell(
        found.member_id, f"submission.{made.verdict}", subject=found.subject, key=f"decision:{made.id}", data=data,
        now=now,
    )  # fmt: skip


def undo(decision_id: int, *, by_id: int, now: dt.datetime) -> Decision:
    """Takes a decision back within ten minutes: points are corrected, the submission waits again, the member is told.

    Refuses (Gone) one that is older, no longer holds, was nobody's, or whose place was given away meanwhile.
    """
    made = db.session.get(Decision, decision_id)
    if made is None or made.by_id is None or made.verdict not in ("approved", "sent_back", "refused"):
        raise Gone("There is nothing to undo.")
    if made.created_at <= now - dt.timedelta(minutes=UNDO_MINUTES):
        raise Gone(f"That was more than {UNDO_MINUTES} minutes ago, and the member has read it.")
    claim = update(Submission).where(
        Submission.id == made.submission_id,
        Submission.decision_id == decision_id,
        Submission.state == made.verdict,
    )
    if not _changed(claim.values(state="pending", decision_id=None, decided_at=None, second_look="none")):
        raise Gone("This decision doesn’t hold any more.")
    found = submission(made.submission_id)
    assert found is not None
    if made.verdict == "refused" and not take_place(found.challenge_id):
        raise Gone("Its place was given to somebody else meanwhile.")
    if made.verdict == "sent_back":
        _changed(
            update(StepAnswer).where(StepAnswer.submission_id == found.id, StepAnswer.verdict == "open")
            .values(verdict="review")
        )  # fmt: skip
    back = _write(found.id, "undone", by_id=by_id, undoes_id=decision_id, now=now)
    settle(found, cause=f"decision:{back.id}", now=now, by_id=by_id)
    data = {"challenge_id": found.challenge_id, "verdict": made.verdict}
    activity.record("submission.undone", subject=found.subject, by_id=by_id, now=now, data=data)
    _tell(found, back, now)
    return back


def look_again(
    submission_id: int, *, agrees: bool, by_id: int, now: dt.datetime, words: str = ""
) -> Decision:
    """The second look at what was approved. Agreeing changes nothing; disagreeing takes the points back, with words.

    Refuses (Gone) who approved it or made it, what was looked at already, and a no without words.
    """
    found = submission(submission_id)
    if found is None or found.second_look != "waiting":
        raise Gone("Somebody looked at this already.")
    if found.member_id == by_id or (found.decision_id and _by(found.decision_id) == by_id):
        raise Gone("A second look is somebody else’s.")
    if not agrees and not words.strip():
        raise Gone("Say why: they will read it.")
    state = "approved" if agrees else "refused"
    claim = update(Submission).where(
        Submission.id == submission_id, Submission.state == "approved", Submission.second_look == "waiting"
    )
    if not _changed(claim.values(state=state, second_look="done")):
        raise Gone("Somebody looked at this already.")
    made = _write(submission_id, "upheld" if agrees else "overturned", by_id=by_id, words=words, now=now)
    if not agrees:
        _changed(
            update(Submission)
            .where(Submission.id == submission_id)
            .values(decision_id=made.id, decided_at=now)
        )
        free_place(found.challenge_id)
        again = submission(submission_id)
        assert again is not None
        settle(again, cause=f"decision:{made.id}", now=now, by_id=by_id)
        _tell(again, made, now)
    activity.record(
        "submission.looked_at", subject=found.subject, by_id=by_id, now=now, data={"agrees": agrees}
    )
    return made


def _by(decision_id: int) -> int | None:
    return db.session.get_one(Decision, decision_id).by_id


def _write(
    submission_id: int, verdict: str, *, by_id: int | None, now: dt.datetime, code: str = "", words: str = "",
    undoes_id: int | None = None,
) -> Decision:  # fmt: skip
    made = Decision(submission_id=submission_id, verdict=verdict, by_id=by_id, code=code, undoes_id=undoes_id,
                    created_at=now)  # fmt: skip
    db.session.add(made)
    db.session.flush()
    if words.strip():
        db.session.add(DecisionNote(decision_id=made.id, words=words.strip()[:2000]))
        db.session.flush()
    return made


def _changed(statement: Update) -> bool:
    done = db.session.execute(statement.execution_options(synchronize_session=False))
    return bool(done.rowcount)  # type: ignore[attr-defined]
