"""What a programme pays beside its ladder, and how long points wait: pure, read from a version's `extra_terms`.

The ladder's own entries never change for it: each of these has entries and keys of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Steps = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Extras:
    """`nth` (n, points): what the n-th won referral of a member pays in addition, and every later one up to the next n.
    `sizes` (hundredths, points): what a won deal of at least this size pays in addition, in one currency. `hold_days`:
    points wait so long after a stage; `approve_above`: stages with a higher total wait for a manager. `monthly_cap`: so
    many people each member may introduce in a month; None is no cap."""

    nth: Steps = ()
    sizes: Steps = ()
    currency: str = ""
    hold_days: int = 0
    approve_above: int | None = None
    monthly_cap: int | None = None

    def for_nth(self, number: int) -> int:
        """What the member's n-th won referral pays in addition."""
        return _reached(self.nth, number)

    def for_size(self, hundredths: int | None, currency: str | None) -> int:
        """What a deal of this size pays in addition; nothing in another currency."""
        if hundredths is None or (currency or "").upper() != self.currency:
            return 0
        return _reached(self.sizes, hundredths)

    def stored(self) -> dict[str, Any] | None:
        """As a version keeps it; None when there is nothing."""
        if self == Extras():
            return None
        return {
            "nth": [list(step) for step in self.nth], "sizes": [list(step) for step in self.sizes],
            "currency": self.currency, "hold_days": self.hold_days, "approve_above": self.approve_above,
            "monthly_cap": self.monthly_cap,
        }  # fmt: skip


def _reached(steps: Steps, number: int) -> int:
    return next((points for least, points in sorted(steps, reverse=True) if number >= least), 0)


def read_extras(stored: Mapping[str, Any] | None) -> Extras:
    """What `stored` gave."""
    if not stored:
        return Extras()
    return Extras(
        nth=tuple((int(n), int(points)) for n, points in stored.get("nth", ())),
        sizes=tuple((int(size), int(points)) for size, points in stored.get("sizes", ())),
        currency=stored.get("currency") or "", hold_days=int(stored.get("hold_days") or 0),
        approve_above=stored.get("approve_above"), monthly_cap=stored.get("monthly_cap"),
    )  # fmt: skip
