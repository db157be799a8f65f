"""Every signal there is: those of this folder, and what other rooms measure (`hub.core.doubts`)."""

from hub.core.doubts import DOUBTS, Doubt
from hub.referrals.fairness.signals import (
    SIGNALS,
    Bounds,
    Case,
    Facts,
    Found,
    Signal,
    already_here,
    colleague,
    duplicate,
    household,
    known_before,
    late_log,
    never_accepted,
    own_person,
    rep_cluster,
    ring,
    role_address,
    signal,
    stage_jump,
    throw_away,
    velocity,
    won_together,
)

__all__ = [
    "already_here", "colleague", "duplicate", "every_signal", "household", "known_before", "late_log", "never_accepted",
    "own_person", "rep_cluster", "ring", "role_address", "stage_jump", "throw_away", "velocity", "won_together",
]  # fmt: skip


def every_signal() -> dict[str, Signal]:
    """By name; what rooms registered since the last call is taken in."""
    for found in DOUBTS.values():
        if found.name not in SIGNALS:
            signal(_measured(found))
    return SIGNALS


def _measured(found: Doubt) -> Signal:
    def look(case: Case, bounds: Bounds) -> Found | None:
        percent = case.doubts.get(found.name, 0)
        return Found(facts={"percent": percent}) if percent >= bounds["percent"] else None

    def says(facts: Facts) -> str:
        return f"{found.about} Here: {facts.get('percent', 0)} %."

    return Signal(
        name=found.name, title=found.title, about=found.about, weight=found.weight, kindly=found.kindly, says=says,
        look=look, bounds={"percent": ("From which percentage on", found.from_percent)},
    )  # fmt: skip
