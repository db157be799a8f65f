"""The desk of rewards: the catalogue, the queue, money, suppliers."""

from hub.core import registry
from hub.rewards.desk import catalogue, money, plans, pools, redemptions, suppliers

blueprints = [
    catalogue.blueprint, pools.blueprint, redemptions.blueprint, money.blueprint, plans.blueprint, suppliers.blueprint,
]  # fmt: skip
MANAGER = frozenset({"manager"})
for label, endpoint, icon, order in (
    ("Redemptions", "redemptions_desk.index", "package", 20), ("Rewards", "rewards_desk.index", "gift", 21),
    ("Won referrals", "reward_plans.index", "handshake", 22), ("Payouts", "reward_money.payouts", "wallet", 23),
    ("Reward costs", "reward_money.costs", "chart-line", 24),
):  # fmt: skip
    registry.navigation(
        registry.Item(
            label=label,
            endpoint=endpoint,
            icon=icon,
            section="desk",
            group="Reward",
            order=order,
            roles=MANAGER,
        )
    )
