"""Boards, scores, and two histograms of scores, from which any rank is read in a tenth of a millisecond; seasons, and
the standings they were frozen into."""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, desc
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.core.append_only import append_only
from hub.core.db import Base, Id
from hub.segments.models import Segment
from leaderboard import periods
from leaderboard.periods import Period

COARSE_BITS = 8
"""A coarse bucket holds 256 neighbouring scores."""
KINDS = ("member", "company")
STATES = ("draft", "live", "closed")
BRACKETS = ("none", "tenure", "level")
RANKINGS = ("competition", "dense")
MOST_WINNERS = 50
ONE_OWNER = "(member_id IS NULL) <> (company_id IS NULL)"


class Board(Base):
    """A list of members, or of companies, by what they did. `segment_id` narrows it, and then only those who belong see
    it. `starts_on` and `ends_on` are the season that runs, if one does; both days count. `filled_after` is the last
    account looked at since the board was published or changed: empty once everybody has been.
    """

    __tablename__ = "boards"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"brackets IN {BRACKETS}", name="brackets"),
        CheckConstraint(f"ranking IN {RANKINGS}", name="ranking"),
        CheckConstraint("(starts_on IS NULL) = (ends_on IS NULL)", name="season"),
        CheckConstraint("ends_on >= starts_on", name="days"),
        CheckConstraint("kind = 'member' OR brackets = 'none'", name="company_brackets"),
        CheckConstraint(f"winners BETWEEN 0 AND {MOST_WINNERS}", name="winners"),
        Index("ix_boards_state", "state", "position", "id"),
    )

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    story: Mapped[str] = mapped_column(default="")
    metric: Mapped[str] = mapped_column(default="points")
    kind: Mapped[str] = mapped_column(default="member")
    segment_id: Mapped[int | None] = mapped_column(ForeignKey("segments.id"), index=True)
    periods: Mapped[list[Any]] = mapped_column(default=lambda: [period.value for period in Period])
    starts_on: Mapped[dt.date | None]
    ends_on: Mapped[dt.date | None]
    brackets: Mapped[str] = mapped_column(default="none")
    ranking: Mapped[str] = mapped_column(default="competition")
    badge_id: Mapped[int | None] = mapped_column(ForeignKey("badges.id"))
    winners: Mapped[int] = mapped_column(default=3)
    state: Mapped[str] = mapped_column(default="draft")
    position: Mapped[int] = mapped_column(default=0)
    filled_after: Mapped[int | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[dt.datetime]
    published_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]

    segment: Mapped[Segment | None] = relationship(lazy="raise_on_sql")

    @property
    def subject(self) -> str:
        """How other rooms name this board."""
        return f"board:{self.id}"

    @property
    def season_key(self) -> str | None:
        """The key of the season that runs."""
        if self.starts_on is None or self.ends_on is None:
            return None
        return periods.season_key(self.starts_on, self.ends_on)

    @property
    def is_filling(self) -> bool:
        """Whether not everybody has been counted yet."""
        return self.filled_after is not None

    def keeps(self, key: str) -> bool:
        """Whether scores of this period belong on the board as it is now. Those of a season that is over don't: they
        stay as they are until they are frozen."""
        return key == self.season_key if periods.is_season(key) else periods.kind_of(key) in self.periods

    def keys_of(self, day: dt.date) -> list[str]:
        """The keys that a day of the hub counts in here."""
        names = zip(periods.names(day), Period, strict=True)
        found = [name for name, period in names if period in self.periods]
        if self.starts_on is not None and self.ends_on is not None and self.starts_on <= day <= self.ends_on:
            found.append(periods.season_key(self.starts_on, self.ends_on))
        return found


class Score(Base):
    """What an account comes to in a period. Nothing, or less, has no row. `bracket` is whom it is compared with."""

    __tablename__ = "scores"
    __table_args__ = (
        CheckConstraint("points > 0", name="points"),
        CheckConstraint(ONE_OWNER, name="owner"),
        Index("ix_scores_standing", "board_id", "period", "bracket", desc("points"), "account_id"),
        Index("ix_scores_account_id", "account_id"),
    )

    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"), primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    bracket: Mapped[str] = mapped_column(default="")
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    points: Mapped[int]


class Share(Base):
    """What a member adds to their company's score, on a board of companies: a score is the sum of its shares."""

    __tablename__ = "score_shares"
    __table_args__ = (
        CheckConstraint("points > 0", name="points"),
        Index("ix_score_shares_company", "board_id", "company_id", "period"),
        Index("ix_score_shares_account_id", "account_id"),
    )

    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"), primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    points: Mapped[int]


class ScoreCount(Base):
    """How many have exactly these points."""

    __tablename__ = "score_counts"

    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"), primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    bracket: Mapped[str] = mapped_column(primary_key=True)
    points: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    members: Mapped[int]


class ScoreBucket(Base):
    """How many have points in this bucket: points >> 8."""

    __tablename__ = "score_buckets"

    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"), primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    bracket: Mapped[str] = mapped_column(primary_key=True)
    bucket: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    members: Mapped[int]


class Place(Base):
    """Where somebody stood when the day began: what the arrows compare with. Only the first hundred are noted: nobody
    is told a place further down, so nobody is told that it moved."""

    __tablename__ = "places"

    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"), primary_key=True)
    # The kind, not the key: on a Monday the week's arrows compare with how last week ended.
    period: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    bracket: Mapped[str] = mapped_column(default="")
    rank: Mapped[int]
    noted_on: Mapped[dt.date]


class Season(Base):
    """A season that is over: counted no more (`closing`), then copied into standings (`frozen`). One of its days for
    each board, whoever closes it at the same time."""

    __tablename__ = "seasons"
    __table_args__ = (
        UniqueConstraint("board_id", "slug"),
        CheckConstraint("state IN ('closing', 'frozen')", name="state"),
        CheckConstraint("(state = 'frozen') = (frozen_at IS NOT NULL)", name="frozen"),
        Index("ix_seasons_state", "state", "id"),
    )

    id: Mapped[Id]
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"))
    slug: Mapped[str]
    name: Mapped[str]
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    state: Mapped[str] = mapped_column(default="closing")
    badge_id: Mapped[int | None] = mapped_column(ForeignKey("badges.id"))
    winners: Mapped[int]
    closed_at: Mapped[dt.datetime]
    frozen_at: Mapped[dt.datetime | None]

    board: Mapped[Board] = relationship(lazy="raise_on_sql")

    @property
    def subject(self) -> str:
        """How other rooms name this season."""
        return f"season:{self.id}"

    @property
    def key(self) -> str:
        """The key its scores were kept under."""
        return periods.season_key(self.starts_on, self.ends_on)


@append_only
class Standing(Base):
    """Where somebody ended a season. `seat` counts everybody singly, in order; `rank` is shared by equals."""

    __tablename__ = "standings"
    __table_args__ = (
        UniqueConstraint("season_id", "account_id"),
        UniqueConstraint("season_id", "bracket", "seat"),
        CheckConstraint("points > 0 AND rank > 0 AND rank <= seat", name="rank"),
        CheckConstraint(ONE_OWNER, name="owner"),
        Index("ix_standings_account_id", "account_id", "season_id"),
    )

    id: Mapped[Id]
    season_id: Mapped[int] = mapped_column(ForeignKey("seasons.id"))
    bracket: Mapped[str] = mapped_column(default="")
    seat: Mapped[int]
    rank: Mapped[int]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    points: Mapped[int]
