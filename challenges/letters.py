"""The mails of this room: what became of an answer, with the reviewer's words; who waits for a review; a seat."""

from collections.abc import Mapping
from typing import Any

from challenges import queries
from challenges.asks import letters as _asks  # noqa: F401 - registers its mails
from challenges.models import Submission
from challenges.queries import Told
from hub import notices
from hub.notices.letters import Letter, Occasion, Reader

ANA = {"by": "Grace Whitlock", "by_first": "Grace"}
BOARD = {"title": "What should we build next?", "path": "/challenges/what-should-we-build"}


def _approved_sample() -> Mapping[str, Any]:
    return {
        **BOARD,
        **ANA,
        "points": 60,
        "words": "The two-team calendar went straight to the planning board. Thank you.",
    }


def _sent_back_sample() -> Mapping[str, Any]:
    words = "The picture shows half of the screen.\n\nCould you send the whole one? Everything else is there."
    return {**BOARD, **ANA, "points": 60, "words": words}


def _refused_sample() -> Mapping[str, Any]:
    return {
        **BOARD,
        **ANA,
        "words": "This is last year’s answer word by word, and we have built it since.",
        "again": False,
    }


def _overturned_sample() -> Mapping[str, Any]:
    return {**BOARD, **ANA, "points": 60, "words": "The review it links to was written by somebody else."}


@notices.letter("submission.approved", samples={"submission_approved": _approved_sample})
def approved(told: Occasion, reader: Reader) -> Letter | None:
    """It counts, with the points and whatever the reviewer said; None when that was taken back meanwhile."""
    found, said = _held(told, reader, "approved")
    if found is None:
        return None
    return Letter(folder="submission_approved", words={**_about(found, said), "points": found.points})


@notices.letter("submission.sent_back", samples={"submission_sent_back": _sent_back_sample})
def sent_back(told: Occasion, reader: Reader) -> Letter | None:
    """What is still missing, in the reviewer's words; None when they have sent it again already."""
    found, said = _held(told, reader, "sent_back")
    if found is None:
        return None
    return Letter(folder="submission_sent_back", words={**_about(found, said), "points": found.points})


@notices.letter("submission.refused", samples={"submission_refused": _refused_sample})
def refused(told: Occasion, reader: Reader) -> Letter | None:
    """Why not, and whether there is another try."""
    found, said = _held(told, reader, "refused")
    if found is None:
        return None
    again = found.challenge.repeat != "once"
    return Letter(folder="submission_refused", words={**_about(found, said), "again": again})


@notices.letter("submission.overturned", samples={"submission_overturned": _overturned_sample})
def overturned(told: Occasion, reader: Reader) -> Letter | None:
    """An approval that didn't bear a second look, and why."""
    found, said = _held(told, reader, "refused")
    if found is None:
        return None
    return Letter(folder="submission_overturned", words={**_about(found, said), "points": found.points})


@notices.letter("submission.undone", samples={"submission_undone": lambda: {**BOARD}})
def undone(told: Occasion, reader: Reader) -> Letter | None:
    """A decision was taken back; None when there is a new one by now."""
    found, _ = _held(told, reader, "pending")
    return Letter(folder="submission_undone", words=_about(found, None)) if found is not None else None


@notices.letter(
    "review.waiting",
    samples={"review_waiting": lambda: {
        "title": BOARD["title"], "path": "/manage/reviews/7", "by": "Ada Marlowe", "others": 3}},
)  # fmt: skip
def waiting(told: Occasion, reader: Reader) -> Letter | None:
    """Somebody waits for this reviewer; None when others have answered all of them."""
    found = queries.submission(told.subject_id)
    number, _oldest = queries.waiting_for(reader.id)
    asked_all = found is not None and found.challenge_id not in queries.approves(reader.id)
    number = queries.waiting()[0] if asked_all else number
    if found is None or not number:
        return None
    is_open = found.state == "pending"
    path = f"/manage/reviews/{found.id}" if is_open else "/manage/reviews"
    words = {
        "title": found.challenge.title,
        "by": found.member.name,
        "path": path,
        "others": number - is_open,
    }
    return Letter(folder="review_waiting", words=words)


@notices.letter(
    "seat.promoted",
    samples={
        "seat_promoted": lambda: {
            "title": "Try the new planning board",
            "path": "/challenges/try-the-new-board",
        }
    },
)
def promoted(told: Occasion, _reader: Reader) -> Letter | None:
    """A seat was given back, and it is theirs."""
    line = told.line
    if line is None or not line.title or not line.url:
        return None
    return Letter(folder="seat_promoted", words={"title": line.title, "path": line.url})


def _held(told: Occasion, reader: Reader, state: str) -> tuple[Submission | None, Told | None]:
    """The reader's own submission while it is still in this state, with the decision that put it there."""
    found = queries.submission(told.subject_id)
    if found is None or found.member_id != reader.id or found.state != state:
        return None, None
    made = [one for one in queries.decisions(found.id) if one.decision.id == found.decision_id]
    return found, made[-1] if made else None


def _about(found: Submission, said: Told | None) -> dict[str, Any]:
    by = said.by if said else None
    return {
        "title": found.challenge.title, "path": f"/challenges/{found.challenge.slug}",
        "words": said.words if said else "", "by": by.name if by else "", "by_first": by.first_name if by else "",
    }  # fmt: skip
