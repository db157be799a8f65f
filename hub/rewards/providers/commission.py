"""Money that somebody pays outside: marketing funds, a fee, a commission. Written down here, with each step's own
time."""

import datetime as dt
from collections.abc import Iterator

from hub.rewards import payouts
from hub.rewards.models import Redemption, Reward
from hub.rewards.providers.base import Placed, Problem


class Commission:
    name = "commission"
    title = "Paid outside"
    says = "Finance pays it. It waits under Payouts until somebody writes down that it was paid."

    def problems(self, reward: Reward) -> Iterator[Problem]:
        if not reward.cost_hundredths:
            yield "cost", "Say how much money it is."

    def begin(self, redemption: Redemption, reward: Reward, *, now: dt.datetime) -> Placed | str | None:
        redemption.due_on = redemption.due_on or (now + dt.timedelta(days=reward.due_days)).date()
        payouts.owe_for(redemption, due_on=redemption.due_on, now=now)
        return None
