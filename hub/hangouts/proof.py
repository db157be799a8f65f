"""What the checks of hangouts look at, recomputed in a statement each."""

from typing import Any

from sqlalchemy import Row, String, and_, cast, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from hub.core.db import db
from hub.hangouts.models import HOLDING, Asker, Guest, Hangout, Question, QuestionVote, Request
from hub.ledger.models import Account, Entry
from hub.members.models import Member

Rows = list[Row[*tuple[Any, ...]]]


def seats() -> Rows:
    """(hangout, counted as taken, rows that hold one) where the two differ."""
    held = select(func.count(Guest.id)).where(Guest.hangout_id == Hangout.id, Guest.state.in_(HOLDING))
    number = held.correlate(Hangout).scalar_subquery()
    query = select(Hangout.id, Hangout.taken, number).where(Hangout.taken != number)
    return list(db.session.execute(query.order_by(Hangout.id)).all())


def passed_over() -> Rows:
    """(hangout, first waiting ticket, last seated one) where somebody waits behind whom nobody should be: a free
    seat, or a later ticket that holds one."""
    gone = exists().where(Member.id == Guest.member_id, Member.disabled_at.is_not(None))
    first = select(func.min(Guest.ticket)).where(
        Guest.hangout_id == Hangout.id, Guest.state == "waiting", ~gone
    )
    last = select(func.max(Guest.ticket)).where(Guest.hangout_id == Hangout.id, Guest.state.in_(HOLDING))
    waits, sits = first.correlate(Hangout).scalar_subquery(), last.correlate(Hangout).scalar_subquery()
    wrong = or_(
        waits < sits, and_(waits.is_not(None), Hangout.taken < Hangout.seats, Hangout.starts_at > func.now())
    )
    query = select(Hangout.id, waits, sits).where(Hangout.state == "open", wrong)
    return list(db.session.execute(query.order_by(Hangout.id)).all())


def unpaid() -> Rows:
    """(hangout, member, promised, booked) where a guest who was there was promised other points than were booked, what
    was undone and done again by the list among it."""
    key = literal("hangout:") + cast(Guest.hangout_id, String) + ":member:" + cast(Guest.member_id, String)
    again = aliased(Entry)
    more = select(func.sum(again.points)).where(
        again.corrects_id == Entry.id, again.key.startswith(Entry.key + ":")
    )
    booked = func.coalesce(Entry.points + func.coalesce(more.correlate(Entry).scalar_subquery(), 0), 0)
    query = (
        select(Guest.hangout_id, Guest.member_id, Guest.points, booked)
        .outerjoin(Entry, Entry.key == key)
        .where(Guest.attended_at.is_not(None), Guest.points != booked)
    )
    return list(db.session.execute(query.order_by(Guest.id)).all())


def unearned() -> Rows:
    """(key,) of entries for hangouts and requests that no guest or asker justifies, and that nothing has taken back."""
    guest = literal("hangout:") + cast(Guest.hangout_id, String) + ":member:" + cast(Guest.member_id, String)
    asker = literal("request:") + cast(Asker.request_id, String) + ":member:" + cast(Asker.member_id, String)
    attended = select(guest).where(Guest.attended_at.is_not(None))
    shipped = (
        select(asker)
        .join(Request, Request.id == Asker.request_id)
        .where(Request.status == "shipped", Asker.is_credited)
    )
    back = aliased(Entry)
    taken = (
        select(func.sum(back.points)).where(back.corrects_id == Entry.id).correlate(Entry).scalar_subquery()
    )
    query = (
        select(Entry.key)
        .join(Account, Account.id == Entry.account_id)
        .where(Entry.reason == "hangout", Entry.corrects_id.is_(None))
        .where(Entry.key.not_in(attended.union_all(shipped)), Entry.points + func.coalesce(taken, 0) != 0)
    )
    return list(db.session.execute(query.order_by(Entry.id)).all())


def votes() -> Rows:
    """(question, counted, rows) where the two differ."""
    number = (
        select(func.count())
        .where(QuestionVote.question_id == Question.id)
        .correlate(Question)
        .scalar_subquery()
    )
    query = select(Question.id, Question.votes, number).where(Question.votes != number)
    return list(db.session.execute(query.order_by(Question.id)).all())
