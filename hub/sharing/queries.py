"""Finding personal links, and what their clicks come to."""

import datetime as dt
from collections.abc import Collection

from flask import current_app
from sqlalchemy import func, or_, select

from hub.core.db import db
from hub.sharing import codes
from hub.sharing.models import ClickDay, Content, LinkName, PersonalLink


def by_code(code: str) -> PersonalLink | None:
    """The link of a code or alias, a former one too, whatever its case; None without one, or once it was retired."""
    name = code.strip().lower()
    if not name or len(name) > 60 or not (name.isascii() and name.isprintable()):
        return None
    named = select(LinkName.link_id).where(LinkName.digest == codes.digest(name))
    known = or_(PersonalLink.code == name, PersonalLink.alias == name, PersonalLink.id.in_(named))
    query = select(PersonalLink).where(known, PersonalLink.retired_at.is_(None))
    return db.session.scalar(query)


def get(link_id: int) -> PersonalLink | None:
    """One that is open."""
    found = db.session.get(PersonalLink, link_id)
    return found if found is not None and found.retired_at is None else None


def of_member(member_id: int, target: str) -> dict[str, PersonalLink]:
    """A member's open links to a subject, by channel."""
    query = select(PersonalLink).where(
        PersonalLink.member_id == member_id, PersonalLink.target == target, PersonalLink.retired_at.is_(None)
    )
    return {one.channel: one for one in db.session.scalars(query)}


def address(link: PersonalLink) -> str:
    """A link as others type it."""
    return f"{current_app.extensions['settings'].public_url}{link.path}"


def lasting(link: PersonalLink) -> str:
    """A link as it is printed, drawn or pasted into somebody's page: by its code, which nobody can change."""
    return f"{current_app.extensions['settings'].public_url}/s/{link.code}"


def visitors(since: dt.date) -> int:
    """How many visitors all links have brought since that day."""
    return int(db.session.scalar(select(func.sum(ClickDay.visits)).where(ClickDay.day >= since)) or 0)


def filtered(member_ids: Collection[int], *, since: dt.date, least: int) -> dict[int, int]:
    """Of a hundred clicks on these members' links since that day, how many counted for nothing, being their own or
    repeated; members with fewer than `least` clicks are left out."""
    idle = func.sum(ClickDay.own + ClickDay.repeats)
    everything = func.sum(ClickDay.own + ClickDay.repeats + ClickDay.visits)
    query = (
        select(ClickDay.member_id, idle * 100 / everything)
        .where(ClickDay.member_id.in_(member_ids), ClickDay.day >= since)
        .group_by(ClickDay.member_id)
        .having(everything >= least)
    )
    return {member_id: int(percent) for member_id, percent in db.session.execute(query)}


def for_segments(segment_ids: Collection[int]) -> list[Content]:
    """Content that is meant for these segments, by title."""
    query = select(Content).where(Content.segment_id.in_(segment_ids)).order_by(Content.title, Content.id)
    return list(db.session.scalars(query))
