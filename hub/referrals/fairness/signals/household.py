"""The same family. Families refer each other honestly, so alone it holds nothing."""

from hub.members.addresses import is_free_provider
from hub.referrals.fairness.signals import Bounds, Case, Facts, Found, Signal, signal


def look(case: Case, _bounds: Bounds) -> Found | None:
    """One surname, at private mailboxes or with one telephone."""
    lead, advocate = case.lead, case.advocate
    if (
        not lead.surname
        or lead.surname != advocate.surname
        or lead.name.casefold() == advocate.name.casefold()
    ):
        return None
    private = is_free_provider(lead.domain) and is_free_provider(advocate.domain)
    return Found() if private or case.has_own_phone else None


def says(_facts: Facts) -> str:
    """For staff."""
    return "Lead and advocate have one surname and private mailboxes."


signal(
    Signal(
        name="household", title="The same household", weight=25, look=look, says=says,
        about="One surname and private mailboxes on both sides.",
        kindly="It may be somebody of your family.",
    )
)  # fmt: skip
