"""Finding personal links."""

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
