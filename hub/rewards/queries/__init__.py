"""Reads of this room."""

from hub.rewards.queries.catalogue import (
    by_id,
    by_slug,
    catalogue,
    for_segments,
    listed,
    stage_choices,
    supplier_choices,
    titles,
    wished,
)
from hub.rewards.queries.redemptions import (
    VIEWS,
    address_of,
    counts,
    held_places,
    mine,
    notes,
    of_referral,
    one,
    queue,
    redemption_titles,
    waiting,
)

__all__ = [
    "VIEWS",
    "address_of",
    "by_id",
    "by_slug",
    "catalogue",
    "counts",
    "for_segments",
    "held_places",
    "listed",
    "mine",
    "notes",
    "of_referral",
    "one",
    "queue",
    "redemption_titles",
    "stage_choices",
    "supplier_choices",
    "titles",
    "waiting",
    "wished",
]
