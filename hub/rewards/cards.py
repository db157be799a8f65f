"""Rewards as templates draw them, for one member."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from hub import segments
from hub.rewards import queries
from hub.rewards.models import Reward

KIND_NAMES = {
    "product": "Things", "gift": "Gift cards", "donation": "Good causes", "experience": "Experiences",
    "coupon": "To hand on", "funds": "Marketing funds",
}  # fmt: skip
KIND_SIGNS = {
    "product": "package", "gift": "gift", "donation": "hand-heart", "experience": "ticket", "coupon": "share-2",
    "funds": "megaphone",
}  # fmt: skip
SECTIONS = (
    ("reach", "You have enough"), ("saving", "You save towards"), ("aim", "To aim for"), ("gone", "Gone for now"),
)  # fmt: skip
FEW = 5


@dataclass(frozen=True, slots=True)
class Card:
    """A reward as one member sees it on the list."""

    reward: Reward
    is_wished: bool
    free: int

    @property
    def section(self) -> str:
        """Where it stands."""
        if self.reward.is_gone:
            return "gone"
        if self.free >= self.reward.price:
            return "reach"
        return "saving" if self.is_wished else "aim"

    @property
    def drawn(self) -> dict[str, object]:
        """What `reward_card` wants."""
        one = self.reward
        return {
            "title": one.title, "url": f"/rewards/{one.slug}", "price": one.price, "text": one.summary,
            "picture": one.image.url if one.image else None, "sign": one.sign, "hue": one.hue, "left": one.stock,
            "kind": KIND_NAMES[one.kind] if one.kind in ("donation", "experience", "coupon", "funds") else "",
            "is_wished": self.is_wished, "few": one.stock if one.stock and one.stock <= FEW else 0,
        }  # fmt: skip


def cards(member_id: int, free: int, *, now: dt.datetime) -> list[Card]:
    """The catalogue as this member may see it."""
    found = for_them(queries.catalogue(now), member_id, now)
    wished = queries.wished(member_id)
    return [Card(one, one.id in wished, free) for one in found]


def for_them(found: Sequence[Reward], member_id: int, now: dt.datetime) -> list[Reward]:
    """Those of these rewards that a member may choose."""
    audiences = {one.segment_id for one in found if one.segment_id is not None}
    theirs = segments.belonging(audiences, member_id, now) if audiences else set()
    return [one for one in found if one.segment_id is None or one.segment_id in theirs]
