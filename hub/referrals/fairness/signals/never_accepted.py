"""Introductions that sales never took up."""

from hub.referrals.fairness.signals import Bounds, Case, Facts, Found, Signal, signal


def look(case: Case, bounds: Bounds) -> Found | None:
    """Several ended without being accepted, and none ever was."""
    if case.never_accepted < bounds["ended"] or case.ever_accepted:
        return None
    return Found(facts={"ended": case.never_accepted})


def says(facts: Facts) -> str:
    """For staff."""
    return f"{facts.get('ended', 0):,} earlier introductions ended without being accepted, and none was."


signal(
    Signal(
        name="never_accepted", title="Never taken up", weight=30, look=look, says=says,
        about="Several introductions of this advocate ended unaccepted, and none was accepted.",
        kindly="So far none of your introductions could be taken up. The ideal customer beside the form may help.",
        bounds={"ended": ("From how many on", 5)},
    )
)  # fmt: skip
