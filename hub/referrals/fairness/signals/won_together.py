"""The same rep and the same advocate win again and again."""

from hub.referrals.fairness.signals import Bounds, Case, Facts, Found, Signal, signal


def look(case: Case, bounds: Bounds) -> Found | None:
    """Many wins of one pair in 90 days. A rep looks after an advocate's company, so it weighs little by itself."""
    if case.highest < 1 or case.won_together < bounds["wins"]:
        return None
    return Found(facts={"wins": case.won_together})


def says(facts: Facts) -> str:
    """For staff."""
    return f"This rep and this advocate won {facts.get('wins', 0):,} deals in 90 days."


signal(
    Signal(
        name="won_together", title="Many wins of one pair", weight=20, look=look, says=says, of_moves=True,
        about="One rep and one advocate win many deals in 90 days.",
        kindly="You win often with the same person in sales. Well done; large sums are looked at.",
        bounds={"wins": ("From how many on", 6)},
    )
)  # fmt: skip
