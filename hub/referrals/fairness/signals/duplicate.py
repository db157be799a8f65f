"""The same person was introduced before, in other letters, elsewhere or by somebody else."""

from hub.referrals.fairness.signals import Bounds, Case, Facts, Found, Signal, Twin, signal

WORDS = {
    "email": "The same address was introduced before by somebody else.",
    "phone": "The same telephone number was introduced before under another name.",
    "person": "The same name at the same company was introduced before.",
}


def look(case: Case, _bounds: Bounds) -> Found | None:
    """An address of somebody else's lead; a telephone with another name (a company's switchboard counts half); a name
    at a domain. One's own lead in another programme is no doubt."""
    if strange := _foreign(case, case.same_email):
        return Found(percent=60, facts={"by": "email", "referral_id": strange.id})
    if renamed := next((t for t in case.same_phone if t.name != case.lead.name.casefold()), None):
        office = bool(case.lead.domain) and renamed.domain == case.lead.domain
        return Found(percent=20 if office else 100, facts={"by": "phone", "referral_id": renamed.id})
    if twin := next((t for t in case.same_person if t not in case.same_email), None):
        return Found(percent=60, facts={"by": "person", "referral_id": twin.id})
    return None


def _foreign(case: Case, twins: tuple[Twin, ...]) -> Twin | None:
    return next((twin for twin in twins if twin.advocate_id != case.advocate_id), None)


def says(facts: Facts) -> str:
    """For staff."""
    return WORDS.get(str(facts.get("by")), WORDS["person"])


signal(
    Signal(
        name="duplicate", title="Introduced before", weight=50, look=look, says=says,
        about="The same address, telephone, or name at a company is in another introduction.",
        kindly="Somebody much like this person was introduced before.",
    )
)  # fmt: skip
