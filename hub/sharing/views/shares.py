"""What there is to share, and one thing with all that is needed to pass it on."""

import datetime as dt
from typing import Any

from flask import abort, request
from flask_login import current_user
from werkzeug.wrappers import Response

from hub.core import registry
from hub.core.clock import now
from hub.core.web import Blueprint, render, see_other
from hub.sharing import actions, contents, counting, networks, queries, targets, terms
from hub.sharing.models import PersonalLink
from hub.sharing.networks import NETWORKS
from hub.sharing.queries import address

blueprint = Blueprint("share", __name__, url_prefix="/share")
OWN = ("copy", "qr", "email")
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
def show(prefix: str, number: int) -> Response:
    """One thing: where to share it, the words, my links once I have them, what they brought."""
    subject = _mine(prefix, number)
    there = targets.destination(actions.sketch(current_user.id, subject))
    if there is None:
        abort(404)
    own, links = terms.current(), queries.of_member(current_user.id, subject)
    content = contents.get(number) if prefix == "content" else None
    return render(
        "sharing/show.html", there=there, content=content, links=links, address=address, networks=NETWORKS.values(),
        words={name: networks.said(there.words, name, own.disclosure) for name in ("", *NETWORKS)},
        icons=contents.ICONS,
        names=contents.NAMES, moments=contents.MOMENTS, disclosure=own.disclosure, path=f"/share/{prefix}/{number}",
        name=f"{prefix}-{number}", channel_names=networks.CHANNEL_NAMES,
        channels=counting.by_channel(subject, member_id=current_user.id),
        days=counting.days(now().date(), member_id=current_user.id, target=subject),
    )  # fmt: skip


@blueprint.post("/<prefix>/<int:number>/links")
def make(prefix: str, number: int) -> Response:
    """My own link to it, to paste and to print."""
    actions.links(current_user.id, _mine(prefix, number), OWN, now())
    return see_other("share.show", prefix=prefix, number=number)


@blueprint.post("/<prefix>/<int:number>/to/<channel>")
def to(prefix: str, number: int, channel: str) -> Response:
    """On to a network's own form, with my link in it. Not by a redirect: our pages let no form lead out of the hub, so
    the answer is a page that moves on by itself; where the words have to be pasted, it shows them first."""
    subject = _mine(prefix, number)
    if channel not in NETWORKS:
        abort(404)
    link, there = _made(subject, channel)
    words, network = networks.said(there.words, channel, _disclosed(subject)), NETWORKS[channel]
    where = network.compose(address(link), words, there.title)
    answer = render("sharing/leaving.html", where=where, network=network, words=words)
    if network.takes_words:
        answer.headers["Refresh"] = f"0; url={where}"
    return answer


@blueprint.post("/<prefix>/<int:number>/copied")
def copied(prefix: str, number: int) -> Response:
    """My link and the words to copy, wherever a page asks for them."""
    subject = _mine(prefix, number)
    link, there = _made(subject, "copy")
    words = networks.said(there.words, "", _disclosed(subject))
    return render(
        "sharing/copied_page.html", "sharing/_copied.html", there=there, words=words, url=address(link),
        name=f"{prefix}-{number}",
    )  # fmt: skip


def _mine(prefix: str, number: int) -> str:
    subject = f"{prefix}:{number}"
    if not targets.may_share(subject, me()):
        abort(404)
    return subject


def _disclosed(subject: str) -> str:
    """What goes with the words: that of the challenge's step it is shared for, else of what is shared."""
    return targets.disclosure(request.args.get("for", "")[:40] or subject)


def _made(subject: str, channel: str) -> tuple[PersonalLink, targets.Destination]:
    link = actions.link(current_user.id, subject, channel, now())
    there = targets.destination(link)
    return (link, there) if there is not None else abort(404)


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
