"""What there is to share, and one thing with all that is needed to pass it on."""

import datetime as dt
from typing import Any

from flask import abort, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub.core import edges, registry
from hub.core.clock import now
from hub.core.web import Blueprint, render
from hub.sharing import actions, contents, counting, networks, targets, terms
from hub.sharing.models import PersonalLink
from hub.sharing.networks import NETWORKS, SHARED
from hub.sharing.queries import address

blueprint = Blueprint("share", __name__, url_prefix="/share")
registry.navigation(registry.Item(label="Share", endpoint="share.index", icon="share-2", order=25))


@blueprint.get("")
def index() -> Response:
    """What I can pass on, the newest first, and how what I shared fares."""
    at, asked = now(), {name: request.args.get(name, "").replace("\0", "")[:40] for name in ("moment", "tag")}
    after = _cursor(request.args.get("after", ""))
    moment = asked["moment"] if asked["moment"] in contents.MOMENTS else ""
    shown, more = contents.listed(current_user.id, at, moment=moment, tag=asked["tag"], after=after)
    first = after is None and not moment and not asked["tag"]
    return render(
        "sharing/index.html", contents=shown, more=_name(more), moment=moment, tag=asked["tag"], first=first,
        sums=counting.of_targets(current_user.id, [one.subject for one in shown]), moments=contents.MOMENTS,
        icons=contents.ICONS, names=contents.NAMES, offers=targets.offered(me()) if first else [],
        days=counting.days(at.date(), member_id=current_user.id) if first else [],
    )  # fmt: skip


@blueprint.get("/<prefix>/<int:number>")
@edges.writes
def show(prefix: str, number: int) -> Response:
    """One thing: where to share it, the words, my links, what they brought. The links are made when it is opened."""
    subject = f"{prefix}:{number}"
    if not targets.may_share(subject, me()):
        abort(404)
    links = actions.links(current_user.id, subject, [*SHARED, "qr"], now())
    there = targets.destination(links["copy"])
    if there is None:
        abort(404)
    own = terms.current()
    places = [
        {"network": network, "url": compose(network.name, links[network.name], there),
         "words": networks.said(there.words, network.name, own)}
        for network in NETWORKS.values()
    ]  # fmt: skip
    content = contents.get(number) if prefix == "content" else None
    return render(
        "sharing/show.html", there=there, content=content, links=links, places=places, address=address,
        words=networks.said(there.words, "", own), icons=contents.ICONS, names=contents.NAMES,
        moments=contents.MOMENTS, disclosure=own.disclosure,
        channels=counting.by_channel(subject, member_id=current_user.id),
        days=counting.days(now().date(), member_id=current_user.id, target=subject),
    )  # fmt: skip


@blueprint.get("/<prefix>/<int:number>/to/<channel>")
@edges.writes
def to(prefix: str, number: int, channel: str) -> Response:
    """Straight to a network's own form, with my link in it."""
    subject = f"{prefix}:{number}"
    if channel not in NETWORKS or not targets.may_share(subject, me()):
        abort(404)
    link = actions.link(current_user.id, subject, channel, now())
    there = targets.destination(link)
    if there is None:
        abort(404)
    return redirect(compose(channel, link, there), 302)


@blueprint.get("/<prefix>/<int:number>/copied")
@edges.writes
def copied(prefix: str, number: int) -> Response:
    """My link and the words to copy, for a page of another room."""
    subject = f"{prefix}:{number}"
    if not targets.may_share(subject, me()):
        abort(404)
    link = actions.link(current_user.id, subject, "copy", now())
    there = targets.destination(link)
    if there is None:
        abort(404)
    words = networks.said(there.words, "", terms.current())
    return render(
        "sharing/copied_page.html",
        "sharing/_copied.html",
        there=there,
        words=words,
        url=address(link),
        name=f"{prefix}-{number}",
    )


def compose(channel: str, link: PersonalLink, there: targets.Destination) -> str:
    """The address of a network's form for a link."""
    words = networks.said(there.words, channel, terms.current())
    return NETWORKS[channel].compose(address(link), words, there.title)


def me() -> Any:
    """Who is asking."""
    return current_user._get_current_object()


def _name(cursor: contents.Cursor | None) -> str:
    return f"{int(cursor[0].timestamp() * 1_000_000)}-{cursor[1]}" if cursor else ""


def _cursor(name: str) -> contents.Cursor | None:
    micros, _, number = name.partition("-")
    if not (micros.isdecimal() and number.isdecimal() and len(micros) < 17 and len(number) < 17):
        return None
    return dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(microseconds=int(micros)), int(number)
