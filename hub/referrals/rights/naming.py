"""Who named somebody, in the words they hear of it: as that advocate's page does, to whoever came by the page."""

from dataclasses import dataclass

from hub.referrals.landing import page
from hub.referrals.landing.queries import name_of
from hub.referrals.models import Referral
from hub.referrals.rights.models import Consent


@dataclass(frozen=True, kw_only=True, slots=True)
class By:
    """`who` begins a sentence, `amid` stands inside one; `firm` is where they work, as far as it is told beside them.
    `is_page`: the person came by a page of theirs."""

    who: str = ""
    amid: str = ""
    firm: str = ""
    is_page: bool = False


def by(referral: Referral, consent: Consent) -> By:
    """How the advocate of a referral (with its people) is named to its person; empty for one without an advocate."""
    advocate, is_page = referral.advocate, consent.how == "self" or referral.mode == "link"
    if advocate is None:
        return By(is_page=is_page)
    if not is_page:
        firm = referral.company.name if referral.company else ""
        return By(who=advocate.name, amid=advocate.name, firm=firm)
    named = page.named(advocate, name_of(advocate.id))
    amid = named.who[:1].lower() + named.who[1:] if named.is_hidden else named.who
    return By(who=named.who, amid=amid, firm=named.company, is_page=True)
