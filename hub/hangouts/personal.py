"""What this room keeps of one person. Their words go with them, their seat goes to the next; what was paid stays."""

import datetime as dt

from sqlalchemy import delete, or_, select, update

from hub.core import registry
from hub.core.db import db
from hub.core.personal import told
from hub.hangouts import seats
from hub.hangouts.asking import marks
from hub.hangouts.models import AgendaVote, Asker, Cohost, Guest, Hangout, Question, QuestionVote, Request


@registry.export("hangouts")
def tell(member_id: int) -> registry.Told:
    """Seats, votes, questions (the anonymous ones too: they are told to their writer alone), what they asked for,
    what they hold."""
    own = or_(Question.by_id == member_id, Question.mark.in_(marks(member_id)))
    yield told(Hangout, Hangout.by_id == member_id, without=("link_sealed", "code", "segment_id"))
    yield told(Cohost, Cohost.member_id == member_id)
    yield told(Guest, Guest.member_id == member_id)
    yield told(AgendaVote, AgendaVote.member_id == member_id)
    yield told(Question, own, without=("sealed", "mark", "by_id"))
    yield told(QuestionVote, QuestionVote.member_id == member_id)
    yield told(Asker, Asker.member_id == member_id)
    asked = select(Asker.request_id).where(Asker.member_id == member_id)
    yield told(Request, Request.id.in_(asked), without=("by_id", "points"))


@registry.erasure("hangouts")
def forget(member_id: int, now: dt.datetime) -> None:
    """Gives seats to come back, so that the next in line move up; blanks questions; takes votes and wishes away."""
    seats.leave_all(member_id, now=now)
    own = or_(Question.by_id == member_id, Question.mark.in_(marks(member_id)))
    blank = update(Question).where(own)
    db.session.execute(
        blank.values(body="", state="hidden", sealed=None, mark=None).execution_options(
            synchronize_session=False
        )
    )
    voted = select(QuestionVote.question_id).where(QuestionVote.member_id == member_id)
    fewer = update(Question).where(Question.id.in_(voted)).values(votes=Question.votes - 1)
    db.session.execute(fewer.execution_options(synchronize_session=False))
    db.session.execute(delete(QuestionVote).where(QuestionVote.member_id == member_id))
    db.session.execute(delete(AgendaVote).where(AgendaVote.member_id == member_id))
    open_ = select(Request.id).where(Request.status != "shipped")
    gone = delete(Asker).where(Asker.member_id == member_id, Asker.request_id.in_(open_))
    db.session.execute(gone.execution_options(synchronize_session=False))
    db.session.execute(delete(Cohost).where(Cohost.member_id == member_id))
