"""Where links to programmes lead, what came by them as lines of the timeline, and the notice to whoever came second."""

from collections.abc import Collection, Iterator
from typing import Any

from flask import render_template, url_for
from flask_wtf import FlaskForm

from hub import notices, sharing
from hub.core import registry
from hub.core.registry import Moment, timeline
from hub.members.models import Member
from hub.referrals import asking, lead_terms
from hub.referrals import queries as referrals
from hub.referrals.landing import page, queries
from hub.referrals.landing.models import Touch
from hub.sharing.models import PersonalLink

CHANNELS = {
    "linkedin": "on LinkedIn", "x": "on X", "facebook": "on Facebook", "whatsapp": "by WhatsApp", "email": "by e-mail",
    "copy": "copied and passed on", "qr": "as a QR code", "embed": "on another page", "landing": "passed on",
}  # fmt: skip
ADVOCATE, REP, MANAGER = frozenset({"advocate"}), frozenset({"rep"}), frozenset({"manager"})


@sharing.target("programme")
def landing(_programme_id: int, link: PersonalLink) -> sharing.Destination | None:
    """A programme's link leads to the advocate's landing page."""
    opened = queries.page_of(link)
    if opened is None:
        return None
    shown = page.compose(opened.programme.version, page.sender(opened), opened.advocate.type)
    introduced = (
        f"{shown.programme}." if opened.is_teams else f"{shown.named.who} introduces you: {shown.programme}."
    )
    return sharing.Destination(
        url=f"/r/{link.code}", title=shown.headline, says=introduced,
        picture=f"/r/{link.code}/picture.png",
    )  # fmt: skip


@sharing.offers
def offers(member: Member) -> Iterator[sharing.Offer]:
    """Each programme that is open to a member, as a page to pass on."""
    for programme in referrals.offers(member):
        yield sharing.Offer(
            subject=f"{queries.PREFIX}{programme.id}", title=programme.version.name,
            says="Your own page: who sends them, what happens next, and the form.",
        )  # fmt: skip


@registry.link("touch")
def touched(ids: Collection[int]) -> registry.Asked:
    """A touch that wasn't credited leads to where its credit can be doubted."""
    return registry.Asked(
        query=queries.touch_titles(ids),
        tell=lambda number, title: (title, url_for("disputes.new", touch=number)),
    )


@timeline
def lines(subject: str) -> Iterator[Moment]:
    """The chain that led here: click, visit, form, and why the one was credited."""
    prefix, _, number = subject.partition(":")
    if prefix != "referral" or not number.isdecimal():
        return
    found = queries.touches(int(number))
    credited = next((touch.advocate_id for touch, _, _ in found if touch.is_credited), None)
    for touch, name, channel in found:
        yield from _chain(
            touch, name, CHANNELS.get(channel, channel), is_theirs=touch.advocate_id == credited
        )
    if len(found) > 1 and credited is not None:
        last = max(found, key=lambda row: row[0].visited_at)[0]
        text = "More than one link was followed. The first one that we can verify counts."
        yield Moment(at=last.visited_at, text=text, icon="shield-check", kind="calm", order=-1)


def _chain(touch: Touch, name: str, how: str, *, is_theirs: bool) -> Iterator[Moment]:
    own, whose = ("your link", f"{name}’s link") if is_theirs else ("another member’s link", f"{name}’s link")
    if touch.clicked_at is not None:
        text = "They followed {}, " + how + "."
        number = f" (click {touch.click_id})"
        yield from _lines(touch.clicked_at, text, own, whose, number, order=-4)
    text = "They opened the page behind {}" + (
        " again, when they were known already." if touch.is_repeat else "."
    )
    number = f" (touch {touch.id}{'' if touch.is_verified else ', without a click of ours'})"
    yield from _lines(touch.visited_at, text, own, whose, number, order=-3)


def _lines(at: Any, text: str, own: str, whose: str, number: str, *, order: int) -> Iterator[Moment]:
    for said, audience in ((own, ADVOCATE), (whose, REP)):
        yield Moment(at=at, text=text.format(said), icon="link", kind="calm", order=order, audience=audience)
    yield Moment(
        at=at, text=text.format(whose) + number, icon="link", kind="calm", order=order, audience=MANAGER
    )


notices.kind(
    "referral.came_second", icon="users", label="See the rule", about="Somebody I reached had been introduced before",
    by_default="digest",
    sentence=lambda _notice, context: (
        f"Somebody followed your link to {context.title or 'a programme'}, but another member had reached them first. "
        "If you think that is wrong, you may say so."
    ),
)  # fmt: skip


@registry.panel("embed.questions")
def questions(link: PersonalLink) -> str:
    """What sales asks whoever comes by this link, as fields of a form that stands elsewhere."""
    opened = queries.page_of(link)
    if opened is None:
        return ""
    asked = lead_terms.of_version(opened.programme.version.page).vetting
    form = asking.with_questions(FlaskForm, asked)(formdata=None)
    return render_template("landing/_questions.html", questions=asking.fields(form))
