"""Somebody introduces themself, in other letters."""

from hub.members.addresses import is_free_provider, plain_email
from hub.referrals.fairness.signals import Bounds, Case, Facts, Found, Signal, Someone, signal

WORDS = {
    "email": "The address is the advocate’s own, written differently.",
    "phone": "The telephone number is the advocate’s own.",
    "name": "The name is the advocate’s own, at an address like theirs.",
}


def look(case: Case, _bounds: Bounds) -> Found | None:
    """The advocate's address however it is written, their telephone, or their name beside an address like theirs."""
    lead, advocate = case.lead, case.advocate
    if _letters(lead.email) and _letters(lead.email) == _letters(advocate.email):
        return Found(facts={"by": "email"})
    if case.has_own_phone:
        return Found(facts={"by": "phone"})
    if _same_name(lead, advocate) and (lead.domain == advocate.domain or is_free_provider(lead.domain)):
        return Found(percent=70, facts={"by": "name"})
    return None


def _letters(email: str | None) -> str:
    """An address without the dots and dashes that people put into it."""
    local, _, domain = (plain_email(email) or "").partition("@")
    return f"{''.join(c for c in local if c.isalnum())}@{domain}" if domain else ""


def _same_name(lead: Someone, advocate: Someone) -> bool:
    words = sorted(lead.name.casefold().split())
    return len(words) > 1 and words == sorted(advocate.name.casefold().split())


def says(facts: Facts) -> str:
    """For staff."""
    return WORDS.get(str(facts.get("by")), WORDS["email"])


signal(
    Signal(
        name="own_person", title="Introducing oneself", weight=100, look=look, says=says,
        about="The lead’s address, telephone or name is the advocate’s own, however it is written.",
        kindly="The details look much like your own.",
    )
)  # fmt: skip
