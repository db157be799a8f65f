"""Sales knew the deal before anybody introduced it."""

import datetime as dt

from hub.referrals.fairness.signals import Bounds, Case, Facts, Found, Signal, signal


def look(case: Case, bounds: Bounds) -> Found | None:
    """A stage of the CRM that happened days before the introduction. Conversations are written down later: not them."""
    if case.is_logged:
        return None
    grace = dt.timedelta(days=bounds["days"])
    earliest = min((move.at for move in case.moves if not move.begins), default=case.made_at)
    early = case.made_at - earliest
    return Found(facts={"days": early.days}) if early > grace else None


def says(facts: Facts) -> str:
    """For staff."""
    return f"The CRM had moved this deal {facts.get('days', 0):,} days before it was introduced."


signal(
    Signal(
        name="known_before", title="Known in the CRM before", weight=35, look=look, says=says, of_moves=True,
        about="The deal was moving in the CRM before anybody introduced it.",
        kindly="We were in touch with them before you introduced them.",
        bounds={"days": ("Days that don’t count", 3)},
    )
)  # fmt: skip
