"""What people decide: release, refuse, appeal, answer. Each is one conditional UPDATE under the referral's row, so of
many at once the database picks, and what is released is booked in the same transaction, under the keys it always
had."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, update

from hub import activity
from hub.activity.models import Fact
from hub.core.db import db
from hub.referrals.advance import book_again
from hub.referrals.fairness import limits, telling
from hub.referrals.fairness.holding import reviews_of
from hub.referrals.fairness.models import SAID, Review
from hub.referrals.intake import Refusal
from hub.referrals.models import Referral, StageEvent

BATCH = 200
UNANSWERED = and_(Review.state == "refused", Review.appealed_at.is_not(None), Review.answered_at.is_(None))
OPEN_TO_RELEASE = or_(Review.state == "open", UNANSWERED)
LATE = "Somebody decided this a moment before you. Look at it again."
OWN = "You introduced this person, look or looked after them, or moved them by hand: somebody else decides."
SAME = "You released it up to the limit. More than that takes a second person."
REFUSED_IT = "You refused it. Somebody else answers the appeal."
RESTS = "It rests in another referral, where its points go on. Look at that one."


def release(review_id: int, *, by_id: int, now: dt.datetime, words: str = "") -> int:
    """Lets points go: the first person up to the limit, a second one without. Books exactly what is due, once,
    and gives how many points that was. An open appeal is answered by it.

    Refuses (Refusal) who introduced, looks or looked after the person or moved them by hand, the same person twice, who
    refused it, and what has been decided meanwhile.
    """
    review, referral = _claimed(review_id, by_id)
    _not_by(review.appealed_at is not None and review.refused_by_id == by_id, REFUSED_IT)
    _not_by(review.first_by_id == by_id, SAME)
    is_second = review.first_by_id is not None
    values: dict[str, Any] = {"state": "released", "words": _clean(words) or review.words}
    if is_second:
        values |= {"second_by_id": by_id, "second_at": now, "ceiling": None}
        fits: tuple[ColumnElement[bool], ...] = (Review.first_by_id.is_not(None), Review.first_by_id != by_id)
    else:
        ceiling = max(review.ceiling or 0, alone(review))
        values |= {"first_by_id": by_id, "first_at": now, "ceiling": ceiling}
        fits = (Review.first_by_id.is_(None),)
    if review.appealed_at and not review.answered_at:
        values |= {"answered_at": now, "answered_by_id": by_id, "answer": _clean(words) or None}
    _decide(review, values, OPEN_TO_RELEASE, *fits)
    fact = "referral.review_lifted" if is_second else "referral.review_released"
    points = _book(referral.id, now)
    activity.record(
        fact, subject=referral.subject, by_id=by_id, now=now, data={"review": review.id, "points": points}
    )
    end = f"{review.id}:{int(now.timestamp())}"
    telling.decided(referral.id, referral.advocate_id, "referral.review_released", end, now, points=points)
    return points


def refuse(review_id: int, *, by_id: int, now: dt.datetime, words: str) -> None:
    """Keeps the points back for good, with words that the advocate reads. What was paid before stays. The advocate may
    appeal, each refusal anew. Refuses (Refusal) without words, whom `release` refuses, and what has been decided."""
    review, referral = _claimed(review_id, by_id)
    if not _clean(words):
        raise Refusal("words", "Say why, in words that the advocate can read.")
    ceiling = _paid_already(review)
    values: dict[str, Any] = {
        "state": "refused",
        "refused_by_id": by_id,
        "refused_at": now,
        "words": _clean(words),
        "ceiling": ceiling,
    }
    if review.answered_at is not None:  # that was another refusal's: the facts keep that it was
        values |= dict.fromkeys(SAID)
    _decide(review, values, Review.state == "open")
    _book(referral.id, now)
    data = {"review": review.id}
    activity.record("referral.review_refused", subject=referral.subject, by_id=by_id, now=now, data=data)
    end = f"{review.id}:{int(now.timestamp())}"
    telling.decided(referral.id, referral.advocate_id, "referral.review_refused", end, now)


def appeal(referral_id: int, *, by_id: int, now: dt.datetime, words: str) -> None:
    """The advocate says their side, once for each decision. Refuses (Refusal) without words, and when nothing waits."""
    referral = _locked(referral_id)
    if not _clean(words):
        raise Refusal("words", "Say in a few words how you see it.")
    rests = referral.merged_into_id is not None
    found = [] if rests else reviews_of([referral_id])[referral_id]
    reviews = [r for r in found if r.state in ("open", "refused")]
    asked = next((review for review in reviews if not review.appealed_at), None)
    if asked is None or referral.advocate_id != by_id:
        raise Refusal("words", "You have said your side already, and somebody reads it." if reviews else
                      "Nothing waits any more: it has been decided.")  # fmt: skip
    _decide(
        asked,
        {"appeal": _clean(words), "appealed_at": now},
        Review.appealed_at.is_(None),
        Review.state != "released",
    )
    data = {"review": asked.id}
    activity.record("referral.review_appealed", subject=referral.subject, by_id=by_id, now=now, data=data)
    telling.appealed(referral_id, asked.id, by_id, now=now)


def stand_by(review_id: int, *, by_id: int, now: dt.datetime, words: str) -> None:
    """Answers an appeal against a refusal with words: it stands. Refuses (Refusal) the one who refused it, and no
    words."""
    review, referral = _claimed(review_id, by_id)
    _not_by(review.refused_by_id == by_id, REFUSED_IT)
    if not _clean(words):
        raise Refusal("words", "Answer in words: the advocate has taken the trouble to write.")
    values = {"answered_at": now, "answered_by_id": by_id, "answer": _clean(words)}
    _decide(review, values, UNANSWERED)
    data = {"review": review.id}
    activity.record("referral.appeal_answered", subject=referral.subject, by_id=by_id, now=now, data=data)
    end = f"{review.id}:{int(now.timestamp())}"
    telling.decided(referral.id, referral.advocate_id, "referral.appeal_answered", end, now)


def pay_waited(*, now: dt.datetime) -> int:
    """Books what a programme held for some days and no longer does: a batch; how many referrals. Reviews are never
    looked past."""
    goes_on = Referral.merged_into_id.is_(None)
    due = select(Referral.id).where(Referral.due_at <= now, goes_on).order_by(Referral.due_at).limit(BATCH)
    ids = list(db.session.scalars(due.with_for_update(skip_locked=True)))
    booked = book_again(ids, now=now, quietly=True) if ids else {}
    for number, points in booked.items():
        if points:
            who = db.session.scalar(select(Referral.advocate_id).where(Referral.id == number))
            telling.decided(number, who, "referral.waited", str(int(now.timestamp())), now, points=points)
    return len(ids)


def _locked(referral_id: int) -> Referral:
    return db.session.get_one(Referral, referral_id, with_for_update=True, populate_existing=True)


def _claimed(review_id: int, by_id: int) -> tuple[Review, Referral]:
    """A review and its referral, whose row everybody who moves or pays it waits for."""
    number = db.session.scalar(select(Review.referral_id).where(Review.id == review_id))
    if number is None:
        raise Refusal("form", "There is no such review.")
    referral = _locked(number)
    review = db.session.get_one(Review, review_id, populate_existing=True)
    _not_by(referral.merged_into_id is not None, RESTS)
    _not_by(is_own(referral, by_id), OWN)
    return review, referral


def is_own(referral: Referral, member_id: int) -> bool:
    """Whether this one introduced the person, looks or once looked after them, or set a stage of theirs by hand."""
    if member_id in (referral.advocate_id, referral.owner_id):
        return True
    looked = exists().where(
        Fact.subject == referral.subject, Fact.kind == "referral.owner_changed",
        Fact.data["from"].as_integer() == member_id,
    )  # fmt: skip
    moved = exists().where(
        StageEvent.referral_id == referral.id, StageEvent.by_id == member_id, StageEvent.source == "manager"
    )
    return bool(db.session.scalar(select(or_(looked, moved))))


def alone(review: Review) -> int:
    """The total up to which one person may release: as it was when the review was opened, or less by now."""
    return min(review.alone, limits.scale().alone)


def _not_by(is_so: bool, says: str) -> None:
    if is_so:
        raise Refusal("form", says)


def _decide(review: Review, values: dict[str, Any], *while_: ColumnElement[bool]) -> None:
    done = update(Review).where(Review.id == review.id, *while_).values(**values)
    if not db.session.execute(done.execution_options(synchronize_session=False)).rowcount:  # type: ignore[attr-defined]
        raise Refusal("form", LATE)
    db.session.expire(review)


def _paid_already(review: Review) -> int:
    """What one person released before a second one refused the rest stays paid."""
    return review.ceiling or 0


def _book(referral_id: int, now: dt.datetime) -> int:
    return book_again([referral_id], now=now, quietly=True).get(referral_id, 0)


def _clean(words: str) -> str:
    return " ".join(words.replace("\0", "").split(" ")).strip()[:2000]
