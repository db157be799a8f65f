"""Embeds: what stands on pages of somebody else's, and the signature that only we can make."""

import datetime as dt
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from hub.core.db import db
from hub.members.models import Member
from hub.outbox.actions import insert_ignoring
from hub.sharing import actions, codes, contents, targets
from hub.sharing.models import SURFACES, Click, Embed, PersonalLink
from hub.sharing.targets import Destination, Offer, target

LETTERS = 16
KINDS = ("card", "link", "form")


@dataclass(frozen=True, kw_only=True, slots=True)
class Surface:
    """One place where people already are: what it is called, what suits it, and why."""

    name: str
    title: str
    kind: str
    says: str


PLACES = {
    one.name: one
    for one in (
        Surface(name="hub", title="Your own site", kind="card", says="Where customers read about you anyway."),
        Surface(name="community", title="Customer community", kind="card",
                says="Where customers help each other: a card between two threads."),
        Surface(name="login", title="Login page", kind="card",
                says="Every customer passes it. One line and one button, below the form."),
        Surface(name="newsletter", title="Newsletter and content", kind="link",
                says="Plain HTML that every mail program shows; frames and forms don’t work there."),
        Surface(name="survey", title="NPS survey", kind="form",
                says="On the thank-you page, for everybody who answered, whatever they answered."),
    )
}  # fmt: skip


@target("refer", admits=lambda _number, _member: True)
def _refer(_number: int, _link: PersonalLink) -> Destination:
    """The form in which a member suggests somebody; the signed-out sign in first."""
    return Destination(
        url="/referrals/new",
        title="Know somebody we could help?",
        says="Introduce them. It takes two minutes.",
    )


class CreditsNobody(ValueError):
    """Whoever was named can't be credited; the text says why."""


def subjects(member: Member, now: dt.datetime) -> list[Offer]:
    """What an embed may lead to: pages that end well for strangers first, then what only members can do, content."""
    pieces = [Offer(subject=f"content:{number}", title=title) for number, title in contents.choices(now)]
    refer = Offer(subject="refer:1", title="Suggest somebody (members sign in first)")
    return [*targets.offered(member), refer, *pieces]


def make(member: Member, subject: str, now: dt.datetime, *, credit: Member | None = None) -> list[Embed]:
    """One embed for each of the five surfaces, all by one link; what is there stays as it is. The link is the team's
    and credits nobody, or that of the advocate whom it credits. Refuses (ValueError) what leads nowhere, and
    (CreditsNobody) to credit somebody of the team, or an advocate to whom the page isn't open."""
    if subject not in {offer.subject for offer in subjects(member, now)}:
        raise ValueError("Choose what it leads to.")
    if credit is not None and (credit.is_staff or not credit.is_active):
        raise CreditsNobody(f"{credit.name} is no advocate here: leave it empty, and nobody is credited.")
    if credit is not None and not targets.may_share(subject, credit):
        raise CreditsNobody(f"That isn’t open to {credit.name}.")
    link = actions.link((credit or member).id, subject, "embed", now)
    there = targets.destination(link)
    if there is None:
        raise ValueError("That leads nowhere any more.")
    action = "Introduce somebody" if subject.startswith(("refer:", "programme:")) else "Have a look"
    row = {"link_id": link.id, "title": there.title[:120], "says": there.says[:240], "action": action,
           "by_id": member.id, "created_at": now}  # fmt: skip
    db.session.execute(insert_ignoring(Embed), [{**row, "surface": name} for name in SURFACES])
    return of_link(link.id)


def of_link(link_id: int) -> list[Embed]:
    """The embeds of one link, in the order of the surfaces."""
    query = select(Embed).where(Embed.link_id == link_id).options(joinedload(Embed.link))
    found = {one.surface: one for one in db.session.scalars(query)}
    return [found[name] for name in SURFACES if name in found]


def listed() -> list[PersonalLink]:
    """Links that embeds lead by, the newest first; closed ones too."""
    query = select(PersonalLink).where(PersonalLink.id.in_(select(Embed.link_id)))
    return list(db.session.scalars(query.order_by(PersonalLink.id.desc()).limit(100)))


def sources(link_id: int) -> dict[str, int]:
    """Visitors by the surface they came from, of the clicks that are kept; “” is for those by any other way."""
    query = select(Click.source, func.count()).where(Click.link_id == link_id, Click.kind == "visit")
    return {source: number for source, number in db.session.execute(query.group_by(Click.source))}


def get(embed_id: int) -> Embed | None:
    """One with its link."""
    return db.session.scalar(select(Embed).where(Embed.id == embed_id).options(joinedload(Embed.link)))


def say(embed: Embed, *, title: str, says: str, action: str) -> None:
    """Says it differently; where it stands already, it changes within minutes."""
    embed.title, embed.says, embed.action = title, says, action


def signature(embed_id: int) -> str:
    """What our snippets carry: an address with another number in it isn't one of ours."""
    return _signed(embed_id, current_app.extensions["settings"].secret_key)


def is_signed(embed_id: int, sent: str) -> bool:
    """Whether we made this address, under a key that still holds."""
    settings = current_app.extensions["settings"]
    keys: Sequence[str] = (settings.secret_key, *settings.secret_key_fallbacks)
    return sent.isascii() and any(hmac.compare_digest(_signed(embed_id, key), sent) for key in keys)


def _signed(embed_id: int, secret: str) -> str:
    return hmac.new(codes.key_of(secret), f"embed:{embed_id}".encode(), "sha256").hexdigest()[:LETTERS]
