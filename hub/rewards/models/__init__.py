"""Tables of this room."""

from hub.rewards.models.catalogue import KINDS, PERIODS, PROVIDERS, Reward, RewardCode, RewardWish, Supplier
from hub.rewards.models.money import GiftLimit, Lapse, Refund, RewardProfile, RewardRules
from hub.rewards.models.programmes import GiftGiven, Payout, RewardDecision, RewardPlan
from hub.rewards.models.redemptions import (
    OPEN,
    STATES,
    TAKING,
    Redemption,
    RedemptionAddress,
    RedemptionNote,
)

__all__ = [
    "KINDS", "OPEN", "PERIODS", "PROVIDERS", "STATES", "TAKING", "GiftGiven", "GiftLimit", "Lapse", "Payout",
    "Redemption", "RedemptionAddress", "RedemptionNote", "Refund", "Reward", "RewardCode", "RewardDecision",
    "RewardPlan", "RewardProfile", "RewardRules", "RewardWish", "Supplier",
]  # fmt: skip
