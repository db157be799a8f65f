"""Making personal links, naming them, retiring them."""

import datetime as dt
import re
from collections.abc import Collection

from flask import current_app
from sqlalchemy import select

from hub.core import edges
from hub.core.db import db
from hub.outbox.actions import insert_ignoring
from hub.sharing import codes, targets
from hub.sharing.models import CHANNELS, Embed, LinkName, PersonalLink

TRIES = 5
ALIAS = re.compile(r"[a-z0-9][a-z0-9-]{1,38}[a-z0-9]")
KEPT_BACK = {
    "admin",
    "hurrah",
    "help",
    "support",
    "security",
    "login",
    "sign-in",
    "password",
    "official",
    "team",
}


class Unfit(ValueError):
    """That name can't be given; the text says why, to the person who typed it."""


class Embedded(Exception):
    """The link stands on pages of others."""


def link(member_id: int, target: str, channel: str, now: dt.datetime) -> PersonalLink:
    """The member's own link to a subject through a channel, made when there is none: two at once get the same one.

    Refuses (ValueError) a channel there isn't and a subject no room has said a destination for. A retired one opens
    again.
    """
    return links(member_id, target, [channel], now)[channel]


def links(
    member_id: int, target: str, channels: Collection[str], now: dt.datetime
) -> dict[str, PersonalLink]:
    """The member's own links to a subject, one for each channel: two statements when they are there. Refuses as
    `link`."""
    if not set(channels) <= set(CHANNELS):
        raise ValueError(f"no such channel: {', '.join(sorted(set(channels) - set(CHANNELS)))}")
    if not targets.known(target):
        raise ValueError(f"nobody knows where {target} leads")
    found = _mine(member_id, target, channels)
    for _ in range(TRIES):  # a code may be taken, once in a few hundred million times
        missing = [channel for channel in channels if channel not in found]
        if not missing:
            break
        fresh = {"member_id": member_id, "target": target, "created_at": now}
        rows = [{**fresh, "channel": channel, "code": codes.new_code()} for channel in missing]
        db.session.execute(insert_ignoring(PersonalLink), rows)
        found = _mine(member_id, target, channels)
    for one in found.values():
        one.retired_at = None
    return {channel: found[channel] for channel in channels}


def sketch(member_id: int, target: str) -> PersonalLink:
    """What a link would look like, without making it: to ask where it would lead."""
    return PersonalLink(code="2" * codes.LENGTH, member_id=member_id, target=target, channel="copy")


def _mine(member_id: int, target: str, channels: Collection[str]) -> dict[str, PersonalLink]:
    query = select(PersonalLink).where(
        PersonalLink.member_id == member_id,
        PersonalLink.target == target,
        PersonalLink.channel.in_(channels),
    )
    return {one.channel: one for one in db.session.scalars(query)}


def retire(link: PersonalLink, now: dt.datetime) -> None:
    """Closes a link; what was clicked stays counted, and the names it had stay its own. Refuses (Embedded) one that
    stands on pages of others: managers close those (`embeds.close`)."""
    if stands(link.id):
        raise Embedded
    close(link, now)


def stands(link_id: int) -> bool:
    """Whether an embed leads by this link."""
    return db.session.scalar(select(Embed.id).where(Embed.link_id == link_id).limit(1)) is not None


def close(link: PersonalLink, now: dt.datetime) -> None:
    """Closes a link, wherever it stands."""
    _look_anew(link)
    link.retired_at, link.alias = now, None
    db.session.flush()


def retire_all(member_id: int, now: dt.datetime) -> None:
    """Closes all links of one member, but for those that embeds lead by: these lose their readable names only."""
    query = select(PersonalLink).where(PersonalLink.member_id == member_id, PersonalLink.retired_at.is_(None))
    for one in db.session.scalars(query).all():
        if stands(one.id):
            name(one, "")
        else:
            close(one, now)


def open_again(link: PersonalLink) -> None:
    """Opens a link that was closed."""
    link.retired_at = None
    _look_anew(link)
    db.session.flush()


def name(link: PersonalLink, alias: str) -> None:
    """Gives a link a readable name, or with an empty one takes it away; its code goes on working, and so does every
    name that it had.

    Refuses (Unfit) what isn't 3 to 40 letters a to z, digits and hyphens, what looks like a code or like the hub's
    own, and a name that another link has, or had once.
    """
    wanted = alias.strip().lower()
    _look_anew(link)
    if not wanted:
        link.alias = None
        db.session.flush()
        return
    if not ALIAS.fullmatch(wanted):
        raise Unfit(
            "Letters a to z, digits and hyphens: 3 to 40 of them, beginning and ending with a letter or digit."
        )
    if codes.is_code(wanted) or wanted in KEPT_BACK:
        raise Unfit("That one is kept back. Another word, or your name in it, will do.")
    kept = codes.digest(wanted)
    db.session.execute(insert_ignoring(LinkName).values(digest=kept, link_id=link.id))
    if db.session.scalar(select(LinkName.link_id).where(LinkName.digest == kept)) != link.id:
        raise Unfit("Another link has that name, or had it once: it may stand on paper. Choose another.")
    link.alias = wanted
    db.session.flush()
    _look_anew(link)


def _look_anew(link: PersonalLink) -> None:
    """After the commit, the door asks the database again for the names this link goes by now."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    names = [found for found in (link.code, link.alias) if found]
    edges.after_commit(f"links:{':'.join(names)}", lambda: app.extensions["clicks"].forget(names))
