"""What may follow a hangout: rooms below offer it (challenges do), hosts choose one."""

from collections.abc import Callable, Sequence

Offer = Callable[[], Sequence[tuple[str, str]]]
OFFERS: list[Offer] = []


def follow_ups(offer: Offer) -> Offer:
    """Registers `fn()`: (subject, title) of what a host may name as the next step, in one query."""
    if offer not in OFFERS:
        OFFERS.append(offer)
    return offer


def offered() -> list[tuple[str, str]]:
    """All that may follow, in the order of the rooms."""
    return [one for offer in OFFERS for one in offer()]
