"""What members are told about the community, and how each notice reads.

In open threads a writer under a pseudonym is not named: a notice outlives the choice of a name.
"""

from typing import Any

from hub import notices
from hub.members.models import Member
from hub.notices import Context

REASONS = {
    "spam": "Advertising or spam", "unkind": "Unkind or personal", "private": "Gives away something private",
    "wrong": "Wrong or misleading", "elsewhere": "Doesn’t belong here", "other": "Something else",
}  # fmt: skip
FROM_HUB = {"word": "Holds a warn word"}
SAYS = {**REASONS, **FROM_HUB}
ANSWERABLE = ("community.said", "community.mentioned", "community.thanked", "honour.asked")
"""Kinds that wait for the reader to do something."""
SEEN_IS_READ = ("community.mentioned", "community.replied", "community.announced", "community.thanks_shown")
"""Kinds that are done with once their thread was looked at."""


def named(by: Member, *, is_open: bool) -> dict[str, Any]:
    """The data that names the writer, unless strangers read them under another name."""
    return {} if is_open and by.pseudonym else {"by_id": by.id}


def _about(context: Context, else_: str = "a conversation") -> str:
    return context.title or else_


def _reason(notice: Any) -> str:
    return SAYS.get(notice.data.get("reason"), "Something else").lower()


notices.kind(
    "community.said", icon="message-circle", label="Answer", about="Somebody writes to me", by_default="email",
    sentence=lambda notice, context: (
        f"{context.who(notice.data['by_id'])} wrote to you" + (f" about {context.title}" if context.title else "")
    ),
)  # fmt: skip
notices.kind(
    "community.replied", icon="message-circle", label="Read", about="Somebody writes where I take part",
    sentence=lambda notice, context: f"{context.who(notice.data.get('by_id'))} wrote in {_about(context)}",
)  # fmt: skip
notices.kind(
    "community.mentioned", icon="message-circle", label="Read and answer", about="Somebody mentions me",
    by_default="email",
    sentence=lambda notice, context: f"{context.who(notice.data.get('by_id'))} mentioned you in {_about(context)}",
)  # fmt: skip
notices.kind(
    "community.announced", icon="megaphone", label="Read",
    about="Announcements of the hub",
    sentence=lambda _notice, context: _about(context, "There is an announcement for you"),
)  # fmt: skip
notices.kind(
    "community.thanked", icon="hand-heart", label="Read and decide",
    about="Somebody wants to thank me in public", by_default="email",
    sentence=lambda notice, context: f"{context.who(notice.data.get('by_id'))} would like to thank you in public",
)  # fmt: skip
notices.kind(
    "community.thanks_shown", icon="hand-heart", label="See it",
    about="My thank-you is up",
    sentence=lambda notice, context: f"{context.who(notice.data.get('by_id'))} said yes: your thank-you is up",
)  # fmt: skip
notices.kind(
    "community.hidden", icon="eye-off", label="See where",
    about="Something I wrote is hidden", by_default="email",
    sentence=lambda notice, context: (
        f"A moderator hid what you wrote in {_about(context)}. The reason: {_reason(notice)}"
    ),
)  # fmt: skip
notices.kind(
    "community.restored", icon="eye", label="See it",
    about="Something I wrote is shown again",
    sentence=lambda _notice, context: f"What you wrote in {_about(context)} is shown again",
)  # fmt: skip
notices.kind(
    "community.report_settled", icon="shield-check", label="See where",
    about="What came of my report",
    sentence=lambda notice, context: (
        f"Thank you for your report on {_about(context)}: "
        + ("it was hidden" if notice.data.get("outcome") == "hidden" else "a moderator looked at it and left it")
    ),
)  # fmt: skip
notices.kind(
    "honour.asked", icon="crown", label="Read and decide",
    about="I could be customer of the month", by_default="email",
    sentence=lambda _notice, context: f"May we announce you? {_about(context, 'Customer of the month')}",
)  # fmt: skip
notices.kind(
    "honour.yours", icon="crown", label="See it", celebrate=True,
    about="I am customer of the month", by_default="email",
    sentence=lambda _notice, context: f"You are it: {_about(context, 'customer of the month')}. Thank you!",
)  # fmt: skip
notices.kind(
    "honour.announced", icon="crown", label="Cheer",
    about="Who is customer of the month",
    sentence=lambda _notice, context: f"{_about(context, 'Customer of the month')} is announced",
)  # fmt: skip
notices.kind(
    "honour.declined", icon="crown", label="Choose again",
    about="Somebody would rather not be announced", roles=("manager",),
    sentence=lambda notice, context: f"{context.who(notice.data.get('by_id'))} would rather not be announced this time",
)  # fmt: skip
