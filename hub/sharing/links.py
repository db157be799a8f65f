"""Personal links: making, finding, naming, retiring."""

import datetime as dt
from collections.abc import Collection

from flask import current_app
from sqlalchemy import or_, select, update

from hub.core.db import db
from hub.outbox.actions import insert_ignoring
from hub.sharing import codes, targets
from hub.sharing.models import CHANNELS, PersonalLink

TRIES = 5


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


def _mine(member_id: int, target: str, channels: Collection[str]) -> dict[str, PersonalLink]:
    query = select(PersonalLink).where(
        PersonalLink.member_id == member_id,
        PersonalLink.target == target,
        PersonalLink.channel.in_(channels),
    )
    return {one.channel: one for one in db.session.scalars(query)}


def by_code(code: str) -> PersonalLink | None:
    """The link of a code or alias, whatever its case; None when there is none, or it was retired."""
    name = code.strip().lower()
    if not name or len(name) > 60 or not name.isascii():
        return None
    query = select(PersonalLink).where(
        or_(PersonalLink.code == name, PersonalLink.alias == name), PersonalLink.retired_at.is_(None)
    )
    return db.session.scalar(query)


def clicked(via: str) -> codes.Via | None:
    """Which click on which link a mark (`?via=`) names; None for one that this hub didn't give out. It needs no
    statement: the click itself may be written a few seconds later."""
    settings = current_app.extensions["settings"]
    keys = [codes.key_of(secret) for secret in (settings.secret_key, *settings.secret_key_fallbacks)]
    return codes.read_mark(via, keys)


def retire(member_id: int, now: dt.datetime) -> None:
    """Closes all links of one member; what was clicked stays counted."""
    change = update(PersonalLink).where(
        PersonalLink.member_id == member_id, PersonalLink.retired_at.is_(None)
    )
    db.session.execute(change.values(retired_at=now, alias=None))
