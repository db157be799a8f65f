"""Clicks that count for nothing, as a doubt about whoever's links they were on."""

import datetime as dt
from collections.abc import Collection

from hub.core.doubts import Doubt, doubt
from hub.sharing.queries import filtered

DAYS, LEAST = 30, 100


def idle(member_ids: Collection[int], now: dt.datetime) -> dict[int, int]:
    """Of a hundred clicks of the last month, how many were the member's own or repeated; few clicks say nothing."""
    return filtered(member_ids, since=(now - dt.timedelta(days=DAYS)).date(), least=LEAST)


doubt(
    Doubt(
        name="clicks", title="Clicks of one’s own", weight=30, from_percent=80, measure=idle,
        about="Most clicks on the advocate’s links were their own or repeated.",
        kindly="Most clicks on your links were your own or repeated.",
    )
)  # fmt: skip
