"""Personal links, clicks and what they come to, content to share, the toolkit, embeds."""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.core.append_only import append_only_by_month
from hub.core.db import Base, Id
from hub.core.uploads import Upload
from hub.members.models import Company, Member
from hub.segments.models import Segment

CHANNELS = ("linkedin", "x", "facebook", "whatsapp", "email", "copy", "qr", "embed", "landing")
CLICK_KINDS = ("visit", "repeat", "own", "bot")
KINDS = ("article", "video", "file", "post", "case_study")
MOMENTS = ("", "curious", "comparing", "deciding", "starting")
BLOCKS = ("ideal", "triggers", "process")
SURFACES = ("hub", "community", "login", "newsletter", "survey")
IS_VISIT = "kind = 'visit'"


class PersonalLink(Base):
    """One member's own address for one thing through one channel. It may be retired, and is never deleted: clicks and
    referrals name it."""

    __tablename__ = "personal_links"
    __table_args__ = (
        UniqueConstraint("member_id", "target", "channel"),
        CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
        CheckConstraint("code <> alias", name="two_names"),
        Index("ix_personal_links_target", "target", "id"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    alias: Mapped[str | None] = mapped_column(unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    target: Mapped[str]  # a subject: content:5, programme:3
    channel: Mapped[str]
    created_at: Mapped[dt.datetime]
    retired_at: Mapped[dt.datetime | None]

    @property
    def name(self) -> str:
        """What stands in its address: the readable alias, where it has one."""
        return self.alias or self.code

    @property
    def path(self) -> str:
        """Its address on this hub."""
        return f"/s/{self.name}"

    def is_teams(self, owner: Member) -> bool:
        """Whether it stands on a page for the team rather than for a person: what comes by it is nobody's."""
        return self.channel == "embed" and owner.is_staff


class LinkName(Base):
    """A readable name that a link has, or had once: it leads there for ever and is never another's, for it may stand on
    paper. Kept as a digest, so that nothing of a person can be read here."""

    __tablename__ = "link_names"

    digest: Mapped[str] = mapped_column(primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("personal_links.id"), index=True)


@append_only_by_month("click_months")
class Click(Base):
    """Somebody followed a link. `visitor` is a salted hash whose salt is gone the day after; crawlers have none. Of
    one visitor's clicks on one link and day the first is a visit, the others are repeats."""

    __tablename__ = "clicks"
    __table_args__ = (
        CheckConstraint(f"kind IN {CLICK_KINDS}", name="kind"),
        Index("ux_clicks_visit", "visitor", "link_id", unique=True, sqlite_where=text(IS_VISIT),
              postgresql_where=text(IS_VISIT)),
        Index("ix_clicks_month", "month"),
        Index("ix_clicks_link", "link_id", "id"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)  # as in the mark: in the order of time
    link_id: Mapped[int] = mapped_column(ForeignKey("personal_links.id"))
    month: Mapped[str]
    day: Mapped[dt.date]  # in UTC, as the salts turn
    kind: Mapped[str]
    visitor: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")  # the surface of an embed
    clicked_at: Mapped[dt.datetime]


class PendingClick(Base):
    """A click that came while Redis was away: the writer moves it among the others."""

    __tablename__ = "pending_clicks"
    __table_args__ = (CheckConstraint("kind IN ('visit', 'own', 'bot')", name="kind"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    link_id: Mapped[int]
    kind: Mapped[str]
    visitor: Mapped[str]
    source: Mapped[str]


class ClickDay(Base):
    """What one link brought on one day. Stays when its clicks have retired."""

    __tablename__ = "click_days"
    __table_args__ = (
        CheckConstraint("visits >= 0 AND repeats >= 0 AND own >= 0 AND bots >= 0", name="counts"),
        Index("ix_click_days_member", "member_id", "day"),
        Index("ix_click_days_target", "target", "day"),
    )

    link_id: Mapped[int] = mapped_column(ForeignKey("personal_links.id"), primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))  # of the link, so that sums need no join
    target: Mapped[str]
    visits: Mapped[int] = mapped_column(default=0)
    repeats: Mapped[int] = mapped_column(default=0)
    own: Mapped[int] = mapped_column(default=0)
    bots: Mapped[int] = mapped_column(default=0)


class ClickMember(Base):
    """How many visits one member brought in all, and how many of them other rooms have been told of."""

    __tablename__ = "click_members"
    __table_args__ = (
        Index("ix_click_members_untold", "member_id", sqlite_where=text("visits <> told"),
              postgresql_where=text("visits <> told")),
    )  # fmt: skip

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    visits: Mapped[int] = mapped_column(default=0)
    told: Mapped[int] = mapped_column(default=0)


class ClickSalt(Base):
    """The salt of a day's visitors. Deleted when the day is over: nobody can be recognised from then on."""

    __tablename__ = "click_salts"

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    salt: Mapped[str]


class ClickMonth(Base):
    """A month whose clicks have retired: only what they came to is left."""

    __tablename__ = "click_months"

    month: Mapped[str] = mapped_column(primary_key=True)
    retired_at: Mapped[dt.datetime]


class Content(Base):
    """Something to pass on. Where its links lead is `url`, or its own page here when it has none or is co-branded."""

    __tablename__ = "contents"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"moment IN {MOMENTS}", name="moment"),
        CheckConstraint("state IN ('draft', 'published', 'archived')", name="state"),
        CheckConstraint("length(title) > 0", name="title"),
        Index("ix_contents_state", "state", "published_at", "id"),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    url: Mapped[str | None]
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("uploads.id"))
    words: Mapped[dict[str, Any]] = mapped_column(default=dict)  # by channel; "" is for all
    tags: Mapped[list[Any]] = mapped_column(default=list)
    moment: Mapped[str] = mapped_column(default="")
    segment_id: Mapped[int | None] = mapped_column(ForeignKey("segments.id"), index=True)
    is_co_branded: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="draft")
    expires_at: Mapped[dt.datetime | None]
    published_at: Mapped[dt.datetime | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[dt.datetime]
    changed_at: Mapped[dt.datetime]

    picture: Mapped[Upload | None] = relationship(lazy="raise_on_sql")
    segment: Mapped[Segment | None] = relationship(lazy="raise_on_sql")

    @property
    def subject(self) -> str:
        """What links, facts and notices call it."""
        return f"content:{self.id}"

    def is_open(self, now: dt.datetime) -> bool:
        """Whether it can be shared, and its links lead on."""
        return self.state == "published" and (self.expires_at is None or self.expires_at > now)


class ToolkitBlock(Base):
    """One of the three things an advocate should know: whom we help best, what they say when they need us, what
    happens then."""

    __tablename__ = "toolkit_blocks"
    __table_args__ = (CheckConstraint(f"name IN {BLOCKS}", name="name"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    changed_at: Mapped[dt.datetime]


class IntroEmail(Base):
    """A sample e-mail with which an advocate introduces a peer to us."""

    __tablename__ = "intro_emails"
    __table_args__ = (CheckConstraint("length(title) > 0", name="title"),)

    id: Mapped[Id]
    title: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    changed_at: Mapped[dt.datetime]


class CompanyLogo(Base):
    """A company's logo, for pages and flyers that carry ours and theirs."""

    __tablename__ = "company_logos"

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), primary_key=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("uploads.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[dt.datetime]

    company: Mapped[Company] = relationship(lazy="raise_on_sql")
    upload: Mapped[Upload] = relationship(lazy="raise_on_sql")


class SharingTerms(Base):
    """What holds for all that is shared. There is one row, id 1."""

    __tablename__ = "sharing_terms"
    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        CheckConstraint("months_kept BETWEEN 1 AND 120", name="months_kept"),
    )

    id: Mapped[Id]
    disclosure: Mapped[str]
    adds_utm: Mapped[bool] = mapped_column(default=True)
    months_kept: Mapped[int] = mapped_column(default=13)


class Embed(Base):
    """A card, link or form that stands on a page of somebody else's: what it says, and whose link it leads by."""

    __tablename__ = "embeds"
    __table_args__ = (
        CheckConstraint(f"surface IN {SURFACES}", name="surface"),
        UniqueConstraint("surface", "link_id"),
    )

    id: Mapped[Id]
    surface: Mapped[str]
    link_id: Mapped[int] = mapped_column(ForeignKey("personal_links.id"))
    title: Mapped[str]
    says: Mapped[str] = mapped_column(default="")
    action: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[dt.datetime]

    link: Mapped[PersonalLink] = relationship(lazy="raise_on_sql")
    by: Mapped[Member] = relationship(lazy="raise_on_sql")
