"""Programmes and their versions, referrals, their deals in CRMs, stage events, claw-backs."""

import datetime as dt
from functools import cached_property
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.core.append_only import append_only
from hub.core.db import Base, Id
from hub.members.models import Company, Member
from hub.referrals.extras import Extras, read_extras
from hub.referrals.ladder import Ladder, Rung

MODES = ("form", "link", "warm_email", "phone", "verbal")
ANY_CONNECTION = 0
WAITS = "due_at IS NOT NULL"


class Programme(Base):
    """A referral offer. What it pays and says is in its current version."""

    __tablename__ = "programmes"
    __table_args__ = (CheckConstraint("state IN ('draft', 'active', 'ended')", name="state"),)

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="active")
    version_id: Mapped[int | None] = mapped_column(ForeignKey("programme_versions.id", use_alter=True))
    created_at: Mapped[dt.datetime]

    version: Mapped["ProgrammeVersion"] = relationship(foreign_keys=[version_id], lazy="raise_on_sql")


@append_only
class ProgrammeVersion(Base):
    """One published state of a programme. Referrals keep the version they began under."""

    __tablename__ = "programme_versions"
    __table_args__ = (
        UniqueConstraint("programme_id", "number"),
        CheckConstraint("clawback IN ('never', 'unspent', 'always')", name="clawback"),
        CheckConstraint("payee IN ('member', 'company', 'split')", name="payee"),
        CheckConstraint("member_percent BETWEEN 0 AND 100", name="member_percent"),
        CheckConstraint("daily_cap IS NULL OR daily_cap > 0", name="daily_cap"),
    )

    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    number: Mapped[int]
    name: Mapped[str]
    audience: Mapped[list[Any]]
    rungs: Mapped[list[Any]]
    clawback: Mapped[str]
    daily_cap: Mapped[int | None]
    hold_submission: Mapped[bool]
    payee: Mapped[str]
    member_percent: Mapped[int]
    default_owner_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    page: Mapped[dict[str, Any]]
    extra_terms: Mapped[dict[str, Any] | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    published_at: Mapped[dt.datetime]

    @cached_property
    def ladder(self) -> Ladder:
        """The stages and what each comes to."""
        return read_ladder(self.rungs)

    @cached_property
    def extras(self) -> Extras:
        """What it pays beside the ladder, and how long points wait."""
        return read_extras(self.extra_terms)


def read_ladder(rungs: list[dict[str, Any]]) -> Ladder:
    """The ladder from its stored form: a list in order, lowest first."""
    return Ladder(
        tuple(
            Rung(key=rung["key"], label=rung["label"], total=rung["total"], kind=rung["kind"], position=place)
            for place, rung in enumerate(rungs, 1)
        )
    )


def write_ladder(ladder: Ladder) -> list[dict[str, Any]]:
    """The stored form of a ladder."""
    return [{"key": r.key, "label": r.label, "total": r.total, "kind": r.kind} for r in ladder.rungs]


class Referral(Base):
    """Somebody was introduced by an advocate. One referral is one ladder, paid once.

    `waiting` points are due and kept back, for the reason in `hold`: review, refused, approval or days.
    `lead_key` is the normalised e-mail while nobody else may refer the same person to this programme. Without an
    advocate there is nobody to pay: then `breakage` says why.
    """

    __tablename__ = "referrals"
    __table_args__ = (
        UniqueConstraint("programme_id", "lead_key"),
        CheckConstraint(f"mode IN {MODES}", name="mode"),
        CheckConstraint("state IN ('open', 'won', 'lost')", name="state"),
        CheckConstraint("advocate_id IS NOT NULL OR breakage IS NOT NULL", name="attributed"),
        Index("ix_referrals_advocate", "advocate_id", "id"),
        Index("ix_referrals_owner", "owner_id", "id"),
        Index("ix_referrals_contact_email", "contact_email"),
        Index("ix_referrals_open", "state", "id"),
        Index("ix_referrals_due_at", "due_at", sqlite_where=text(WAITS), postgresql_where=text(WAITS)),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("programme_versions.id"))
    advocate_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    breakage: Mapped[str | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    owner_rule: Mapped[str] = mapped_column(default="none")
    mode: Mapped[str] = mapped_column(default="form")
    source: Mapped[str] = mapped_column(default="hub")
    import_key: Mapped[str | None] = mapped_column(unique=True)
    lead_key: Mapped[str | None]
    contact_name: Mapped[str] = mapped_column(default="")
    contact_email: Mapped[str | None]
    contact_phone: Mapped[str | None]
    contact_company: Mapped[str | None]
    contact_title: Mapped[str | None]
    relation: Mapped[str | None]
    why: Mapped[str | None]
    consent_note: Mapped[str | None]
    rung: Mapped[str]
    highest_rung: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    amount_hundredths: Mapped[int | None]
    currency: Mapped[str | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("referrals.id"))
    score: Mapped[int] = mapped_column(default=0)
    reasons: Mapped[list[Any] | None]
    waiting: Mapped[int] = mapped_column(default=0)
    hold: Mapped[str | None]
    due_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    moved_at: Mapped[dt.datetime]

    programme: Mapped[Programme] = relationship(lazy="raise_on_sql")
    version: Mapped[ProgrammeVersion] = relationship(lazy="raise_on_sql")
    advocate: Mapped[Member | None] = relationship(foreign_keys=[advocate_id], lazy="raise_on_sql")
    owner: Mapped[Member | None] = relationship(foreign_keys=[owner_id], lazy="raise_on_sql")
    company: Mapped[Company | None] = relationship(lazy="raise_on_sql")

    @property
    def subject(self) -> str:
        """How other rooms name this referral."""
        return f"referral:{self.id}"

    @property
    def title(self) -> str:
        """Who was referred, in a few words."""
        return self.contact_name or self.contact_company or self.code


class Deal(Base):
    """A deal in a CRM that belongs to a referral. Connection 0 means any: the number came without one."""

    __tablename__ = "deals"
    __table_args__ = (
        UniqueConstraint("connection_id", "deal_id"),
        Index("ix_deals_deal_id", "deal_id"),
    )

    id: Mapped[Id]
    connection_id: Mapped[int] = mapped_column(default=ANY_CONNECTION)
    deal_id: Mapped[str]
    referral_id: Mapped[int] = mapped_column(ForeignKey("referrals.id"), index=True)
    created_at: Mapped[dt.datetime]


@append_only
class StageEvent(Base):
    """A stage was reached, left or returned to: what was heard, from where, and when it happened."""

    __tablename__ = "stage_events"
    __table_args__ = (
        # The same stage at the same instant is the same event, however many messages tell of it.
        UniqueConstraint("referral_id", "to_rung", "happened_at"),
        Index("ix_stage_events_heard_at", "heard_at"),
    )

    id: Mapped[Id]
    referral_id: Mapped[int] = mapped_column(ForeignKey("referrals.id"))
    from_rung: Mapped[str | None]
    to_rung: Mapped[str]
    happened_at: Mapped[dt.datetime]
    heard_at: Mapped[dt.datetime]
    sequence: Mapped[int] = mapped_column(default=0)
    source: Mapped[str]
    delivery_id: Mapped[int | None] = mapped_column(index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    amount_hundredths: Mapped[int | None]
    currency: Mapped[str | None]


class StageEventNote(Base):
    """The rep's words with a stage event. They may be redacted; the event may not."""

    __tablename__ = "stage_event_notes"

    stage_event_id: Mapped[int] = mapped_column(ForeignKey("stage_events.id"), primary_key=True)
    note: Mapped[str]


@append_only
class Clawback(Base):
    """Taken back when a won deal no longer was, or returned when it was won again. Zero is a decision, too."""

    __tablename__ = "clawbacks"
    __table_args__ = (
        UniqueConstraint("referral_id", "account_id", "number", "kind"),
        CheckConstraint("kind IN ('taken', 'returned')", name="kind"),
        CheckConstraint("points >= 0 AND short_by >= 0", name="points"),
    )

    id: Mapped[Id]
    referral_id: Mapped[int] = mapped_column(ForeignKey("referrals.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    number: Mapped[int]
    kind: Mapped[str]
    points: Mapped[int]
    short_by: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime]
