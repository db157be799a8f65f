"""By hand: a task with an owner and a day, then a tracking number."""

import datetime as dt
from collections.abc import Iterator

from hub.rewards.models import Redemption, Reward
from hub.rewards.providers.base import Placed, Problem


class Manual:
    name = "manual"
    title = "By hand"
    says = "Somebody packs it, books it or calls. It waits on the list of tasks with an owner and a day."

    def problems(self, reward: Reward) -> Iterator[Problem]:
        if reward.due_days < 1:
            yield "due_days", "Say within how many days it is done."

    def begin(self, redemption: Redemption, reward: Reward, *, now: dt.datetime) -> Placed | str | None:
        redemption.owner_id = redemption.owner_id or reward.owner_id
        redemption.due_on = redemption.due_on or (now + dt.timedelta(days=reward.due_days)).date()
        return None
