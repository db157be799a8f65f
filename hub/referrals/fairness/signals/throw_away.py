"""A mailbox that is thrown away after use."""

from hub.members.addresses import is_disposable
from hub.referrals.fairness.signals import Bounds, Case, Facts, Found, Signal, signal


def look(case: Case, _bounds: Bounds) -> Found | None:
    """The lead's domain is on the list of those that give out throw-away addresses."""
    return Found() if is_disposable(case.lead.email) else None


def says(_facts: Facts) -> str:
    """For staff."""
    return "The lead’s address is of a kind that is thrown away after use."


signal(
    Signal(
        name="throw_away", title="A throw-away address", weight=60, look=look, says=says,
        about="The lead’s mailbox is one that is made to be thrown away.",
        kindly="The address is of a kind that is thrown away after use. Do you have another one?",
    )
)  # fmt: skip
