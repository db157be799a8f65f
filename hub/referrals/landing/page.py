"""What a landing page shows, put together for visitors, for the editor's preview and for the picture alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from hub.community.text import html
from hub.core.place import place
from hub.core.words import points
from hub.members.models import Member
from hub.referrals import lead_terms
from hub.referrals.landing.models import LandingName
from hub.referrals.landing.queries import Opened
from hub.referrals.lead_terms import LeadTerms, Profile
from hub.referrals.models import ProgrammeVersion

STEPS = (
    "You tell us how to reach you, and what it is about.",
    "One person of ours gets in touch, once, the way you asked for.",
    "You decide whether it goes on. A no is the end of it.",
)
CONTACT = "One person writes or calls, and says who sent you. No newsletter, no list, nobody else."


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """An advocate as their page names them. `who` begins a sentence, `short` stands inside one."""

    who: str
    short: str
    company: str
    initials: str
    words: str = ""
    is_team: bool = False
    is_hidden: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One line of the ideal customer."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LandingPage:
    """All that a page says."""

    named: Named
    programme: str
    headline: str
    welcome: Markup
    ideal: Markup
    facts: Sequence[Fact]
    contact: Markup
    steps: Markup
    own_steps: Sequence[str]
    offer: Markup
    reward: str
    faq: Sequence[tuple[str, Markup]]
    terms: LeadTerms


def named(advocate: Member, how: LandingName | None) -> Named:
    """The name that this member allows, and their words."""
    shown, words = (how.shown, how.words) if how else ("full", "")
    company = advocate.company.name if advocate.company else ""
    if shown == "company":
        who = f"Somebody at {company}" if company else "Somebody who knows you"
        return Named(who=who, short="they", company="", initials=_initials(company), words=words,
                     is_hidden=True)  # fmt: skip
    if shown == "first":
        return Named(who=advocate.first_name, short=advocate.first_name, company=company,
                     initials=advocate.first_name[:1].upper(), words=words)  # fmt: skip
    return Named(
        who=advocate.name, short=advocate.first_name, company=company, initials=advocate.initials, words=words
    )


def sender(opened: Opened) -> Named:
    """Who sends the visitors of a page: an advocate as they allow, or the hub itself by its embeds."""
    if not opened.is_teams:
        return named(opened.advocate, opened.named)
    name = place().name
    return Named(who=name, short="us", company="", initials=_initials(name), is_team=True)


def _initials(company: str) -> str:
    return "".join(word[0] for word in company.split()[:2] if word[0].isalnum()).upper() or "?"


def compose(version: ProgrammeVersion, who: Named, kind: str, terms: LeadTerms | None = None) -> LandingPage:
    """The page of this version, of other terms while they are edited."""
    terms = terms or lead_terms.of_version(version.page)
    says = terms.words_for(kind)
    return LandingPage(
        named=who, programme=version.name, headline=says.headline or f"{who.who} thinks this could help you",
        welcome=html(says.welcome) if says.welcome else Markup(""),
        ideal=html(version.page.get("ideal_customer") or ""), facts=facts(terms.profile),
        contact=html(says.contact or CONTACT), steps=html(says.steps) if says.steps else Markup(""),
        own_steps=() if says.steps else STEPS, offer=html(says.offer) if says.offer else Markup(""),
        reward=reward(version, who), faq=[(question, html(answer)) for question, answer in says.faq], terms=terms,
    )  # fmt: skip


def facts(profile: Profile) -> list[Fact]:
    """The ideal customer, line by line."""
    size = ""
    if profile.smallest and profile.largest:
        size = f"{profile.smallest:,} to {profile.largest:,} people"
    elif profile.smallest or profile.largest:
        size = (
            f"{profile.smallest:,} people or more"
            if profile.smallest
            else f"up to {profile.largest:,} people"
        )
    rows = (
        ("What they do", ", ".join(profile.positions)), ("Level", ", ".join(profile.levels)),
        ("Industry", ", ".join(profile.industries)), ("Size", size),
    )  # fmt: skip
    return [Fact(label=label, value=value) for label, value in rows if value]


def reward(version: ProgrammeVersion, who: Named) -> str:
    """What the advocate gets for it, in the open."""
    if who.is_team:
        return "Nobody is paid for it: you found the way by yourself. It changes nothing about what you pay."
    whole = version.ladder.earned(version.ladder.won.key)
    if not whole:
        return f"{who.who} gets nothing for it but our thanks."
    gets = f"{who.who} gets up to {points(whole)} points of thanks if we help you."
    return f"{gets} It changes nothing about what you pay."
