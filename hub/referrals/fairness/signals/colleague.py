"""A colleague of the advocate: the normal case among businesses, so it is told and weighs next to nothing."""

from hub.members.addresses import is_free_provider
from hub.referrals.fairness.signals import Bounds, Case, Facts, Found, Signal, signal


def look(case: Case, _bounds: Bounds) -> Found | None:
    """The same company's domain, or the same company by name."""
    lead, advocate = case.lead, case.advocate
    by_domain = bool(lead.domain) and lead.domain == advocate.domain and not is_free_provider(lead.domain)
    by_name = bool(lead.company) and lead.company.casefold() == advocate.company.casefold()
    return Found() if by_domain or by_name else None


def says(_facts: Facts) -> str:
    """For staff."""
    return "Lead and advocate work at the same company. Among businesses that is usual."


signal(
    Signal(
        name="colleague", title="The same company", weight=10, look=look, says=says,
        about="The lead works where the advocate works. Usual among businesses: it never holds anything by itself.",
        kindly="You work at the same company.",
    )
)  # fmt: skip
