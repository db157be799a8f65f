"""Where segments are used: journeys are for audiences."""

from collections.abc import Collection

from challenges.journeys import queries
from hub.segments import Use, uses


@uses
def used(segment_ids: Collection[int]) -> dict[int, list[Use]]:
    """Journeys of these audiences."""
    found: dict[int, list[Use]] = {}
    for one in queries.for_segments(list(segment_ids)):
        if one.segment_id is not None:
            use = Use(title=f"Journey: {one.name}", url=f"/manage/journeys/{one.id}")
            found.setdefault(one.segment_id, []).append(use)
    return found
