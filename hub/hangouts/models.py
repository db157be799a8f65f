"""Hangouts, who is invited and seated, what they want to talk about, what was asked and what became of it."""

import datetime as dt
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.core.db import Base, Id
from hub.ledger.models import LIMIT
from hub.members.models import Member
from hub.segments.models import Segment

AUDIENCES = ("everybody", "segment", "picked")
WHERE = ("video", "place", "both")
GUEST_STATES = ("invited", "seated", "waiting", "offered", "declined", "given_back", "lapsed")
HOLDING = ("seated", "offered")
"""States in which a guest takes up a seat."""
STATUSES = ("heard", "planned", "building", "shipped", "not_now")
MOST_SEATS = 10_000
LINK_MINUTES = 30
OFFERED = "state = 'offered'"
UPCOMING = "state = 'open'"
THERE = "attended_at IS NULL OR state = 'seated' OR attended_by = 'door'"


class Hangout(Base):
    """An hour with somebody worth meeting. `taken` counts the seats that are held or offered, `tickets` numbers those
    who ask for one, so that the order of the queue is the order of asking. `sequence` rises with each change of time or
    place, for calendars. The video link is sealed, and no page ever carries it."""

    __tablename__ = "hangouts"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'open', 'cancelled')", name="state"),
        CheckConstraint("state <> 'open' OR starts_at IS NOT NULL", name="dated"),
        CheckConstraint(f"audience IN {AUDIENCES}", name="audience"),
        CheckConstraint("audience <> 'segment' OR segment_id IS NOT NULL", name="segment"),
        CheckConstraint(f"meets IN {WHERE}", name="meets"),
        CheckConstraint("minutes BETWEEN 5 AND 1440", name="minutes"),
        CheckConstraint(f"seats BETWEEN 1 AND {MOST_SEATS}", name="seats"),
        CheckConstraint("taken BETWEEN 0 AND seats", name="taken"),
        CheckConstraint(f"points BETWEEN 0 AND {LIMIT}", name="points"),
        CheckConstraint("link_minutes BETWEEN 0 AND 1440", name="link_minutes"),
        CheckConstraint("accept_hours BETWEEN 1 AND 168", name="accept_hours"),
        CheckConstraint("sequence >= 0 AND tickets >= 0", name="counters"),
        Index("ix_hangouts_state", "state", "starts_at", "id"),
        Index("ix_hangouts_by", "by_id", "starts_at"),
        Index("ix_hangouts_segment", "segment_id"),
    )

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    uid: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    story: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="draft")
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    zone: Mapped[str] = mapped_column(default="UTC")
    starts_at: Mapped[dt.datetime | None]
    minutes: Mapped[int] = mapped_column(default=60)
    meets: Mapped[str] = mapped_column(default="video")
    place: Mapped[str] = mapped_column(default="")
    link_sealed: Mapped[str | None]
    link_minutes: Mapped[int] = mapped_column(default=LINK_MINUTES)
    seats: Mapped[int] = mapped_column(default=10)
    taken: Mapped[int] = mapped_column(default=0)
    tickets: Mapped[int] = mapped_column(default=0)
    accept_hours: Mapped[int] = mapped_column(default=24)
    audience: Mapped[str] = mapped_column(default="everybody")
    segment_id: Mapped[int | None] = mapped_column(ForeignKey("segments.id"))
    points: Mapped[int] = mapped_column(default=0)
    follow_up: Mapped[str | None]  # `challenge:7`
    code: Mapped[str] = mapped_column(default="")
    recording_url: Mapped[str] = mapped_column(default="")
    thanks: Mapped[str] = mapped_column(default="")
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime]
    changed_at: Mapped[dt.datetime]
    published_at: Mapped[dt.datetime | None]
    cancelled_at: Mapped[dt.datetime | None]
    thanked_at: Mapped[dt.datetime | None]
    day_reminded_for: Mapped[dt.datetime | None]
    hour_reminded_for: Mapped[dt.datetime | None]

    by: Mapped[Member] = relationship(lazy="raise_on_sql")
    segment: Mapped[Segment | None] = relationship(lazy="raise_on_sql")

    @property
    def subject(self) -> str:
        """What entries, facts and notices call it."""
        return f"hangout:{self.id}"

    @property
    def ends_at(self) -> dt.datetime | None:
        """When it is over."""
        return self.starts_at + dt.timedelta(minutes=self.minutes) if self.starts_at else None

    @property
    def starts_local(self) -> dt.datetime | None:
        """When it begins, by the clock of its own zone."""
        return self.starts_at.astimezone(ZoneInfo(self.zone)) if self.starts_at else None

    def is_upcoming(self, now: dt.datetime) -> bool:
        """Whether seats are given: it is published and hasn't begun."""
        return self.state == "open" and self.starts_at is not None and now < self.starts_at

    def is_over(self, now: dt.datetime) -> bool:
        """Whether it has taken place."""
        return self.state == "open" and self.ends_at is not None and now >= self.ends_at

    def is_on(self, now: dt.datetime) -> bool:
        """Whether it takes place right now."""
        begun = self.starts_at is not None and now >= self.starts_at
        return self.state == "open" and begun and not self.is_over(now)

    def door_opens_at(self) -> dt.datetime | None:
        """From when on seated members are let in."""
        return self.starts_at - dt.timedelta(minutes=self.link_minutes) if self.starts_at else None

    def door_is_open(self, now: dt.datetime) -> bool:
        """Whether seated members are let in now: from a little before until the end."""
        opens = self.door_opens_at()
        return self.state == "open" and opens is not None and opens <= now and not self.is_over(now)

    @property
    def by_video(self) -> bool:
        """Whether it can be joined from afar."""
        return self.meets in ("video", "both")

    @property
    def in_person(self) -> bool:
        """Whether there is a place to come to."""
        return self.meets in ("place", "both")

    @property
    def left(self) -> int:
        """How many seats nobody holds."""
        return max(0, self.seats - self.taken)


class Cohost(Base):
    """Somebody who holds a hangout together with the host, and may do what the host may."""

    __tablename__ = "hangout_hosts"

    hangout_id: Mapped[int] = mapped_column(ForeignKey("hangouts.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)


class Guest(Base):
    """What a member has to do with a hangout, one row for each. `ticket` is their place in the order of asking, given
    anew whenever they ask again; `offer_ends_at` how long a seat is kept for them; `points` what attending paid. Who
    was there by the `door` came without a seat, and takes none up."""

    __tablename__ = "hangout_guests"
    __table_args__ = (
        UniqueConstraint("hangout_id", "member_id"),
        UniqueConstraint("hangout_id", "ticket"),
        CheckConstraint(f"state IN {GUEST_STATES}", name="state"),
        CheckConstraint("(state = 'offered') = (offer_ends_at IS NOT NULL)", name="offer"),
        CheckConstraint("state NOT IN ('seated', 'waiting', 'offered') OR ticket IS NOT NULL", name="ticket"),
        CheckConstraint("(attended_at IS NULL) = (attended_by IS NULL)", name="attended"),
        CheckConstraint("attended_by IN ('code', 'list', 'door')", name="attended_by"),
        CheckConstraint(THERE, name="attended_seated"),
        CheckConstraint(f"points BETWEEN 0 AND {LIMIT}", name="points"),
        Index("ix_hangout_guests_queue", "hangout_id", "state", "ticket"),
        Index("ix_hangout_guests_member", "member_id", "state"),
        Index("ix_hangout_guests_offers", "offer_ends_at", sqlite_where=text(OFFERED),
              postgresql_where=text(OFFERED)),
    )  # fmt: skip

    id: Mapped[Id]
    hangout_id: Mapped[int] = mapped_column(ForeignKey("hangouts.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    state: Mapped[str]
    ticket: Mapped[int | None]
    invited_at: Mapped[dt.datetime | None]
    asked_at: Mapped[dt.datetime | None]
    moved_at: Mapped[dt.datetime]  # into the state it is in
    offer_ends_at: Mapped[dt.datetime | None]
    attended_at: Mapped[dt.datetime | None]
    attended_by: Mapped[str | None]
    points: Mapped[int] = mapped_column(default=0)

    member: Mapped[Member] = relationship(lazy="raise_on_sql")
    hangout: Mapped[Hangout] = relationship(lazy="raise_on_sql")

    @property
    def holds(self) -> bool:
        """Whether a seat is theirs or kept for them."""
        return self.state in HOLDING


class AgendaItem(Base):
    """Something that could be talked about; members vote for what they want to hear."""

    __tablename__ = "hangout_agenda"
    __table_args__ = (Index("ix_hangout_agenda_hangout", "hangout_id", "id"),)

    id: Mapped[Id]
    hangout_id: Mapped[int] = mapped_column(ForeignKey("hangouts.id"))
    title: Mapped[str]


class AgendaVote(Base):
    """One member's wish to hear about one item."""

    __tablename__ = "hangout_agenda_votes"

    item_id: Mapped[int] = mapped_column(ForeignKey("hangout_agenda.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)


class Question(Base):
    """A question before or during a hangout. An anonymous one has nobody as `by_id`: who asked is sealed under the
    hub's key, for the one case that somebody must be stopped, and `mark` lets nobody but its writer find it again."""

    __tablename__ = "hangout_questions"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'answered', 'hidden')", name="state"),
        CheckConstraint("(by_id IS NULL) OR (sealed IS NULL)", name="one_asker"),
        CheckConstraint("votes >= 0", name="votes"),
        Index("ix_hangout_questions_hangout", "hangout_id", "state", "votes", "id"),
        Index("ix_hangout_questions_by", "by_id", "id"),
        Index("ix_hangout_questions_mark", "mark"),
    )

    id: Mapped[Id]
    hangout_id: Mapped[int] = mapped_column(ForeignKey("hangouts.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    sealed: Mapped[str | None]
    mark: Mapped[str | None]
    body: Mapped[str]
    votes: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="open")
    during: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[dt.datetime]

    by: Mapped[Member | None] = relationship(lazy="raise_on_sql")

    @property
    def is_anonymous(self) -> bool:
        """Whether it names nobody."""
        return self.by_id is None


class QuestionVote(Base):
    """One member who wants one question answered, too."""

    __tablename__ = "hangout_question_votes"

    question_id: Mapped[int] = mapped_column(ForeignKey("hangout_questions.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)


class Request(Base):
    """Something members asked us for, and what became of it: you said, we did. `points` thanks each who asked,
    once, when it ships."""

    __tablename__ = "hangout_requests"
    __table_args__ = (
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint(f"points BETWEEN 0 AND {LIMIT}", name="points"),
        CheckConstraint("status <> 'not_now' OR length(reason) > 0", name="reason"),
        CheckConstraint("(status = 'shipped') = (shipped_at IS NOT NULL)", name="shipped"),
        Index("ix_hangout_requests_hangout", "hangout_id", "id"),
    )

    id: Mapped[Id]
    hangout_id: Mapped[int] = mapped_column(ForeignKey("hangouts.id"))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("hangout_questions.id"), unique=True)
    title: Mapped[str]
    status: Mapped[str] = mapped_column(default="heard")
    reason: Mapped[str] = mapped_column(default="")
    points: Mapped[int] = mapped_column(default=0)
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[dt.datetime]
    changed_at: Mapped[dt.datetime]
    shipped_at: Mapped[dt.datetime | None]

    hangout: Mapped[Hangout] = relationship(lazy="raise_on_sql")

    @property
    def subject(self) -> str:
        """What entries, facts and notices call it."""
        return f"request:{self.id}"


class Asker(Base):
    """Somebody who asked for it. `is_credited` while it was only heard: whoever joins later is told, not paid."""

    __tablename__ = "hangout_askers"

    request_id: Mapped[int] = mapped_column(ForeignKey("hangout_requests.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)
    is_credited: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[dt.datetime]
