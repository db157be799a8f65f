"""Reads of where referrals are sent and what became of each."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.orm import joinedload

from hub.core.db import db
from hub.crm.models import Connection
from hub.crm.outward.models import Push, PushTarget
from hub.referrals.models import ANY_CONNECTION, Deal, Referral

PAGE = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A push with the referral it is of."""

    push: Push
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Count:
    """How sending to one connection does."""

    sent: int
    waiting: int
    failed: int
    lasting: int
    oldest_at: dt.datetime | None
    last_sent_at: dt.datetime | None


NONE = Count(0, 0, 0, 0, None, None)


def target(connection_id: int) -> PushTarget | None:
    """How a connection is sent referrals, if it was ever set up."""
    query = select(PushTarget).options(joinedload(PushTarget.connection))
    return db.session.scalar(query.where(PushTarget.connection_id == connection_id))


def targets_on() -> Sequence[PushTarget]:
    """Where new referrals go, by connection."""
    query = select(PushTarget).options(joinedload(PushTarget.connection)).where(PushTarget.is_on)
    return db.session.scalars(query.order_by(PushTarget.connection_id)).all()


def targets() -> Sequence[PushTarget]:
    """All that were ever set up, by the connection's name."""
    query = select(PushTarget).join(PushTarget.connection).options(joinedload(PushTarget.connection))
    return db.session.scalars(query.order_by(Connection.name)).all()


def push(push_id: int) -> Push | None:
    """One push."""
    return db.session.get(Push, push_id)


def of_referral(referral_id: int) -> Sequence[Push]:
    """The pushes of a referral with their connections, oldest first."""
    query = select(Push).options(joinedload(Push.connection)).where(Push.referral_id == referral_id)
    return db.session.scalars(query.order_by(Push.id)).all()


def latest(connection_id: int) -> list[Row]:
    """A connection's pushes: first those that are not there yet, then the newest."""
    columns = (Push, Referral.code, Referral.contact_name, Referral.contact_company)
    query = (
        select(*columns)
        .join(Referral, Referral.id == Push.referral_id)
        .options(joinedload(Push.connection))
        .where(Push.connection_id == connection_id)
        .order_by(case((Push.state == "sent", 1), else_=0), Push.id.desc())
        .limit(PAGE)
    )
    return [
        Row(found, code, name or company or code) for found, code, name, company in db.session.execute(query)
    ]


def counts() -> dict[int, Count]:
    """Per connection: how many are sent, waiting, set aside, and need a person; in one statement."""
    waits = Push.state.in_(("pending", "unknown"))
    query = select(
        Push.connection_id,
        func.count().filter(Push.state == "sent"),
        func.count().filter(waits),
        func.count().filter(Push.state == "failed"),
        func.count().filter(and_(Push.state != "sent", Push.is_lasting)),
        func.min(case((waits, Push.created_at))),
        func.max(Push.sent_at),
    ).group_by(Push.connection_id)
    return {row[0]: Count(*row[1:]) for row in db.session.execute(query)}


def failed(connection_id: int | None = None, *, passing_since: dt.datetime | None = None) -> Sequence[Push]:
    """Pushes set aside, oldest first: of a connection, or those since then whose reason may have passed by itself."""
    query = select(Push).where(Push.state == "failed").order_by(Push.id).limit(1000)
    if connection_id is not None:
        query = query.where(Push.connection_id == connection_id)
    if passing_since is not None:
        query = query.join(PushTarget, PushTarget.connection_id == Push.connection_id).where(
            PushTarget.is_on, Push.is_lasting.is_(False), Push.created_at >= passing_since
        )
    return db.session.scalars(query).all()


def linked_deal(referral_id: int, connection_id: int) -> str | None:
    """The deal that this referral has in this connection's CRM already."""
    query = select(Deal.deal_id).where(
        Deal.referral_id == referral_id, Deal.connection_id.in_((ANY_CONNECTION, connection_id))
    )
    return db.session.scalar(query.order_by(Deal.id).limit(1))


def deal_holders(deal_ids: Collection[str], connection_id: int) -> list[int]:
    """The referrals that this deal belongs to, by any of the ways it may be noted."""
    query = select(Deal.referral_id).where(
        Deal.connection_id.in_((ANY_CONNECTION, connection_id)), Deal.deal_id.in_(deal_ids)
    )
    return list(db.session.scalars(query.order_by(Deal.id)))


def code(referral_id: int) -> str | None:
    """What a referral is called."""
    return db.session.scalar(select(Referral.code).where(Referral.id == referral_id))


def unlinked() -> Sequence[Push]:
    """Pushes said to be sent that have neither a deal link nor the remark that no number was told."""
    # People may have noted the 15 characters that Salesforce shows of 18.
    short = and_(func.length(Push.deal_id) == 18, Deal.deal_id == func.substr(Push.deal_id, 1, 15))
    link = exists().where(
        or_(Deal.deal_id == Push.deal_id, short), Deal.connection_id.in_((ANY_CONNECTION, Push.connection_id))
    )
    numbered = and_(Push.outcome.in_(("created", "found")), or_(Push.deal_id.is_(None), ~link))
    odd = and_(Push.outcome == "unnumbered", Push.deal_id.is_not(None))
    query = select(Push).where(Push.state == "sent", or_(numbered, odd, Push.sent_at.is_(None)))
    return db.session.scalars(query.order_by(Push.id)).all()
