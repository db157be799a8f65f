"""Reads of asks: mine, a rule's, how rested somebody is, what is due."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, literal, null, select, union_all
from sqlalchemy.orm import joinedload

from challenges.asks.models import Ask, AskCadence, AskRule, Recovery, SetAside
from challenges.models import Challenge, Submission
from hub.core.db import db
from hub.members.models import Member
from hub.referrals.models import Referral

PAGE = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """An open ask as its reader sees it."""

    id: int
    by: str
    words: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Personal:
    """What of all challenges somebody is asked for in person, and what isn't for them: by the challenge's number."""

    asked: dict[int, Asked] = field(default_factory=dict)
    aside: set[int] = field(default_factory=set)


def personal(member_id: int) -> Personal:
    """Both in one statement."""
    open_ = (
        select(Ask.challenge_id, Ask.id, Member.name, AskRule.words, Ask.asked_at)
        .join(AskRule, AskRule.id == Ask.rule_id)
        .join(Member, Member.id == AskRule.by_id)
        .where(Ask.member_id == member_id, Ask.state == "open")
    )
    aside = select(SetAside.challenge_id, null(), literal(""), literal(""), SetAside.created_at).where(
        SetAside.member_id == member_id
    )
    found = Personal()
    rows: Any = db.session.execute(union_all(open_, aside))
    for challenge_id, ask_id, by, words, at in rows:
        if ask_id is None:
            found.aside.add(challenge_id)
        else:
            found.asked[challenge_id] = Asked(id=ask_id, by=by, words=words, at=at)
    return found


def cadence() -> AskCadence:
    """How often anybody is asked; the usual measure when nobody has set one."""
    found = db.session.get(AskCadence, 1)
    return found or AskCadence(id=1, most=2, per_days=30, remind_days=5, reminders=1, least_done=1)


def asked_lately(member_id: int, since: dt.datetime) -> list[dt.datetime]:
    """When this member was asked since then, the oldest first."""
    query = select(Ask.asked_at).where(Ask.member_id == member_id, Ask.asked_at > since)
    return [at for at in db.session.scalars(query.order_by(Ask.asked_at)) if at is not None]


def done_by(member_id: int) -> int:
    """How many challenges and introductions somebody has made."""
    made = select(func.count()).where(Submission.member_id == member_id, Submission.state == "approved")
    referred = select(func.count()).where(Referral.advocate_id == member_id)
    row = db.session.execute(select(made.scalar_subquery(), referred.scalar_subquery())).one()
    return int(row[0]) + int(row[1])


def is_set_aside(challenge_id: int, member_id: int) -> bool:
    """Whether they said that it isn't for them."""
    return db.session.get(SetAside, (member_id, challenge_id)) is not None


def is_being_asked(challenge_id: int, member_id: int) -> bool:
    """Whether an ask for this challenge is open already."""
    query = select(Ask.id).where(
        Ask.challenge_id == challenge_id, Ask.member_id == member_id, Ask.state == "open"
    )
    return db.session.scalar(query) is not None


def is_recovering(member_id: int) -> bool:
    """Whether somebody has yet to make good on something."""
    query = select(Recovery.id).where(Recovery.member_id == member_id, Recovery.state == "open").limit(1)
    return db.session.scalar(query) is not None


def rules(before: int | None = None) -> list[AskRule]:
    """Rules with their challenges, segments and who asks, the newest first: those that go on, then what is over."""
    query = select(AskRule).options(
        joinedload(AskRule.challenge), joinedload(AskRule.segment), joinedload(AskRule.by)
    )
    query = query.where(AskRule.id < before) if before else query
    return list(db.session.scalars(query.order_by(AskRule.id.desc()).limit(PAGE)))


def rule(rule_id: int) -> AskRule | None:
    """One rule, with what its page shows."""
    query = select(AskRule).where(AskRule.id == rule_id)
    query = query.options(joinedload(AskRule.challenge), joinedload(AskRule.segment), joinedload(AskRule.by))
    return db.session.scalar(query)


def open_ask(ask_id: int, member_id: int) -> AskRule | None:
    """The rule behind an ask of this member that is still open, with its challenge and who asks."""
    query = (
        select(AskRule)
        .join(Ask, Ask.rule_id == AskRule.id)
        .where(Ask.id == ask_id, Ask.member_id == member_id, Ask.state == "open")
    )
    return db.session.scalar(query.options(joinedload(AskRule.challenge), joinedload(AskRule.by)))


def listening(trigger: str) -> list[AskRule]:
    """The rules that wait for something to happen, oldest first."""
    query = select(AskRule).where(AskRule.trigger == trigger, AskRule.state == "on").order_by(AskRule.id)
    return list(db.session.scalars(query.options(joinedload(AskRule.segment))))


def tallies(rule_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """How many asks of each rule are in which state: one statement."""
    query = select(Ask.rule_id, Ask.state, func.count()).where(Ask.rule_id.in_(list(rule_ids)))
    found: dict[int, dict[str, int]] = {}
    for rule_id, state, number in db.session.execute(query.group_by(Ask.rule_id, Ask.state)):
        found.setdefault(rule_id, {})[state] = number
    return found


def asks_of(rule_id: int, *, state: str = "", before: int | None = None) -> list[tuple[Ask, Member]]:
    """Who was or will be asked by a rule, the latest first."""
    query = select(Ask, Member).join(Member, Member.id == Ask.member_id).where(Ask.rule_id == rule_id)
    query = query.where(Ask.state == state) if state else query
    query = query.where(Ask.id < before) if before else query
    return [
        (ask, person) for ask, person in db.session.execute(query.order_by(Ask.id.desc()).limit(PAGE + 1))
    ]


def oldest_due(now: dt.datetime) -> dt.datetime | None:
    """Since when the oldest ask or round is due; None when nothing is."""
    asks = select(func.min(Ask.due_at)).where(Ask.due_at <= now).scalar_subquery()
    rounds = select(func.min(AskRule.due_at)).where(AskRule.due_at <= now).scalar_subquery()
    found = db.session.execute(select(asks, rounds)).one()
    return min((at for at in found if at is not None), default=None)


def set_aside_reasons(challenge_id: int) -> dict[str, int]:
    """Why a challenge isn't for whom: how many gave which reason."""
    query = select(SetAside.reason, func.count()).where(SetAside.challenge_id == challenge_id)
    return {reason: number for reason, number in db.session.execute(query.group_by(SetAside.reason))}


def recoveries(
    *, owner_id: int | None = None, state: str = "open", before: int | None = None
) -> list[Recovery]:
    """Who has to be made happy, the newest first; of one owner (or nobody's) when that is given."""
    query = select(Recovery).where(Recovery.state == state)
    if owner_id is not None:
        query = query.where(Recovery.owner_id == owner_id)
    query = query.where(Recovery.id < before) if before else query
    query = query.options(joinedload(Recovery.member).joinedload(Member.company), joinedload(Recovery.owner))
    return list(db.session.scalars(query.order_by(Recovery.id.desc()).limit(PAGE + 1)))


def recovery(recovery_id: int) -> Recovery | None:
    """One of them."""
    query = select(Recovery).where(Recovery.id == recovery_id)
    query = query.options(joinedload(Recovery.member).joinedload(Member.company))
    return db.session.scalar(query)


def to_recover(member_id: int | None = None) -> tuple[int, dt.datetime | None]:
    """How many are open, and since when the oldest; of one owner when given."""
    query = select(func.count(), func.min(Recovery.created_at)).where(Recovery.state == "open")
    if member_id is not None:
        query = query.where(Recovery.owner_id == member_id)
    number, oldest = db.session.execute(query).one()
    return int(number), oldest


def choices() -> list[Challenge]:
    """Challenges that somebody can be asked for, by title."""
    query = (
        select(Challenge).where(Challenge.state == "open").order_by(func.lower(Challenge.title), Challenge.id)
    )
    return list(db.session.scalars(query.limit(300)))
