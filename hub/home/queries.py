"""Reads of home: what was put off, whom stories are about, the desk's numbers, which migrations the database has."""

import datetime as dt

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    case,
    cast,
    exists,
    func,
    inspect,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.orm import load_only
from sqlalchemy.sql.selectable import Subquery

from hub import community
from hub.community.models import ShoutOut
from hub.core.db import db
from hub.home.models import PutOff
from hub.ledger.books import SPENDING
from hub.ledger.models import Account, Entry, Wallet
from hub.members.models import Member
from hub.referrals.models import ProgrammeVersion, Referral, StageEvent


def wallet_and_put_off(member_id: int, now: dt.datetime) -> tuple[Wallet, set[str]]:
    """A member's wallet (an empty one when nothing was ever booked), and the names of what they don't want to be asked
    now: one statement for both."""
    held = or_(PutOff.until_at.is_(None), PutOff.until_at > now)
    query = (
        select(Wallet, PutOff.thing)
        .select_from(Member)
        .outerjoin(Account, Account.member_id == Member.id)
        .outerjoin(Wallet, Wallet.account_id == Account.id)
        .outerjoin(PutOff, and_(PutOff.member_id == Member.id, held))
        .where(Member.id == member_id)
    )
    rows: list[tuple[Wallet | None, str | None]] = [(row[0], row[1]) for row in db.session.execute(query)]
    kept = rows[0][0] if rows else None
    empty = Wallet(account_id=0, balance=0, held=0, lifetime=0)
    return kept or empty, {thing for _, thing in rows if thing is not None}


def advocate_of(facts: Subquery) -> ColumnElement[int]:
    """The advocate of the referral that a fact is about: SQL over a subquery of facts."""
    # Only a referral's subject is a referral's number; the cast must not see the others.
    number = case((facts.c.kind.like("referral.%"), cast(func.substr(facts.c.subject, 10), BigInteger)))
    return select(Referral.advocate_id).where(Referral.id == number).scalar_subquery()


def unthanked_rep(member_id: int, since: dt.datetime) -> tuple[Referral, Member] | None:
    """The latest referral of a member's that was won since then, with the rep who won it, as long as the member hasn't
    thanked that rep after it moved."""
    thanked = exists().where(
        ShoutOut.by_id == member_id,
        ShoutOut.for_id == Referral.owner_id,
        ShoutOut.created_at >= Referral.moved_at,
    )
    query = (
        select(Referral, Member)
        .join(Member, Member.id == Referral.owner_id)
        .where(
            Referral.advocate_id == member_id, Referral.state == "won", Referral.moved_at >= since, ~thanked
        )
        .where(Member.id != member_id, Member.disabled_at.is_(None), Member.erased_at.is_(None))
        .order_by(Referral.moved_at.desc(), Referral.id.desc())
        .limit(1)
    )
    row = db.session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])


def qualified(since: dt.datetime, until: dt.datetime) -> list[tuple[int, int]]:
    """Advocates by how many of their referrals reached a stage beyond the first in that time, the most first: two
    statements."""
    versions = db.session.scalars(
        select(ProgrammeVersion).options(load_only(ProgrammeVersion.id, ProgrammeVersion.rungs))
    )
    pairs = [
        (found.id, rung.key)
        for found in versions
        for rung in found.ladder.paying
        if rung != found.ladder.first
    ]
    count = func.count(Referral.id.distinct())
    query = (
        select(Referral.advocate_id, count)
        .join(StageEvent, StageEvent.referral_id == Referral.id)
        .join(Member, Member.id == Referral.advocate_id)
        .where(StageEvent.happened_at >= since, StageEvent.happened_at < until, community.honours.eligible())
        .where(tuple_(Referral.version_id, StageEvent.to_rung).in_(pairs))
        .group_by(Referral.advocate_id)
        .order_by(count.desc(), Referral.advocate_id)
        .limit(community.honours.SUGGESTED)
    )
    return [(member_id, found) for member_id, found in db.session.execute(query) if member_id is not None]


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
