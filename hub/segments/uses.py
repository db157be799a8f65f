"""Where segments are used: other rooms say so, the desk shows it, and what is used is never deleted."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Use:
    """One place: what it is called, and where it is edited."""

    title: str
    url: str


Finder = Callable[[Collection[int]], Mapping[int, Sequence[Use]]]
FINDERS: list[Finder] = []


def uses(find: Finder) -> Finder:
    """Registers `fn(segment_ids)`: segment → its uses in the room that asks, in one query."""
    if find not in FINDERS:
        FINDERS.append(find)
    return find


def used_by(segment_ids: Collection[int]) -> dict[int, list[Use]]:
    """All uses of these segments, by segment."""
    found: dict[int, list[Use]] = defaultdict(list)
    for find in FINDERS:
        for segment_id, places in find(segment_ids).items():
            found[segment_id].extend(places)
    return dict(found)
