"""Whom somebody is compared with: everybody, those who have been here as long, or those on the same level.

A bracket is as of today: whoever has been here for 91 days leaves the newcomers with all their scores, in every period.
"""

import datetime as dt
from collections.abc import Sequence

from badges.models import Level

NAMES = {"none": "Everybody together", "tenure": "By time here", "level": "By level"}
NOTES = {
    "none": "One list.",
    "tenure": "First 90 days, first year, longer: newcomers have a list they can lead.",
    "level": "Everybody among those on their own level.",
}
TENURE = (("new", "First 90 days", 90), ("year", "First year", 365), ("longer", "Longer than a year", None))
BORDERS = tuple(days for _, _, days in TENURE if days is not None)


def bracket(kind: str, *, since: dt.datetime, points: int, ladder: Sequence[Level], now: dt.datetime) -> str:
    """The bracket of somebody who came then and has earned so much. `ladder`: the levels, lowest first."""
    if kind == "tenure":
        days = (now - since).days
        return next(name for name, _, most in TENURE if most is None or days < most)
    if kind == "level":
        return str(next((level.id for level in reversed(ladder) if level.floor <= points), ""))
    return ""


def titles(kind: str, ladder: Sequence[Level]) -> dict[str, str]:
    """The brackets there are, in order, and what they are called."""
    if kind == "tenure":
        return {name: title for name, title, _ in TENURE}
    if kind == "level":
        return {str(level.id): level.name for level in ladder}
    return {}
