"""Notices of introductions, their names in other places, and where a referral came from."""

from collections.abc import Collection, Iterator
from typing import Any

from flask import url_for

from hub import notices
from hub.core import registry
from hub.core.registry import Moment, timeline
from hub.referrals.introductions import queries, words


@registry.link("introduction")
def links(ids: Collection[int]) -> registry.Asked:
    """An introduction is called by its code, and leads to its member's page, which sends the rep on to theirs."""
    return registry.Asked(
        query=queries.titles(ids),
        tell=lambda number, code: (code, url_for("introductions.show", number=number)),
    )


@timeline
def lines(subject: str) -> Iterator[Moment]:
    """The introduction that a referral came of."""
    prefix, _, number = subject.partition(":")
    found = queries.origin(int(number)) if prefix == "referral" and number.isdecimal() else None
    if found is not None:
        what = {
            "warm_email": "a mail was announced",
            "lunch": "a lunch was planned",
            "lead": "a company was named",
        }
        day = f" for {words.day(found.held_on)}" if found.held_on else ""
        text = f"It began when {what[found.kind]}{day} ({found.code})."
        yield Moment(at=found.created_at, text=text, icon=words.ICONS[found.kind], kind="calm", order=-2)


def _announced(notice: Any, context: notices.Context) -> str:
    who = context.who(notice.data.get("by_id"))
    code = notice.data.get("code")
    return {
        "warm_email": f"{who} introduces somebody to you by e-mail. Its subject ends in [{code}].",
        "lunch": f"{who} would like to bring people together over lunch ({code}).",
        "lead": f"{who} names a company that you should look at ({code}).",
    }[notice.data.get("kind", "warm_email")]


notices.kind(
    "introduction.announced", icon="hand-heart", label="See it", about="An introduction is on its way to me",
    roles=("rep", "manager"), by_default="email", sentence=_announced,
)  # fmt: skip
notices.kind(
    "introduction.closed", icon="hand-heart", label="See why", about="An introduction of mine is closed",
    by_default="digest",
    sentence=lambda notice, context: (
        f"{context.who(notice.data.get('by_id'))} closed the introduction {context.title or ''}. Thank you for it."
    ),
)  # fmt: skip
