"""Reviews in words for the advocate: never an accusation, always what happens next."""

from collections.abc import Sequence

from hub.core.words import points
from hub.referrals.fairness.models import Review
from hub.referrals.fairness.weighing import reasons
from hub.referrals.models import Referral

HOLDS = {
    "review": "Waits while somebody looks at it",
    "approval": "Waits for a manager’s go-ahead",
    "refused": "Kept back after a look",
    "days": "Waits for some days, as this programme does",
}
SHORT = {
    "review": "Being looked at",
    "approval": "Waits for a go-ahead",
    "refused": "Points kept back",
    "days": "Points on their way",
}


def kindly(reviews: Sequence[Review]) -> list[str]:
    """Why, in words that the advocate reads; each once."""
    found = [reason.kindly for review in reviews for reason in reasons(review.signals) if reason.points]
    return list(dict.fromkeys(text for text in found if text))


def heading(referral: Referral) -> str:
    """What the card is called."""
    return {
        "review": "Somebody looks at this first",
        "approval": "A manager gives the go-ahead",
        "refused": "These points were kept back",
        "days": "Your points are on their way",
    }[referral.hold or "review"]


def lead(referral: Referral) -> str:
    """What it means, in a sentence or two."""
    amount = f"{points(referral.waiting)} points wait" if referral.waiting else "Its points wait"
    return {
        "review": f"{amount} until a person has looked. The introduction goes on as usual, every stage counts, and "
        "nothing is lost.",
        "approval": f"{amount}: in this programme large stages get a manager’s go-ahead. Nothing is lost.",
        "refused": "A person looked at it and kept the points back. What was paid before stays yours.",
        "days": f"{amount} some days after each stage, as this programme does. Then they arrive by themselves.",
    }[referral.hold or "review"]
