"""What pages say of rewards and redemptions, in words fit for members."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from hub.rewards import queries
from hub.rewards.actions.redeeming import period_of
from hub.rewards.cards import Card
from hub.rewards.models import Redemption, Reward

STATES = {
    "waiting": "Waits for a manager", "held": "Held for a check", "approved": "Being prepared",
    "sending": "With our supplier", "unknown": "Being checked", "sent": "On its way", "delivered": "There",
    "refused": "Not this time", "cancelled": "Cancelled",
}  # fmt: skip
SIGNS = {
    "waiting": ("clock", "info"), "held": ("scale", "warn"), "approved": ("package", "info"),
    "sending": ("send", "info"), "unknown": ("search", "warn"), "sent": ("send", "brand"),
    "delivered": ("circle-check", "gain"), "refused": ("circle-x", "bad"), "cancelled": ("undo-2", ""),
}  # fmt: skip
PAYOUT_STATES = {"closed": "Deal closed", "rewarded": "Confirmed", "paid": "Paid", "void": "Void"}


@dataclass(frozen=True, slots=True)
class Step:
    """A stop on the way of a redemption: done at an instant, or still ahead."""

    title: str
    at: dt.datetime | None
    is_here: bool = False


def steps(found: Redemption) -> list[Step]:
    """The way of a redemption from the choice to the doorstep, or to where it ended."""
    way = [Step("You chose it" if found.points else "It was given to you", found.created_at)]
    if found.state in ("refused", "cancelled"):
        return [*way, Step(STATES[found.state], found.ended_at, is_here=True)]
    if found.approved_by_id is not None or found.state in ("waiting", "held"):
        way.append(Step("Approved", found.approved_at))
    instant = found.sent_at is not None and found.sent_at == found.delivered_at
    if not instant:
        way.append(Step("On its way", found.sent_at))
    way.append(Step("There", found.delivered_at))
    here = next((place for place, one in enumerate(way) if one.at is None), len(way)) - 1
    return [Step(one.title, one.at, is_here=place == here) for place, one in enumerate(way)]


@dataclass(frozen=True, slots=True)
class Limit:
    """How often a member may choose a reward, and has."""

    times: int
    period: str
    used: int

    @property
    def is_reached(self) -> bool:
        """Whether there is no more for now."""
        return self.used >= self.times

    @property
    def says(self) -> str:
        """Once a month."""
        often = "once" if self.times == 1 else f"{self.times} times"
        return often if self.period == "ever" else f"{often} each {self.period}"


def limit_of(reward: Reward, member_id: int, now: dt.datetime) -> Limit | None:
    """How often this member may choose a reward; None without a limit."""
    if reward.limit_count is None:
        return None
    used = queries.held_places(reward.id, member_id, period_of(reward.limit_period, now))
    return Limit(reward.limit_count, reward.limit_period, used)


def goal(found: Sequence[Card]) -> Card | None:
    """What a member is closest to of what they save towards; else the cheapest that they haven't enough for."""
    ahead = [card for card in found if card.section in ("saving", "aim")]
    wished = [card for card in ahead if card.is_wished]
    return min(wished or ahead, key=lambda card: card.reward.price, default=None)
