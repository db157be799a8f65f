"""Reads of hangouts for members: the list, one page, the queue, questions, requests, invitations that wait."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import aliased, joinedload

from hub import segments
from hub.community.people import Face, face, seen
from hub.core.db import db
from hub.hangouts.models import (
    AgendaItem,
    AgendaVote,
    Asker,
    Cohost,
    Guest,
    Hangout,
    Question,
    QuestionVote,
    Request,
)
from hub.members.models import Member

SHOWN = 60
FACES = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A hangout as the list shows it, with what this member has to do with it, and whether they hold it."""

    hangout: Hangout
    guest: Guest | None
    is_mine: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A line of the agenda: how many want to hear about it, and whether this member does."""

    id: int
    title: str
    votes: int
    is_mine: bool
    percent: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A question as members see it. `who` is nobody when it was asked anonymously."""

    id: int
    body: str
    who: Face | None
    votes: int
    voted: bool
    is_mine: bool
    state: str
    during: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """A request, how many asked, and whether this member did."""

    request: Request
    askers: int
    is_mine: bool


def by_slug(slug: str) -> Hangout | None:
    """One hangout by its address, with its host and segment; drafts too."""
    if not slug.isprintable():  # PostgreSQL takes no NUL
        return None
    query = select(Hangout).where(Hangout.slug == slug)
    return db.session.scalar(query.options(joinedload(Hangout.by), joinedload(Hangout.segment)))


def by_id(hangout_id: int) -> Hangout | None:
    """One hangout by its number, with its host and segment."""
    query = select(Hangout).where(Hangout.id == hangout_id)
    return db.session.scalar(query.options(joinedload(Hangout.by), joinedload(Hangout.segment)))


def guest(hangout_id: int, member_id: int) -> Guest | None:
    """What a member has to do with a hangout."""
    return db.session.scalar(
        select(Guest).where(Guest.hangout_id == hangout_id, Guest.member_id == member_id)
    )


def listed(member: Any, now: dt.datetime, *, is_manager: bool = False) -> list[Card]:
    """Hangouts that are there for a member, those to come first and soonest first, then past ones, latest first."""
    mine = and_(Guest.hangout_id == Hangout.id, Guest.member_id == member.id)
    host = exists().where(Cohost.hangout_id == Hangout.id, Cohost.member_id == member.id)
    past = Hangout.starts_at < now - dt.timedelta(hours=24)
    query = (
        select(Hangout, Guest, or_(Hangout.by_id == member.id, host))
        .outerjoin(Guest, mine)
        .options(joinedload(Hangout.by))
        .where(Hangout.state.in_(("open", "cancelled")))
        .order_by(past, func.abs(_seconds(now)), Hangout.id)
        .limit(SHOWN)
    )
    if not is_manager:
        meant = or_(
            Guest.id.is_not(None), Hangout.audience == "everybody", Hangout.by_id == member.id, host,
            Hangout.audience == "segment",
        )  # fmt: skip
        query = query.where(meant)
    found = [
        Card(hangout=hangout, guest=guest, is_mine=is_mine)
        for hangout, guest, is_mine in db.session.execute(query)
    ]
    return found if is_manager else _meant(found, member, now)


def _seconds(now: dt.datetime) -> Any:
    if db.engine.dialect.name == "sqlite":
        return func.julianday(Hangout.starts_at) - func.julianday(literal(now, Hangout.starts_at.type))
    return func.extract("epoch", Hangout.starts_at - literal(now, Hangout.starts_at.type))


def _meant(cards: list[Card], member: Any, now: dt.datetime) -> list[Card]:
    ids = {
        card.hangout.segment_id
        for card in cards
        if card.hangout.audience == "segment" and card.guest is None and not card.is_mine
        and card.hangout.segment_id is not None
    }  # fmt: skip
    missing = ids - (segments.belonging(ids, member.id, now) if ids else set())
    return [
        card
        for card in cards
        if card.hangout.segment_id not in missing or card.guest is not None or card.is_mine
    ]


def place_in_line(one: Guest) -> int:
    """How many wait before a guest, and the guest."""
    query = select(func.count()).where(
        Guest.hangout_id == one.hangout_id, Guest.state == "waiting", Guest.ticket <= one.ticket
    )
    return db.session.scalar(query) or 0


def faces(hangout_id: int, *, besides: int = 0) -> list[Face]:
    """The first others who are seated and may be seen, under the name that strangers see."""
    query = (
        select(Member)
        .join(Guest, Guest.member_id == Member.id)
        .where(Guest.hangout_id == hangout_id, Guest.state == "seated", Member.id != besides, seen())
    )
    return [face(member) for member in db.session.scalars(query.order_by(Guest.ticket).limit(FACES))]


def hosts(hangout: Hangout) -> list[Member]:
    """The host and the co-hosts, by name after the host."""
    query = select(Member).join(Cohost, Cohost.member_id == Member.id).where(Cohost.hangout_id == hangout.id)
    return [hangout.by, *db.session.scalars(query.order_by(Member.name, Member.id))]


def agenda(hangout_id: int, member_id: int) -> list[Item]:
    """The agenda, most wanted first."""
    votes = func.count(AgendaVote.member_id)
    is_mine = func.max(case((AgendaVote.member_id == member_id, 1), else_=0))
    query = (
        select(AgendaItem.id, AgendaItem.title, votes, is_mine)
        .outerjoin(AgendaVote, AgendaVote.item_id == AgendaItem.id)
        .where(AgendaItem.hangout_id == hangout_id)
        .group_by(AgendaItem.id, AgendaItem.title)
        .order_by(votes.desc(), AgendaItem.id)
    )
    rows = db.session.execute(query).all()
    most = max((row[2] for row in rows), default=0) or 1
    return [
        Item(id=number, title=title, votes=count, is_mine=bool(own), percent=100 * count // most)
        for number, title, count, own in rows
    ]


def questions(hangout_id: int, member_id: int, own: Collection[int], *, hidden: bool = False) -> list[Asked]:
    """Questions: open ones first, most wanted first, then the answered; hidden ones for hosts. `own` are this
    member's."""
    voted = exists().where(QuestionVote.question_id == Question.id, QuestionVote.member_id == member_id)
    rank = case({"open": 0, "answered": 1}, value=Question.state, else_=2)
    query = (
        select(Question, voted)
        .outerjoin(Question.by)
        .options(joinedload(Question.by))
        .where(Question.hangout_id == hangout_id)
        .order_by(rank, Question.votes.desc(), Question.id)
        .limit(200)
    )
    if not hidden:
        query = query.where(Question.state != "hidden")
    return [
        Asked(
            id=one.id, body=one.body, who=face(one.by) if one.by else None, votes=one.votes, voted=has_voted,
            is_mine=one.id in own or one.by_id == member_id, state=one.state, during=one.during,
        )
        for one, has_voted in db.session.execute(query)
    ]  # fmt: skip


def question(question_id: int) -> Question | None:
    """One question."""
    return db.session.get(Question, question_id)


def requests(hangout_id: int, member_id: int) -> list[Heard]:
    """What was asked for at a hangout: what shipped first, then what moves, then the rest."""
    rank = case({"shipped": 0, "building": 1, "planned": 2, "heard": 3}, value=Request.status, else_=4)
    return _heard(
        select(Request).where(Request.hangout_id == hangout_id).order_by(rank, Request.id), member_id
    )


def _heard(query: Select[Any], member_id: int) -> list[Heard]:
    count = select(func.count()).where(Asker.request_id == Request.id).correlate(Request).scalar_subquery()
    own = exists().where(Asker.request_id == Request.id, Asker.member_id == member_id).correlate(Request)
    rows = db.session.execute(query.add_columns(count, own).limit(100))
    return [Heard(request=one, askers=number, is_mine=is_mine) for one, number, is_mine in rows]


def request(request_id: int) -> Request | None:
    """One request with its hangout."""
    query = select(Request).where(Request.id == request_id)
    return db.session.scalar(query.options(joinedload(Request.hangout)))


def waiting_for(member_id: int, now: dt.datetime) -> Sequence[Guest]:
    """What waits for a member's answer: seats offered, invitations; of hangouts to come, soonest first."""
    query = (
        select(Guest)
        .join(Guest.hangout)
        .options(joinedload(Guest.hangout).joinedload(Hangout.by))
        .where(Guest.member_id == member_id, Guest.state.in_(("offered", "invited")))
        .where(Hangout.state == "open", Hangout.starts_at > now)
        .order_by(Guest.state.desc(), Hangout.starts_at, Guest.id)
        .limit(3)
    )
    return db.session.scalars(query).all()


def names(ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    """(id, title, slug) of hangouts."""
    return select(Hangout.id, Hangout.title, Hangout.slug).where(Hangout.id.in_(ids))


def request_names(ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    """(id, title, slug of its hangout) of requests."""
    query = select(Request.id, Request.title, Hangout.slug).join(Request.hangout)
    return query.where(Request.id.in_(ids))


def for_segments(segment_ids: Collection[int]) -> list[tuple[int, int, str]]:
    """(segment, hangout, title) of those that invite one of these segments."""
    query = select(Hangout.segment_id, Hangout.id, Hangout.title).where(
        Hangout.segment_id.in_(segment_ids), Hangout.audience == "segment"
    )
    rows = db.session.execute(query.order_by(Hangout.id))
    return [(segment_id or 0, number, title) for segment_id, number, title in rows]


def upcoming_count(now: dt.datetime) -> tuple[int, int]:
    """How many hangouts are to come, and how many wait for a seat in them."""
    to_come = and_(Hangout.state == "open", Hangout.starts_at > now)
    coming = select(func.count()).where(to_come, Hangout.id.is_not(None)).scalar_subquery()
    other = aliased(Hangout)
    line = (
        select(func.count(Guest.id))
        .join(other, other.id == Guest.hangout_id)
        .where(Guest.state == "waiting", other.state == "open", other.starts_at > now)
        .scalar_subquery()
    )
    row = db.session.execute(select(coming, line)).one()
    return int(row[0]), int(row[1])
