"""What members want to hear about: votes on the agenda, questions in their own name or in nobody's, votes on those.

An anonymous question keeps no member. Who wrote it is sealed under the hub's key and opened by one verb, `unmask`,
which leaves a fact behind; its `mark` is a keyed digest, so only its writer can find it again.
"""

import datetime as dt
import hashlib
import hmac
from collections.abc import Sequence

from flask import current_app
from sqlalchemy import delete, or_, select, update

from hub import activity, notices
from hub.core import crypto
from hub.core.db import db
from hub.hangouts.models import AgendaItem, AgendaVote, Asker, Hangout, Question, QuestionVote, Request
from hub.outbox.actions import insert_ignoring

LONGEST = 500
MOST_QUESTIONS = 5
MOST_ITEMS = 20
LATE = dt.timedelta(hours=2)


class Unasked(Exception):
    """The question can't be taken; the sentence says why, to the person who typed it."""


def takes_questions(hangout: Hangout, now: dt.datetime) -> bool:
    """Whether questions and votes are taken: from the day it is published until a little after it ends."""
    return hangout.state == "open" and hangout.ends_at is not None and now < hangout.ends_at + LATE


def ask(hangout: Hangout, member_id: int, body: str, *, anonymous: bool, now: dt.datetime) -> Question:
    """Keeps a question. Refuses (Unasked) blanks, more than 500 characters, more than five open ones by one member, and
    questions after the end."""
    words = " ".join(body.replace("\0", "").split())
    if not takes_questions(hangout, now):
        raise Unasked("Questions are closed. The conversation below is still open.")
    if not words:
        raise Unasked("Write your question first.")
    if len(words) > LONGEST:
        raise Unasked(f"{len(words):,} characters are too many; {LONGEST} fit.")
    if len(mine(hangout.id, member_id)) >= MOST_QUESTIONS:
        raise Unasked(f"{MOST_QUESTIONS} questions at a time. Take one back, or vote for those of others.")
    made = Question(
        hangout_id=hangout.id, body=words, during=hangout.is_on(now), by_id=None if anonymous else member_id,
        sealed=crypto.seal(str(member_id)) if anonymous else None,
        mark=marks(member_id)[0] if anonymous else None,
        # The minute an anonymous question came in could be held against somebody's visit; its day can't.
        asked_at=now.replace(hour=0, minute=0, second=0, microsecond=0) if anonymous else now,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def take_back(hangout_id: int, question_id: int, member_id: int) -> bool:
    """Takes one's own open question away, with its votes. Where it is on the list of requests, their wish is taken
    back, too; what nobody else asked for leaves the list. False for anybody else's."""
    db.session.execute(select(Question.id).where(Question.id == question_id).with_for_update())
    if question_id not in mine(hangout_id, member_id):
        return False
    _leave_request(question_id, member_id)
    db.session.execute(delete(QuestionVote).where(QuestionVote.question_id == question_id))
    db.session.execute(delete(Question).where(Question.id == question_id))
    return True


def _leave_request(question_id: int, member_id: int) -> None:
    """Lets go of the request that a question became. What has shipped keeps those who asked: they were thanked."""
    made = db.session.scalar(select(Request).where(Request.question_id == question_id).with_for_update())
    if made is None:
        return
    made.question_id = None
    db.session.flush()
    if made.status == "shipped":
        return
    db.session.execute(delete(Asker).where(Asker.request_id == made.id, Asker.member_id == member_id))
    if db.session.scalar(select(Asker.member_id).where(Asker.request_id == made.id).limit(1)) is None:
        db.session.delete(made)
        db.session.flush()


def mine(hangout_id: int, member_id: int) -> set[int]:
    """Their own open questions of a hangout, the anonymous ones too."""
    own = or_(Question.by_id == member_id, Question.mark.in_(marks(member_id)))
    query = select(Question.id).where(Question.hangout_id == hangout_id, Question.state == "open", own)
    return set(db.session.scalars(query))


def marks(member_id: int) -> list[str]:
    """What an anonymous question of this member carries: under the hub's key first, then under former ones."""
    settings = current_app.extensions["settings"]
    keys = (settings.secret_key, *settings.secret_key_fallbacks)
    words = f"question:{member_id}".encode()
    return [hmac.new(key.encode(), words, hashlib.sha256).hexdigest() for key in keys]


def want(question_id: int, member_id: int, *, on: bool) -> bool:
    """Votes for a question of others, or takes the vote back. False when that changed nothing."""
    row = {"question_id": question_id, "member_id": member_id}
    if on:
        vote = insert_ignoring(QuestionVote).values(**row).returning(QuestionVote.member_id)
    else:
        vote = delete(QuestionVote).filter_by(**row).returning(QuestionVote.member_id)
    if db.session.execute(vote).scalar_one_or_none() is None:
        return False
    counted = update(Question).where(Question.id == question_id)
    db.session.execute(
        counted.values(votes=Question.votes + (1 if on else -1)).execution_options(
            synchronize_session="fetch"
        )
    )
    return True


def settle(question: Question, state: str, *, by_id: int, now: dt.datetime) -> None:
    """Answered, hidden, or open again. Hiding says nothing of who asked."""
    if state not in ("open", "answered", "hidden"):
        raise ValueError(state)
    question.state = state
    data = {"question_id": question.id, "state": state}
    activity.record(
        "hangout.question_settled", subject=f"hangout:{question.hangout_id}", by_id=by_id, now=now, data=data
    )


def unmask(question: Question, *, by_id: int, now: dt.datetime) -> int | None:
    """Who asked anonymously: only to stop somebody, only for a question that is hidden, and never unseen: a fact
    says who looked, and so does a notice to whoever asked. None when nobody is known, or the question isn't hidden."""
    if question.state != "hidden" or not question.sealed:
        return None
    data = {"question_id": question.id}
    activity.record(
        "hangout.question_unmasked", subject=f"hangout:{question.hangout_id}", by_id=by_id, now=now, data=data
    )
    asker = int(crypto.unseal(question.sealed))
    notices.tell(
        asker, "hangout.unmasked", subject=f"hangout:{question.hangout_id}", data={"by_id": by_id}, now=now,
        key=f"question:{question.id}:unmasked:{by_id}",
    )  # fmt: skip
    return asker


def vote(hangout_id: int, item_ids: Sequence[int], member_id: int) -> None:
    """What a member wants to hear about, all of it at once; what isn't on the agenda counts nothing."""
    items = set(db.session.scalars(select(AgendaItem.id).where(AgendaItem.hangout_id == hangout_id)))
    wanted = items & set(item_ids)
    gone = delete(AgendaVote).where(AgendaVote.member_id == member_id, AgendaVote.item_id.in_(items - wanted))
    db.session.execute(gone)
    rows = [{"item_id": one, "member_id": member_id} for one in sorted(wanted)]
    if rows:
        db.session.execute(insert_ignoring(AgendaVote), rows)


def plan(hangout: Hangout, titles: Sequence[str]) -> None:
    """The agenda as the host has it, at most twenty lines. A line that stays keeps its votes."""
    wanted = list(dict.fromkeys(" ".join(title.split())[:160] for title in titles if title.strip()))[
        :MOST_ITEMS
    ]
    known = {item.title: item for item in items_of(hangout.id)}
    gone = [item.id for title, item in known.items() if title not in wanted]
    if gone:
        db.session.execute(delete(AgendaVote).where(AgendaVote.item_id.in_(gone)))
        db.session.execute(delete(AgendaItem).where(AgendaItem.id.in_(gone)))
    db.session.add_all(
        AgendaItem(hangout_id=hangout.id, title=title) for title in wanted if title not in known
    )
    db.session.flush()


def items_of(hangout_id: int) -> list[AgendaItem]:
    """The agenda, in the order in which it was written."""
    query = select(AgendaItem).where(AgendaItem.hangout_id == hangout_id).order_by(AgendaItem.id)
    return list(db.session.scalars(query))
