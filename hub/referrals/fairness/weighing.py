"""A case on the scale: which signals see something, and what it comes to. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.referrals.fairness.limits import Scale
from hub.referrals.fairness.signals import Case, Facts, bounds_of
from hub.referrals.fairness.signals.known import every_signal

MOST = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One signal that saw something, and how many points of doubt it is worth."""

    signal: str
    points: int
    facts: Facts

    @property
    def title(self) -> str:
        """What it is called."""
        found = every_signal().get(self.signal)
        return found.title if found else self.signal.replace("_", " ").capitalize()

    @property
    def says(self) -> str:
        """For staff."""
        found = every_signal().get(self.signal)
        return found.says(self.facts) if found else ""

    @property
    def kindly(self) -> str:
        """For the advocate."""
        found = every_signal().get(self.signal)
        return found.kindly if found else ""

    def stored(self) -> dict[str, Any]:
        """As it is kept beside the referral: numbers and ids only."""
        return {"signal": self.signal, "points": self.points, "facts": self.facts}


def reasons(stored: Sequence[Mapping[str, Any]] | None) -> list[Reason]:
    """What was kept, the weightiest first."""
    found = [
        Reason(signal=r["signal"], points=r["points"], facts=dict(r.get("facts") or {})) for r in stored or ()
    ]
    return sorted(found, key=lambda reason: (-reason.points, reason.signal))


def weigh(case: Case, scale: Scale, *, of_moves: bool | None = None) -> list[Reason]:
    """What each signal sees, the weightiest first; only those that look at stages, or don't, when asked so. A signal
    that weighs nothing isn't asked."""
    found = []
    for name, signal in every_signal().items():
        weight = scale.weight(name) if of_moves in (None, signal.of_moves) else 0
        seen = signal.look(case, bounds_of(name, scale.bounds)) if weight else None
        if seen is not None:
            found.append(Reason(signal=name, points=round(weight * seen.percent / 100), facts=seen.facts))
    return weightiest(found)


def weightiest(found: Sequence[Reason]) -> list[Reason]:
    """In the order in which people read them."""
    return sorted(found, key=lambda reason: (-reason.points, reason.signal))


def score(found: Sequence[Reason]) -> int:
    """What the reasons come to."""
    return min(MOST, sum(reason.points for reason in found))
