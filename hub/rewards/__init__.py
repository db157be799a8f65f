"""Rewards: what points are for. A catalogue, redemptions, and how each is fulfilled.

`redeem` sets points aside and takes one of the stock, once for its key; `approve`, `refuse` and `cancel` decide,
`dispatch` and `deliver` end it well. `providers/` holds the ways of fulfilling, one file each. `grant` gives a reward
for nothing, as for a won referral. This room never spends a point before something was sent, never gives points back
while it doesn't know whether a supplier has sent something, never keeps an address longer than it is needed, and
never pays money itself: a payout is paid outside and written down here.
"""

from hub.rewards.actions import (
    KeyUsed,
    Refusal,
    Unfit,
    Wanted,
    approve,
    cancel,
    deliver,
    dispatch,
    grant,
    redeem,
    refuse,
)

__all__ = [
    "KeyUsed", "Refusal", "Unfit", "Wanted", "approve", "cancel", "deliver", "dispatch", "grant", "redeem", "refuse",
]  # fmt: skip
