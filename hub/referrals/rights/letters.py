"""The mails to whoever was introduced: who named them and why, or that their own words arrived; and once more, when
they became a customer."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from hub.community.text import excerpt
from hub.notices import strangers
from hub.notices.letters import Letter
from hub.referrals import lead_terms, queries
from hub.referrals.models import Referral
from hub.referrals.rights import naming
from hub.referrals.rights.queries import consent

WHY = "You get this mail once, because somebody introduced you to us. There is nothing to unsubscribe from."


def _asked() -> Mapping[str, Any]:
    return {
        "advocate": "Ada Marlowe", "advocate_company": "Analytical Engines", "first": "Kim", "must_ask": True,
        "until": "31 Dec 2026", "path": "/introduced/a-made-up-link",
    }  # fmt: skip


def _received() -> Mapping[str, Any]:
    return {
        "advocate": "Ada Marlowe", "first": "Kim", "owner": "Katherine Juarez", "offer": "",
        "path": "/introduced/a-made-up-link",
    }  # fmt: skip


@strangers.letter(
    "referral.person_asked", samples={"person_asked": _asked, "person_received": _received}, why=WHY
)
def asked(number: int, token: str) -> strangers.To | None:
    """Their first mail: the question, or that what they typed has arrived. Nothing once they have answered."""
    referral, found = queries.referral(number), consent(number)
    if referral is None or found is None or not referral.contact_email:
        return None
    by = naming.by(referral, found)
    words: dict[str, Any] = {
        "advocate": by.who, "first": first(referral), "path": f"/introduced/{token}",
    }  # fmt: skip
    if found.state in ("asked", "told"):
        words |= {
            "advocate_company": by.firm,
            "must_ask": found.state == "asked",
            "until": day(found.expires_at),
        }
        return _to(referral, "person_asked", words)
    if found.state == "accepted" and found.how == "self":
        kind = referral.advocate.type if referral.advocate else ""
        says = lead_terms.of_version(referral.version.page).words_for(kind)
        words |= {
            "owner": referral.owner.name if referral.owner else "",
            "offer": excerpt(says.offer, length=600) if says.offer else "",
        }
        return _to(referral, "person_received", words)
    return None


def _came() -> Mapping[str, Any]:
    return {"advocate": "Ada Marlowe", "is_page": True, "first": "Kim", "until": "31 Dec 2026",
            "path": "/introduced/a-made-up-link"}  # fmt: skip


@strangers.letter(
    "referral.person_came", samples={"person_came": _came},
    why="You get this mail because somebody typed your address into a page of ours. There is nothing to unsubscribe "
    "from.",
)  # fmt: skip
def came(number: int, token: str) -> strangers.To | None:
    """Somebody wrote in their name, who said no once or has yet to answer: was it them? Nothing once they answered."""
    referral, found = queries.referral(number), consent(number)
    if referral is None or found is None or found.state != "asked" or not referral.contact_email:
        return None
    by = naming.by(referral, found)
    words = {
        "advocate": by.amid if by.is_page else by.who, "is_page": by.is_page, "first": first(referral),
        "until": day(found.expires_at), "path": f"/introduced/{token}",
    }  # fmt: skip
    return _to(referral, "person_came", words)


def _won() -> Mapping[str, Any]:
    return {
        "advocate": "Ada Marlowe",
        "amid": "Ada Marlowe",
        "first": "Kim",
        "path": "/introduced/a-made-up-link",
    }


@strangers.letter(
    "referral.person_won", samples={"person_won": _won}, why=WHY.replace("this mail once", "this mail")
)
def won(number: int, token: str) -> strangers.To | None:
    """They became a customer: the same programme is open to them."""
    referral, found = queries.referral(number), consent(number)
    if referral is None or found is None or found.state != "accepted" or not referral.contact_email:
        return None
    by = naming.by(referral, found)
    words = {"advocate": by.who, "amid": by.amid, "first": first(referral), "path": f"/introduced/{token}"}
    return _to(referral, "person_won", words)


def _to(referral: Referral, folder: str, words: Mapping[str, Any]) -> strangers.To:
    return strangers.To(
        name=referral.contact_name,
        email=referral.contact_email or "",
        letter=Letter(folder=folder, words=words),
    )


def first(referral: Referral) -> str:
    """What we call them."""
    return referral.contact_name.split()[0] if referral.contact_name.strip() else ""


def mailbox(referral: Referral) -> str:
    """k…@globex.com: enough to know one's own mailbox by."""
    name, _, domain = (referral.contact_email or "").rpartition("@")
    return f"{name[:1]}…@{domain}" if domain else ""


def day(instant: dt.datetime) -> str:
    """31 Dec 2026."""
    return f"{instant.day} {instant:%b %Y}"
