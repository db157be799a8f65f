"""From a pool of codes: vouchers bought elsewhere, or coupons of our own to hand on."""

import datetime as dt
from collections.abc import Iterator

from hub.rewards import codes
from hub.rewards.models import Redemption, Reward
from hub.rewards.providers.base import Placed, Problem


class Codes:
    name = "codes"
    title = "From a pool of codes"
    says = "Each member gets a code of the list at once. Upload a file, or have coupons made."

    def problems(self, reward: Reward) -> Iterator[Problem]:
        if not codes.left(reward.id):
            yield "codes", "Put codes into its pool first: there is none left."
        if reward.needs_address:
            yield "needs_address", "A code needs no address."

    def begin(self, redemption: Redemption, reward: Reward, *, now: dt.datetime) -> Placed | str | None:
        found = codes.claim(redemption.id, reward.id, now=now)
        if found is None:
            return "No code is left. Put more into the pool; it goes out by itself then."
        return Placed(state="delivered", outside_id=f"code:{found}")
