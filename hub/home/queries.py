"""Reads of home: what the community did, the desk's numbers, which migrations the database has."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, and_, case, cast, func, inspect, select, text

from hub.activity.models import Fact
from hub.core.db import db
from hub.ledger.books import SPENDING
from hub.ledger.models import Entry
from hub.members.models import Member
from hub.referrals.models import Referral
from leaderboard.visibility import shown

KINDS = ("member.joined", "referral.submitted", "referral.advanced")
LOOKED_AT = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """A fact, and the member it is about: never somebody who doesn't want to be seen."""

    kind: str
    data: dict[str, Any]
    at: dt.datetime
    member: Member


def deeds(besides: int) -> list[Deed]:
    """What others did lately, latest first, in one statement: those whom the boards show, and nobody else."""
    facts = select(Fact).where(Fact.kind.in_(KINDS)).order_by(Fact.id.desc()).limit(LOOKED_AT).subquery()
    # Only a referral's subject is a referral's number; the cast must not see the others.
    number = case((facts.c.kind.like("referral.%"), cast(func.substr(facts.c.subject, 10), BigInteger)))
    who = func.coalesce(Referral.advocate_id, facts.c.by_id)
    query = (
        select(facts.c.kind, facts.c.data, facts.c.happened_at, Member)
        .outerjoin(Referral, Referral.id == number)
        .join(Member, and_(Member.id == who, Member.id != besides, shown()))
        .order_by(facts.c.id.desc())
    )
    return [
        Deed(kind=kind, data=data, at=at, member=member)
        for kind, data, at, member in db.session.execute(query)
    ]


def counts(since: dt.datetime) -> tuple[int, int, int, int, int]:
    """Members who can sign in; referrals since then; open ones; ones won since then; points booked since then."""
    members = select(func.count(Member.id)).where(
        ~Member.is_stub, Member.disabled_at.is_(None), Member.erased_at.is_(None)
    )
    made = select(func.count(Referral.id)).where(Referral.created_at >= since)
    moving = select(func.count(Referral.id)).where(Referral.state == "open")
    won = select(func.count(Referral.id)).where(Referral.state == "won", Referral.moved_at >= since)
    points = select(func.coalesce(func.sum(Entry.points), 0)).where(
        Entry.happened_at >= since, Entry.reason.not_in(SPENDING)
    )
    asked = select(*(query.scalar_subquery() for query in (members, made, moving, won, points)))
    a, b, c, d, e = db.session.execute(asked).one()
    return int(a), int(b), int(c), int(d), int(e)


def applied_migrations() -> frozenset[str]:
    """The migrations the database says it has; none when it was never migrated."""
    if not inspect(db.session.connection()).has_table("alembic_version"):
        return frozenset()
    return frozenset(db.session.scalars(text("SELECT version_num FROM alembic_version")))
