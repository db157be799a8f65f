"""A rep logs a conversation when the deal is nearly won."""

import datetime as dt

from hub.referrals.fairness.signals import Bounds, Case, Facts, Found, Signal, signal

NEARLY = 0.7


def look(case: Case, bounds: Bounds) -> Found | None:
    """Within hours of being written down it stood near the top, or it had stood there before."""
    if not case.is_logged:
        return None
    until = case.made_at + dt.timedelta(hours=bounds["hours"])
    soon = [move for move in case.moves if move.height >= NEARLY and move.at <= until and not move.begins]
    return Found(facts={"hours": bounds["hours"]}) if soon else None


def says(facts: Facts) -> str:
    """For staff."""
    return f"A rep logged it, and within {facts.get('hours', 24)} hours it was nearly won."


signal(
    Signal(
        name="late_log", title="Logged when nearly won", weight=25, look=look, says=says, of_moves=True,
        about="A rep logs what an advocate said, and the deal is nearly won at once.",
        kindly="It was nearly won when it was written down.",
        bounds={"hours": ("Within how many hours", 24)},
    )
)  # fmt: skip
