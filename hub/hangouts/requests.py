"""You said, we did: what members asked for, where it stands, and that everybody who asked hears of it."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select, update

from hub import activity, ledger, notices
from hub.core import crypto
from hub.core.db import db
from hub.hangouts.models import STATUSES, Asker, Guest, Hangout, Question, QuestionVote, Request
from hub.ledger import Award
from hub.outbox.actions import insert_ignoring

LONGEST = 160
ENDED = ("shipped", "not_now")


class Unclear(Exception):
    """It can't be kept so; the sentence says what to do, `field` where."""

    def __init__(self, field: str, says: str) -> None:
        super().__init__(says)
        self.field = field


def hear(
    hangout: Hangout, title: str, *, by_id: int, now: dt.datetime, points: int = 0, question: Question | None = None,
    member_ids: Sequence[int] = (),
) -> Request:  # fmt: skip
    """Keeps a request. From a question, whoever asked it and voted for it are those who asked; who asked
    anonymously stays nobody: they are told of it in private, and not credited, for points would show who it was.
    Refuses (Unclear) one without words, and a question that is one already, or was just taken back."""
    words = " ".join(title.replace("\0", "").split())
    if not 1 <= len(words) <= LONGEST:
        raise Unclear("title", f"Say what they asked for, in at most {LONGEST} characters.")
    if question is not None:
        # Whoever takes it back meanwhile waits for this, or was first.
        there = select(Question.id).where(Question.id == question.id).with_for_update(key_share=True)
        if db.session.scalar(there) is None:
            raise Unclear("title", "Whoever asked this has just taken it back.")
        known = db.session.scalar(select(Request.id).where(Request.question_id == question.id))
        if known is not None:
            raise Unclear("title", "This question is on the list already.")
    made = Request(
        hangout_id=hangout.id, question_id=question.id if question else None, title=words, points=points, by_id=by_id,
        status="heard", created_at=now, changed_at=now,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    _asked(made, {*member_ids, *(_behind(question) if question else ())}, now=now)
    activity.record("request.heard", subject=made.subject, by_id=by_id, now=now)
    return made


def join(request: Request, member_id: int, *, now: dt.datetime) -> bool:
    """Wants it, too, and hears of it. False when it has ended, or they have asked already."""
    if request.status in ENDED:
        return False
    row = {"request_id": request.id, "member_id": member_id, "is_credited": request.status == "heard",
           "created_at": now}  # fmt: skip
    fresh = insert_ignoring(Asker).values(**row).returning(Asker.member_id)
    return db.session.execute(fresh).scalar_one_or_none() is not None


def move(
    request: Request,
    status: str,
    *,
    by_id: int,
    now: dt.datetime,
    reason: str = "",
    points: int | None = None,
) -> bool:
    """Where it stands now: everybody who asked is told. When it ships, each who asked while it was only heard is
    thanked in points, once. False when nothing changed. Refuses (Unclear) “not now” without a reason; what has
    shipped stays so."""
    words = reason.replace("\0", "").strip()[:500]
    if status not in STATUSES:
        raise Unclear("status", "Choose where it stands.")
    if status == "not_now" and not words:
        raise Unclear("reason", "Say why not now: they will read it.")
    values = {
        "status": status,
        "reason": words,
        "changed_at": now,
        "shipped_at": now if status == "shipped" else None,
    }
    if points is not None and request.status != "shipped":
        values["points"] = points
    mine = update(Request).where(Request.id == request.id, Request.status != "shipped")
    if status == request.status:
        db.session.execute(mine.values(values).execution_options(synchronize_session="fetch"))
        return False
    done = db.session.execute(
        mine.where(Request.status == request.status)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        return False
    db.session.refresh(request)
    activity.record("request.moved", subject=request.subject, by_id=by_id, now=now, data={"status": status})
    _tell(request, now=now)
    return True


def _tell(request: Request, *, now: dt.datetime) -> None:
    rows = db.session.execute(
        select(Asker.member_id, Asker.is_credited)
        .where(Asker.request_id == request.id)
        .order_by(Asker.member_id)
    ).all()
    paid = request.points if request.status == "shipped" else 0
    kind = "request.shipped" if request.status == "shipped" else "request.moved"
    stamp = int(now.timestamp())
    told = [
        {"member_id": one, "kind": kind, "subject": request.subject,
         "key": f"{request.subject}:{request.status}:{stamp}:{one}",
         "data": {"status": request.status, "points": paid if credited else 0}}
        for one, credited in rows
    ]  # fmt: skip
    hidden = _hidden(request)
    if hidden is not None and hidden not in {one for one, _ in rows}:
        told.append(
            {"member_id": hidden, "kind": kind, "subject": request.subject,
             "key": f"{request.subject}:{request.status}:{stamp}:{hidden}",
             "data": {"status": request.status, "points": 0}}
        )  # fmt: skip
    if paid:
        _credit(request, [one for one, credited in rows if credited], now=now)
    if told:
        notices.tell_many(told, now=now)


def _hidden(request: Request) -> int | None:
    """Whoever asked for it anonymously, to write to them and for nothing else: nobody reads another's inbox."""
    sealed = db.session.scalar(select(Question.sealed).where(Question.id == request.question_id))
    return int(crypto.unseal(sealed)) if sealed else None


def _credit(request: Request, member_ids: Sequence[int], *, now: dt.datetime) -> None:
    accounts = ledger.accounts_for(member_ids)
    awards = [
        Award(account_id=account_id, points=request.points, reason="hangout", subject=request.subject,
              key=f"{request.subject}:member:{member_id}", happened_at=now, by_id=request.by_id)
        for member_id, account_id in sorted(accounts.items())
    ]  # fmt: skip
    ledger.award_many(awards, now=now)


def _asked(request: Request, member_ids: set[int], *, now: dt.datetime) -> None:
    rows = [
        {"request_id": request.id, "member_id": one, "is_credited": True, "created_at": now}
        for one in sorted(member_ids)
    ]
    if rows:
        db.session.execute(insert_ignoring(Asker), rows)


def _behind(question: Question) -> set[int]:
    """Who asked it by name, and who voted for it."""
    voted = select(QuestionVote.member_id).where(QuestionVote.question_id == question.id)
    return {*db.session.scalars(voted), *([question.by_id] if question.by_id else [])}


def guests_named(hangout_id: int, member_ids: Sequence[int]) -> list[int]:
    """Those of these members who were invited: whom a host may name as askers."""
    query = select(Guest.member_id).where(Guest.hangout_id == hangout_id, Guest.member_id.in_(member_ids))
    return list(db.session.scalars(query))
