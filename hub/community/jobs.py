"""What is told to many, five hundred at a time."""

from collections.abc import Callable

from hub import outbox
from hub.community import honours, topics
from hub.community.telling import tell_watchers
from hub.core.clock import now

Batch = Callable[[int, int], int | None]


@outbox.handles("community.tell_watchers")
def watchers(post_id: int, after: int) -> None:
    """A post, to those who watch its thread."""
    _go_on("community.tell_watchers", "post_id", post_id, tell_watchers(post_id, after, now()))


@outbox.handles("community.announce")
def announce(topic_id: int, after: int) -> None:
    """An announcement, to its audience."""
    _go_on("community.announce", "topic_id", topic_id, topics.tell_audience(topic_id, after, now()))


@outbox.handles("community.tell_honour")
def honour(honour_id: int, after: int) -> None:
    """The customer of the month, to everybody."""
    _go_on("community.tell_honour", "honour_id", honour_id, honours.tell_everybody(honour_id, after, now()))


def _go_on(name: str, field: str, number: int, after: int | None) -> None:
    if after is not None:
        outbox.post(name, args={field: number, "after": after}, now=now())
