"""Accounts, entries, holds, wallets, and the marks that followers read."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.append_only import append_only
from hub.core.db import Base, Bytewise, Id

LIMIT = 1_000_000
REASONS = (
    "referral_stage", "referral_clawback", "referral_restored", "challenge", "manual", "correction", "redemption",
    "refund", "hangout", "promotion", "import", "lapse",
)  # fmt: skip
HELD = "settled_at IS NULL AND released_at IS NULL"


class Account(Base):
    """Where points belong: to a member or to a company, so that a stub can be claimed and a person erased."""

    __tablename__ = "accounts"
    __table_args__ = (CheckConstraint("(member_id IS NULL) <> (company_id IS NULL)", name="one_holder"),)

    id: Mapped[Id]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), unique=True)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"), unique=True)


@append_only
class Entry(Base):
    """One line of the books. `happened_at` decides the period, `created_at` is when it was booked."""

    __tablename__ = "entries"
    __table_args__ = (
        CheckConstraint(f"points <> 0 AND points BETWEEN -{LIMIT} AND {LIMIT}", name="points"),
        CheckConstraint(f"reason IN {REASONS}", name="reason"),
        CheckConstraint("happened_at <= created_at", name="not_in_the_future"),
        Index("ix_entries_account", "account_id", "id"),
        Index("ix_entries_period", "account_id", "happened_at"),
        Index("ix_entries_subject", "subject", "id"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    points: Mapped[int]
    reason: Mapped[str]
    key: Mapped[str] = mapped_column(Bytewise, unique=True)
    subject: Mapped[str]
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    happened_at: Mapped[dt.datetime]
    created_at: Mapped[dt.datetime]


class EntryNote(Base):
    """Words to an entry. They may be changed or erased; the entry may not."""

    __tablename__ = "entry_notes"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"), primary_key=True)
    note: Mapped[str]


class Wallet(Base):
    """What an account comes to, kept in the transaction that writes the entry."""

    __tablename__ = "wallets"
    __table_args__ = (CheckConstraint("held >= 0", name="held"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True, autoincrement=False)
    balance: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    lifetime: Mapped[int] = mapped_column(default=0)

    @property
    def free(self) -> int:
        """What can be spent now."""
        return max(0, self.balance - self.held)


class Hold(Base):
    """Points set aside by a redemption: settled by an entry, or released with nothing spent."""

    __tablename__ = "holds"
    __table_args__ = (
        CheckConstraint(f"points BETWEEN 1 AND {LIMIT}", name="points"),
        CheckConstraint("settled_at IS NULL OR released_at IS NULL", name="one_end"),
        Index("ix_holds_open", "account_id", sqlite_where=text(HELD), postgresql_where=text(HELD)),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    points: Mapped[int]
    key: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str]
    created_at: Mapped[dt.datetime]
    settled_at: Mapped[dt.datetime | None]
    released_at: Mapped[dt.datetime | None]


class Change(Base):
    """A mark: something about this account changed. Followers read the marks and delete exactly those they read."""

    __tablename__ = "changes"

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[dt.datetime]
