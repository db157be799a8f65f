"""Connections to CRMs, their secrets and stage mappings; deliveries, their bodies and what became of them."""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.core.append_only import append_only
from hub.core.db import Base, Id

KINDS = ("generic", "hubspot", "salesforce", "pipedrive")
STATES = ("pending", "done", "skipped", "waiting", "unmapped", "set_aside")
IGNORE = "-"


class Connection(Base):
    """One CRM that may tell us about deals."""

    __tablename__ = "connections"
    __table_args__ = (CheckConstraint(f"kind IN {KINDS}", name="kind"),)

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    account: Mapped[str | None]
    paused_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]


class ConnectionSecret(Base):
    """A shared secret, sealed. Two may be active while one replaces the other."""

    __tablename__ = "connection_secrets"

    id: Mapped[Id]
    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"), index=True)
    sealed: Mapped[str]
    created_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    retired_at: Mapped[dt.datetime | None]


class StageMapping(Base):
    """A stage of the company's own CRM and the rung it stands for; '-' means it moves nothing."""

    __tablename__ = "stage_mappings"
    __table_args__ = (UniqueConstraint("connection_id", "crm_stage"),)

    id: Mapped[Id]
    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"))
    crm_stage: Mapped[str]
    rung: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[dt.datetime]


class DeliveryBody(Base):
    """The bytes as they came, redacted after 30 days."""

    __tablename__ = "delivery_bodies"
    __table_args__ = (Index("ix_delivery_bodies_received_at", "received_at"),)

    id: Mapped[Id]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    received_at: Mapped[dt.datetime]
    redacted_at: Mapped[dt.datetime | None]


@append_only
class Delivery(Base):
    """One event received from a connection, unique by the sender's own identity for it."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("connection_id", "event_key"),
        Index("ix_deliveries_message", "connection_id", "message_id"),
    )

    id: Mapped[Id]
    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"))
    event_key: Mapped[str]
    message_id: Mapped[str | None]
    digest: Mapped[str]
    position: Mapped[int]
    body_id: Mapped[int] = mapped_column(ForeignKey("delivery_bodies.id"))
    received_at: Mapped[dt.datetime]

    connection: Mapped[Connection] = relationship(lazy="raise_on_sql")


class DeliveryState(Base):
    """What became of a delivery, and what it says in our words. It changes; the delivery doesn't.

    pending: not looked at · done: booked · skipped: nothing to do · waiting: for a referral we don't know yet ·
    unmapped: for a stage nobody has mapped · set_aside: needs a person, with the reason.
    """

    __tablename__ = "delivery_states"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        Index(
            "ix_delivery_states_pending", "due_at", "delivery_id",
            sqlite_where=text("state = 'pending'"), postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_delivery_states_state", "state", "delivery_id"),
        Index("ix_delivery_states_deal", "deal_id"),
        Index("ix_delivery_states_code", "referral_code"),
        Index("ix_delivery_states_email", "email"),
        Index("ix_delivery_states_referral", "referral_id"),
    )  # fmt: skip

    delivery_id: Mapped[int] = mapped_column(
        ForeignKey("deliveries.id"), primary_key=True, autoincrement=False
    )
    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"))
    state: Mapped[str] = mapped_column(default="pending")
    reason: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[dt.datetime]
    done_at: Mapped[dt.datetime | None]
    kind: Mapped[str]
    crm_stage: Mapped[str | None]
    deal_id: Mapped[str | None]
    referral_code: Mapped[str | None]
    email: Mapped[str | None]
    event: Mapped[dict[str, Any]]
    referral_id: Mapped[int | None] = mapped_column(ForeignKey("referrals.id"))
