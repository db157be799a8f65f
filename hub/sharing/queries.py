"""Finding personal links."""

from flask import current_app
from sqlalchemy import or_, select

from hub.core.db import db
from hub.sharing.models import PersonalLink


def by_code(code: str) -> PersonalLink | None:
    """The link of a code or alias, whatever its case; None when there is none, or it was retired."""
    name = code.strip().lower()
    if not name or len(name) > 60 or not (name.isascii() and name.isprintable()):
        return None
    query = select(PersonalLink).where(
        or_(PersonalLink.code == name, PersonalLink.alias == name), PersonalLink.retired_at.is_(None)
    )
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
