"""What other rooms show of sharing: what to pass on next, where segments are used, numbers of the desk."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping

from hub.core import registry
from hub.members.models import Member
from hub.segments.uses import Use, uses
from hub.sharing import contents, queries
from hub.sharing import doubts as _doubts  # noqa: F401 - says what clicks may raise a doubt

DAYS = 7


@registry.thing("share")
def things(member: Member, now: dt.datetime) -> Iterator[registry.Thing]:
    """The latest content that they haven't got a link to yet: a quiet reminder, put off like any other."""
    found = contents.newest(member, now)
    if found is not None:
        yield registry.Thing(
            name=f"content:{found.id}", need="open", title=f"Pass on: {found.title}", icon="share-2", minutes=1,
            why=found.summary or "Somebody you know may be looking for exactly this.", action="Share it",
            url=f"/share/content/{found.id}", since=found.published_at,
        )  # fmt: skip


@registry.figure("sharing")
def figures(now: dt.datetime) -> Iterator[registry.Figure]:
    """Visitors that members' links brought this week."""
    since = now.date() - dt.timedelta(days=DAYS - 1)
    yield registry.Figure(
        label="Visitors by links",
        value=queries.visitors(since),
        url="/manage/content",
        note=f"in {DAYS} days",
    )


@uses
def audiences(segment_ids: Collection[int]) -> Mapping[int, list[Use]]:
    """Content that is meant for a segment."""
    found: dict[int, list[Use]] = {}
    for content in queries.for_segments(segment_ids):
        if content.segment_id is not None:
            use = Use(title=f"Content: {content.title}", url=f"/manage/content/{content.id}")
            found.setdefault(content.segment_id, []).append(use)
    return found
