"""The mail of this room: somebody wrote to you, with their words."""

import datetime as dt

from hub import notices
from hub.community.queries import placed
from hub.notices.letters import Letter, Occasion, Reader


@notices.letter(
    "community.said",
    samples={
        "question": lambda: {
            "by": "Katherine Juarez", "by_first": "Katherine", "title": "Kim Lee", "path": "/referrals/1",
            "words": "Do you know whether they still use the old reporting tool?\n\nIt would save us a slide.",
            "at": dt.datetime(2026, 11, 20, 15, 4, tzinfo=dt.UTC),
        }
    },
)  # fmt: skip
def said(told: Occasion, _reader: Reader) -> Letter | None:
    """The post as it was typed; None when it was taken back or hidden meanwhile."""
    found = placed(told.data.get("post_id") or 0)
    if found is None or not found[0].is_shown or told.line is None or told.line.url is None:
        return None
    post = found[0]
    return Letter(
        folder="question",
        words={
            "by": post.by.name, "by_first": post.by.first_name, "title": told.line.title, "words": post.body,
            "path": told.line.url, "at": post.created_at,
        },
    )  # fmt: skip
