"""What every page shows of the inbox: the bell's number, and one celebration, once; what home suggests of it."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from flask import g, session

from hub.core import registry
from hub.core.clock import now
from hub.notices import queries
from hub.notices.queries import Line

SEEN = "celebrated"


@registry.counter("unread")
def unread(member_id: int) -> int:
    """How many notices a member hasn't read."""
    return _bell(member_id)[0]


@registry.counter("party")
def party(member_id: int) -> bool:
    """Whether there may be something to celebrate: then the bell asks at once instead of in 20 seconds."""
    newest = _bell(member_id)[1]
    return newest is not None and newest > _seen()


def celebration(member_id: int) -> Line | None:
    """What is to be celebrated now. It is remembered in the session, so it isn't said twice."""
    newest = _bell(member_id)[1]
    seen = _seen()
    if newest is None or newest <= seen:
        return None
    found = queries.celebration(member_id, after=seen, now=now())
    session[SEEN] = newest
    return found


def _seen() -> int:
    seen = session.get(SEEN, 0)
    return seen if isinstance(seen, int) else 0


def _bell(member_id: int) -> tuple[int, int | None]:
    """Once for each request: the number and the celebration come from the same query."""
    if "bell" not in g:
        g.bell = queries.bell(member_id)
    kept: tuple[int, int | None] = g.bell
    return kept


def forget_bell() -> None:
    """After a write, so that the answer shows the new number."""
    g.pop("bell", None)


def today(zone: dt.tzinfo) -> dt.date:
    """The reader's day."""
    return now().astimezone(zone).date()


@registry.thing("notices.read_news")
def read_news(member: Any, _now: dt.datetime) -> Iterator[registry.Thing]:
    """Unread news are a small thing to do."""
    count = unread(member.id)
    if count:
        yield registry.Thing(
            name="notices.read_news", need="tidy", icon="inbox", minutes=1, url="/inbox",
            title="See what is new" if count == 1 else f"See what is new: {count} things",
            why="Something moved since you were last here.", action="Open the inbox",
        )  # fmt: skip
