"""What this room adds to others: its notices, and its lines in the timeline of a referral."""

from typing import Any

from hub import notices
from hub.core import registry
from hub.core.words import points
from hub.notices import Context
from hub.referrals import timeline
from hub.referrals.disputes import telling as _disputes  # noqa: F401 - registers its notices and lines
from hub.referrals.fairness import health, jobs
from hub.referrals.fairness import listeners as fairness
from hub.referrals.introductions import telling as _introductions  # noqa: F401 - the same
from hub.referrals.landing import telling as _landing  # noqa: F401 - and where links to programmes lead
from hub.referrals.queries import rung_label
from hub.referrals.rights import telling as _rights  # noqa: F401 - registers its notices and lines

registry.timeline(timeline.about)
PARTS = (fairness, health, jobs)  # what this corner of the room adds to others, by being imported

notices.kind(
    "referral.submitted", icon="handshake", label="See the referral", about="Somebody is introduced to me",
    roles=("rep", "manager"), by_default="email",
    sentence=lambda notice, context: (
        f"{context.who(notice.data.get('by_id'))} introduced {context.title or 'somebody'}. You look after it."
    ),
)  # fmt: skip


def _advanced(notice: Any, context: Context) -> str:
    data, who = notice.data, context.title or "Your referral"
    label = rung_label(data.get("version_id"), data.get("to") or "")
    if data.get("kind") == "won":
        return (
            f"{who} is won. {points(data['points'])} points are yours!"
            if data.get("points")
            else f"{who} is won."
        )
    if data.get("kind") == "lost":
        return f"{who} ended without a deal. You keep what it has earned."
    if data.get("points", 0) > 0:
        return f"{who} reached {label}."
    return f"{who} is now at {label}."


notices.kind(
    "referral.advanced", icon="trending-up", label="See the referral", sentence=_advanced,
    about="A referral of mine moves", by_default="email",
    celebrate=lambda notice: notice.data.get("points", 0) > 0,
)  # fmt: skip
notices.kind(
    "referral.rewarded", icon="gift", label="See the referral", about="An advocate is thanked for a deal of mine",
    roles=("rep", "manager"), by_default="email",
    sentence=lambda notice, context: (
        f"{context.title or 'A referral'} is won: {context.who(notice.data.get('by_id'))} was thanked with "
        f"{points(notice.data.get('points'))} points."
    ),
)  # fmt: skip
notices.kind(
    "referral.repriced", icon="sparkles", label="See the referral", about="A programme pays more for what I referred",
    by_default="email",
    sentence=lambda notice, context: (
        f"The programme pays more now: {points(notice.data.get('points'))} points extra for {context.title or 'you'}."
    ),
    celebrate=True,
)  # fmt: skip
notices.kind(
    "referral.handed_over", icon="user-plus", label="See the referral", about="Somebody gives me a referral",
    roles=("rep", "manager"), by_default="email",
    sentence=lambda notice, context: (
        f"{context.who(notice.data.get('by_id'))} gave you {context.title or 'a referral'} to look after."
    ),
)  # fmt: skip
