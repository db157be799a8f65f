"""The lead is a member of this hub already."""

from hub.referrals.fairness.signals import Bounds, Case, Facts, Found, Signal, signal


def look(case: Case, _bounds: Bounds) -> Found | None:
    """A member who joined before the introduction."""
    return Found() if case.is_member else None


def says(_facts: Facts) -> str:
    """For staff."""
    return "The lead was a member of this hub before: a customer, a partner or a colleague of ours."


signal(
    Signal(
        name="already_here", title="A member already", weight=35, look=look, says=says,
        about="The lead’s address is that of somebody who had joined this hub before.",
        kindly="We know this person already, as a member here.",
    )
)  # fmt: skip
