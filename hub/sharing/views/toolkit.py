"""The toolkit of advocates: whom we help, what they say, what happens, sample e-mails, case studies, the flyer."""

from flask import abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub import members
from hub.community.text import html
from hub.core import uploads
from hub.core.clock import now
from hub.core.place import place
from hub.core.web import Blueprint, render, see_other
from hub.sharing import actions, contents, flyer, kit, queries, targets, terms
from hub.sharing.models import PersonalLink
from hub.sharing.networks import NETWORKS
from hub.sharing.queries import address, lasting
from hub.sharing.views.shares import OWN, me

blueprint = Blueprint("toolkit", __name__, url_prefix="/share/toolkit")
HEADLINE = "Somebody you trust works with us"


@blueprint.get("")
def show() -> Response:
    """All of it, filled with my name and link."""
    return _page()


@blueprint.post("/links")
def make() -> Response:
    """My own link, for mails, flyer and signature."""
    offer, _ = _offers()
    actions.links(current_user.id, offer.subject, OWN, now())
    return see_other("toolkit.show", to=offer.subject)


@blueprint.get("/flyer.pdf")
def print_flyer() -> Response:
    """My flyer: my own QR code, and for partners both logos."""
    member, here = members.get(current_user.id), place()
    if member is None:
        abort(404)
    link = queries.of_member(member.id, _offers()[0].subject).get("qr")
    if link is None:
        abort(404)
    said = {block.name: block.body for block in kit.blocks()}
    logo = kit.logo_of(member.company_id) if member.type == "partner" else None
    file = uploads.path_of(logo.upload.name) if logo else None
    drawn = flyer.draw(flyer.Flyer(
        hub=here.name, hue=here.brand_hue, headline=HEADLINE, says=here.tagline, ideal=said.get("ideal", ""),
        process=said.get("process", ""), name=member.name, company=member.company.name if member.company else "",
        url=lasting(link), disclosure=terms.current().disclosure,
        partner=member.company.name if member.type == "partner" and member.company else "",
        logo=file if file and file.is_file() else None,
    ))  # fmt: skip
    answer = Response(drawn, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="flyer.pdf"'
    return answer


@blueprint.post("/logo")
def send_logo() -> Response:
    """My company's logo: partners only, and only their own."""
    member = me()
    if member.type != "partner" or member.company_id is None:
        abort(403)
    file = request.files.get("logo")
    try:
        if file is None or not file.filename:
            raise uploads.Unusable("Choose a picture first.")
        kept = uploads.keep(file.stream, member_id=member.id, purpose="picture", now=now())
    except uploads.Unusable as unusable:
        return _page(status=422, error=str(unusable))
    kit.set_logo(member.company_id, kept, by_id=member.id, now=now())
    flash("Your logo stands beside ours from now on.")
    return see_other("toolkit.show", _anchor="logo")


def _offers() -> tuple[targets.Offer, list[targets.Offer]]:
    """What it is filled with, and all that it could be: the programmes open to a member, then the hub itself."""
    found = targets.offered(me())
    return next((one for one in found if one.subject == request.values.get("to")), found[0]), found


def _page(*, status: int = 200, error: str = "") -> Response:
    member = members.get(current_user.id) or abort(404)
    (offer, offers), own = _offers(), terms.current()
    links = queries.of_member(member.id, offer.subject)
    mails = [
        {"mail": mail, "subject": kit.filled(mail.subject, member, ""),
         "body": _body(mail.body, member, links.get("email"))}
        for mail in kit.emails()
    ]  # fmt: skip
    for one in mails:
        one["url"] = NETWORKS["email"].compose("", str(one["body"]), str(one["subject"]))
    return render(
        "sharing/toolkit.html", status=status, offer=offer, offers=offers, links=links,
        has_links=set(OWN) <= set(links), address=address, mails=mails, error=error,
        blocks=[(block, html(block.body)) for block in kit.blocks()], disclosure=own.disclosure,
        studies=contents.studies(member.id, now()), logo=kit.logo_of(member.company_id),
        is_partner=member.type == "partner" and member.company_id is not None, icons=contents.ICONS,
    )  # fmt: skip


def _body(text: str, member: members.Member, link: PersonalLink | None) -> str:
    filled = kit.filled(text, member, address(link) if link else "{link}")
    return f"{filled}\n\n{terms.current().disclosure}"
