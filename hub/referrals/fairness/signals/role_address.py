"""A desk's address instead of a person's: a hint, hardly a doubt."""

from hub.members.addresses import is_role
from hub.referrals.fairness.signals import Bounds, Case, Facts, Found, Signal, signal


def look(case: Case, _bounds: Bounds) -> Found | None:
    """info@, office@, sales@."""
    return Found() if is_role(case.lead.email) else None


def says(_facts: Facts) -> str:
    """For staff."""
    return "The address is a desk’s, not a person’s."


signal(
    Signal(
        name="role_address", title="A desk’s address", weight=10, look=look, says=says,
        about="The lead’s address is one like info@ or office@.",
        kindly="The address is that of an office. A person’s own helps us to reach them.",
    )
)  # fmt: skip
