"""Reads of the sample CRM: its deals, and what the hub made of its messages."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from hub.core.db import db
from hub.crm.models import Connection, Delivery, DeliveryState
from hub.crm.sample.models import SampleDeal
from hub.crm.sample.stages import CONNECTION
from hub.members.models import Member
from hub.referrals.models import Referral

PAGE = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A deal, who it is about, who is thanked, who sells, and what became of the last message."""

    deal: SampleDeal
    title: str
    company: str | None
    code: str
    advocate_id: int | None
    advocate: str | None
    owner: str | None
    outcome: DeliveryState | None

    @property
    def on_its_way(self) -> bool:
        """Whether the last message is still being sent or booked."""
        if self.deal.sending == "sending":
            return True
        kept = self.deal.status == 202
        return kept and (self.outcome is None or self.outcome.state == "pending")


def deals(*, words: str = "", before: int | None = None, only: int | None = None) -> list[Row]:
    """Deals, the latest referral first."""
    owner, advocate = aliased(Member), aliased(Member)
    query = (
        select(SampleDeal, Referral, advocate.name, owner.name)
        .join(Referral, Referral.id == SampleDeal.referral_id)
        .outerjoin(advocate, advocate.id == Referral.advocate_id)
        .outerjoin(owner, owner.id == Referral.owner_id)
        .order_by(SampleDeal.referral_id.desc())
        .limit(PAGE)
    )
    if only is not None:
        query = query.where(SampleDeal.id == only)
    if before is not None:
        query = query.where(SampleDeal.referral_id < before)
    if words:
        fits = [
            column.icontains(words, autoescape=True)
            for column in (Referral.contact_name, Referral.contact_company)
        ]
        query = query.where(or_(*fits, Referral.code == words.upper(), SampleDeal.number == words.upper()))
    found = db.session.execute(query).all()
    outcomes = _outcomes([deal.message_id for deal, *_ in found if deal.message_id])
    return [
        Row(
            deal, referral.title, referral.contact_company, referral.code, referral.advocate_id, thanked, sells,
            outcomes.get(deal.message_id or ""),
        )
        for deal, referral, thanked, sells in found
    ]  # fmt: skip


def _outcomes(message_ids: Collection[str]) -> dict[str, DeliveryState]:
    query = (
        select(Delivery.message_id, DeliveryState)
        .join(DeliveryState, DeliveryState.delivery_id == Delivery.id)
        .join(Connection, Connection.id == Delivery.connection_id)
        .where(Connection.name == CONNECTION, Delivery.message_id.in_(message_ids))
    )
    return {message_id or "": state for message_id, state in db.session.execute(query)}


def deal(deal_id: int) -> SampleDeal | None:
    """One deal."""
    return db.session.get(SampleDeal, deal_id)


@dataclass(frozen=True, slots=True)
class Known:
    """What a CRM knows of the referral behind its deal: the code, and the rep's address."""

    number: str
    code: str
    owner_email: str | None
    amount_hundredths: int
    currency: str


def known(deal_id: int) -> Known | None:
    """What goes into a message about a deal."""
    query = (
        select(SampleDeal, Referral.code, Member.email)
        .join(Referral, Referral.id == SampleDeal.referral_id)
        .outerjoin(Member, Member.id == Referral.owner_id)
        .where(SampleDeal.id == deal_id)
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        return None
    found, code, email = row
    return Known(found.number, code, email, found.amount_hundredths, found.currency)
