"""What other pages show of challenges: where they are, and which of them to do next."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from challenges import queries
from challenges.cards import cards
from hub.core import registry


@registry.link("challenge")
def found(ids: Collection[int]) -> Mapping[int, registry.Link]:
    """Title and page of challenges."""
    return {c.id: (c.title, f"/challenges/{c.slug}") for c in queries.titles(list(ids)) if c.state != "draft"}


@registry.thing("challenges.open")
def offers(member: Any, now: dt.datetime) -> Iterator[registry.Thing]:
    """Open challenges this member may still do."""
    for card in cards(queries.open_now(now), member.id, now=now, everyone=False):
        if card.state == "open":
            first = f" The first {card.worth.first:,} points come at once." if card.worth.first else ""
            yield registry.Thing(
                name=f"challenge:{card.challenge.id}", need="open", icon=card.kind.icon, minutes=card.challenge.minutes,
                points=card.worth.points, url=f"/challenges/{card.challenge.slug}", title=card.challenge.title,
                why=_why(card.progress.times) + first, action=card.kind.action, done_at=card.progress.last_at,
            )  # fmt: skip


def _why(times: int) -> str:
    if not times:
        return "You know people whom this would help; nobody else can introduce them."
    return f"You did this {'once' if times == 1 else f'{times} times'}, and it counts each time."
