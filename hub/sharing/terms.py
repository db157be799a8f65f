"""What holds for all that is shared: the disclosure, campaign words, how long clicks are kept."""

from dataclasses import dataclass

from hub.core.db import db
from hub.sharing.models import SharingTerms

DISCLOSURE = "They thank me with points for sharing this."


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """The row, or what holds until somebody has set it."""

    disclosure: str = DISCLOSURE
    adds_utm: bool = True
    months_kept: int = 13


def current() -> Terms:
    """What holds now."""
    row = db.session.get(SharingTerms, 1)
    if row is None:
        return Terms()
    return Terms(disclosure=row.disclosure, adds_utm=row.adds_utm, months_kept=row.months_kept)


def settle(*, disclosure: str, adds_utm: bool, months_kept: int) -> None:
    """Sets it for everything shared from now on."""
    row = db.session.get(SharingTerms, 1)
    if row is None:
        row = SharingTerms(id=1, disclosure=disclosure)
        db.session.add(row)
    row.disclosure, row.adds_utm, row.months_kept = disclosure, adds_utm, months_kept
    db.session.flush()
