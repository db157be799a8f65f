"""What home suggests of threads: somebody wrote and waits for an answer."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from hub.core import registry
from hub.notices.queries import lines, newest_unread


@registry.thing("community.answer")
def answer(member: Any, _now: dt.datetime) -> Iterator[registry.Thing]:
    """The newest thing said to a member that they haven't read."""
    notice = newest_unread(member.id, "community.said")
    if notice is None:
        return
    line = lines([notice])[0]
    if line.url:
        yield registry.Thing(
            name="community.answer", need="awaited", icon="message-circle", minutes=2, url=line.url,
            title=line.text, why="A short answer keeps it moving.", action="Read and answer", since=line.at,
        )  # fmt: skip
