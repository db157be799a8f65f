"""Members, their companies, roles, ways in."""

import datetime as dt
from typing import Any

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.core.db import Base, Id
from hub.members.names import company_key

TYPES = ("customer", "partner", "employee")
ROLES = ("advocate", "manager", "rep", "host", "admin")
STAFF_ROLES = frozenset({"manager", "rep", "host", "admin"})


def _key_of_name(context: Any) -> str:
    return company_key(context.get_current_parameters()["name"])


class Company(Base):
    """Whom members work for. Its owner is the rep who looks after it and gets its members' referrals."""

    __tablename__ = "companies"

    id: Mapped[Id]
    name: Mapped[str]
    # Folded by us: SQLite's own lower() knows no letters but a to z.
    key: Mapped[str] = mapped_column(unique=True, default=_key_of_name)
    domain: Mapped[str | None] = mapped_column(index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", use_alter=True), index=True)
    created_at: Mapped[dt.datetime]

    owner: Mapped["Member | None"] = relationship(foreign_keys=[owner_id], viewonly=True)


class Member(UserMixin, Base):
    """A person here. A stub is somebody we owe points to who hasn't joined yet: no sign-in, maybe no e-mail."""

    __tablename__ = "members"
    __table_args__ = (
        Index("ux_members_email", func.lower(text("email")), unique=True),
        Index("ux_members_handle", func.lower(text("handle")), unique=True),
        Index("ix_members_company_id", "company_id"),
        Index("ix_members_name", func.lower(text("name")), "id"),
        CheckConstraint(f"type IN {TYPES}", name="type"),
        CheckConstraint("is_stub OR email IS NOT NULL OR erased_at IS NOT NULL", name="reachable"),
    )

    id: Mapped[Id]
    email: Mapped[str | None]
    name: Mapped[str]
    handle: Mapped[str]
    type: Mapped[str] = mapped_column(default="customer")
    title: Mapped[str | None]
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    roles_held: Mapped[list[Any]] = mapped_column(default=lambda: ["advocate"])
    is_staff: Mapped[bool] = mapped_column(default=False)
    is_stub: Mapped[bool] = mapped_column(default=False)
    stub_key: Mapped[str | None] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    session_epoch: Mapped[int] = mapped_column(default=0)
    zone: Mapped[str | None]
    language: Mapped[str | None]
    pseudonym: Mapped[str | None]
    is_opted_out: Mapped[bool] = mapped_column(default=False)
    joined_at: Mapped[dt.datetime | None]
    email_confirmed_at: Mapped[dt.datetime | None]
    disabled_at: Mapped[dt.datetime | None]
    erased_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]

    company: Mapped[Company | None] = relationship(foreign_keys=[company_id], lazy="raise_on_sql")

    @property
    def roles(self) -> frozenset[str]:
        """What this member may do."""
        return frozenset(self.roles_held)

    @property
    def initials(self) -> str:
        """One or two letters for the avatar."""
        words = [word for word in self.name.split() if word[0].isalnum()]
        return (
            "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words[:1])).upper()
            or "?"
        )

    @property
    def first_name(self) -> str:
        """What we call them."""
        return self.name.split()[0] if self.name.strip() else self.name

    @property
    def public_name(self) -> str:
        """The name strangers on a board see."""
        return self.pseudonym or self.name

    @property
    def is_active(self) -> bool:
        """Whether they may be signed in: not a stub, not disabled, not erased."""
        return not self.is_stub and self.disabled_at is None and self.erased_at is None

    @property
    def has_confirmed(self) -> bool:
        """Whether their e-mail address is known to be theirs."""
        return self.email_confirmed_at is not None

    def get_id(self) -> str:
        """Whom a session belongs to, and since which epoch: raising the epoch ends all sessions at once."""
        return f"{self.id}.{self.session_epoch}"


class CustomerHealth(Base):
    """How well things go with a customer, from 0 to 100, as the team or another system says: of a company, or of one
    member, for whom it counts before their company's."""

    __tablename__ = "customer_healths"
    __table_args__ = (
        CheckConstraint("value BETWEEN 0 AND 100", name="value"),
        CheckConstraint("(member_id IS NULL) <> (company_id IS NULL)", name="whose"),
    )

    id: Mapped[Id]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), unique=True)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"), unique=True)
    value: Mapped[int]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    at: Mapped[dt.datetime]


class EndedSession(Base):
    """A session that was signed out of: its cookie, should anybody have kept a copy, is worth nothing any more."""

    __tablename__ = "ended_sessions"

    digest: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)


class Identity(Base):
    """A sign-in at a provider: the pair (issuer, subject), never the e-mail, says who it is."""

    __tablename__ = "identities"
    __table_args__ = (Index("ux_identities_issuer", "issuer", "subject", unique=True),)

    id: Mapped[Id]
    issuer: Mapped[str]
    subject: Mapped[str]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    created_at: Mapped[dt.datetime]


class Ticket(Base):
    """A one-time link: an invitation, a claim of a stub, a password reset, a confirmation of an address,
    a sign-in. Only the token's digest is kept."""

    __tablename__ = "tickets"
    __table_args__ = (
        CheckConstraint(
            "purpose IN ('invitation', 'claim', 'reset', 'confirmation', 'sign_in')", name="purpose"
        ),
    )

    id: Mapped[Id]
    token_digest: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
