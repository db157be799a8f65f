"""Several stages within minutes."""

import datetime as dt

from hub.referrals.fairness.signals import Bounds, Case, Facts, Found, Signal, signal


def look(case: Case, bounds: Bounds) -> Found | None:
    """Nearly the whole ladder within minutes of the introduction."""
    until = case.made_at + dt.timedelta(minutes=bounds["minutes"])
    fast = [move for move in case.moves if not move.begins and case.made_at <= move.at <= until]
    if max((move.height for move in fast), default=0.0) < 0.7:
        return None
    return Found(facts={"minutes": bounds["minutes"]})


def says(facts: Facts) -> str:
    """For staff."""
    return f"It climbed nearly the whole ladder within {facts.get('minutes', 10)} minutes."


signal(
    Signal(
        name="stage_jump", title="Stages within minutes", weight=15, look=look, says=says, of_moves=True,
        about="A deal climbs nearly the whole ladder within minutes of being introduced.",
        kindly="It climbed very fast.",
        bounds={"minutes": ("Within how many minutes", 10)},
    )
)  # fmt: skip
