"""Reads of landing pages: whose page a code opens, how they are named, what led a referral here."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from hub import sharing
from hub.core.db import db
from hub.members.models import Company, Member
from hub.referrals.landing.models import LandingName, Touch
from hub.referrals.models import Programme, ProgrammeVersion, Referral
from hub.sharing.models import PersonalLink

PREFIX = "programme:"


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """What a code leads to: the link, its programme with the current version, its advocate and how they are named."""

    link: PersonalLink
    programme: Programme
    advocate: Member
    named: LandingName | None

    @property
    def is_open(self) -> bool:
        """Whether somebody may come in here today."""
        return self.programme.state == "active" and self.advocate.is_active and self.fits

    @property
    def is_teams(self) -> bool:
        """Whether it is an embed of the team, which is no advocate's page."""
        return self.link.is_teams(self.advocate)

    @property
    def fits(self) -> bool:
        """Whether the programme is for the advocate at all; the team's embeds are for everybody."""
        return self.is_teams or self.advocate.type in self.programme.version.audience


def opened(code: str) -> Opened | None:
    """The page of a code or alias, whatever its case; None for one that leads to no programme. Two statements."""
    link = sharing.by_code(code)
    return page_of(link) if link is not None else None


def page_of(link: PersonalLink) -> Opened | None:
    """What a link leads to: one statement."""
    number = programme_id(link.target)
    if number is None:
        return None
    query = (
        select(Programme, Member, LandingName)
        .select_from(Programme)
        .join(Member, Member.id == link.member_id)
        .outerjoin(LandingName, LandingName.member_id == Member.id)
        .options(joinedload(Programme.version), joinedload(Member.company))
        .where(Programme.id == number, Programme.version_id.is_not(None))
        .execution_options(populate_existing=True)
    )
    row = db.session.execute(query).one_or_none()
    return Opened(link=link, programme=row[0], advocate=row[1], named=row[2]) if row else None


def programme_id(target: str) -> int | None:
    """7 of `programme:7`."""
    number = target.removeprefix(PREFIX)
    return int(number) if target.startswith(PREFIX) and number.isdecimal() else None


def links_of(codes: Collection[str], programme: int) -> dict[str, PersonalLink]:
    """The links of these codes that lead to one programme, retired ones too: who used them came while they were
    open."""
    query = select(PersonalLink).where(
        PersonalLink.code.in_(codes), PersonalLink.target == f"{PREFIX}{programme}"
    )
    return {link.code: link for link in db.session.scalars(query)}


def advocates(ids: Collection[int]) -> dict[int, Member]:
    """These members with their companies."""
    query = select(Member).where(Member.id.in_(ids)).options(joinedload(Member.company))
    return {
        member.id: member for member in db.session.scalars(query.execution_options(populate_existing=True))
    }


def taken(programme: int, key: str | None) -> Referral | None:
    """The referral by which this person is known to a programme already."""
    query = select(Referral).where(Referral.programme_id == programme, Referral.lead_key == key)
    return db.session.scalar(query) if key else None


def name_of(member_id: int) -> LandingName | None:
    """How a member's pages name them; None while they said nothing about it."""
    return db.session.get(LandingName, member_id)


def touches(referral_id: int) -> list[tuple[Touch, str, str]]:
    """What led a referral here, first things first: with the advocate's name and the link's channel."""
    query = (
        select(Touch, Member.name, PersonalLink.channel)
        .join(Member, Member.id == Touch.advocate_id)
        .join(PersonalLink, PersonalLink.id == Touch.link_id)
        .where(Touch.referral_id == referral_id)
        .order_by(Touch.place)
    )
    return [(touch, name, channel) for touch, name, channel in db.session.execute(query)]


def touch_titles(ids: Collection[int]) -> Select[int, str]:
    """What a touch is called in a notice: by its programme."""
    return (
        select(Touch.id, ProgrammeVersion.name)
        .join(Referral, Referral.id == Touch.referral_id)
        .join(ProgrammeVersion, ProgrammeVersion.id == Referral.version_id)
        .where(Touch.id.in_(ids))
    )


def company_name(company_id: int | None) -> str | None:
    """What a company is called."""
    return db.session.scalar(select(Company.name).where(Company.id == company_id)) if company_id else None


def link_of(member_id: int, programme: int, channel: str) -> PersonalLink | None:
    """A member's own link to a programme through one channel, if they have made it."""
    query = select(PersonalLink).where(
        PersonalLink.member_id == member_id, PersonalLink.target == f"{PREFIX}{programme}",
        PersonalLink.channel == channel, PersonalLink.retired_at.is_(None),
    )  # fmt: skip
    return db.session.scalar(query)
