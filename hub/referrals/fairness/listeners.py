"""What fairness adds to others: its notices."""

from typing import Any

from hub import notices
from hub.core.words import points
from hub.notices import Context

CAUSES = {
    "score": "raises doubts. Its points wait for a look",
    "approval": "reached a stage that waits for a manager",
    "second": "waits for a second person",
    "appeal": "has an appeal that waits for an answer",
}


def _in_review(notice: Any, context: Context) -> str:
    who = context.title or "Your referral"
    if notice.data.get("cause") == "approval":
        return f"{who} did well: {points(notice.data.get('points'))} points wait for a manager’s go-ahead."
    return f"Somebody looks at {who} before its points arrive. You can read why, and nothing is lost."


def _released(notice: Any, context: Context) -> str:
    got = notice.data.get("points")
    end = f"{points(got)} points are yours." if got else "Its points arrive as it climbs."
    return f"{context.title or 'Your referral'} was looked at, and all is well. {end}"


notices.kind(
    "referral.in_review", icon="scale", label="Read why", sentence=_in_review, by_default="email",
    about="Points of mine wait until somebody has looked",
)  # fmt: skip
notices.kind(
    "referral.review_released", icon="badge-check", label="See the referral", sentence=_released, by_default="email",
    about="Points of mine were let go", celebrate=lambda notice: bool(notice.data.get("points")),
)  # fmt: skip
notices.kind(
    "referral.review_refused", icon="scale", label="Read why", by_default="email",
    about="Points of mine were kept back",
    sentence=lambda _notice, context: (
        f"The points for {context.title or 'your referral'} were kept back. Read why, and say how you see it."
    ),
)  # fmt: skip
notices.kind(
    "referral.appeal_answered", icon="message-circle", label="Read the answer", by_default="email",
    about="Somebody answers what I said about points kept back",
    sentence=lambda _notice, context: (
        f"Somebody read what you said about {context.title or 'your referral'} and answered."
    ),
)  # fmt: skip
notices.kind(
    "referral.waited", icon="coins", label="See the referral", by_default="digest",
    about="Points that waited some days arrive",
    sentence=lambda notice, context: (
        f"{points(notice.data.get('points'))} points for {context.title or 'your referral'} have waited their days: "
        "they are yours."
    ),
    celebrate=True,
)  # fmt: skip
notices.kind(
    "referral.doubted", icon="scale", label="Look at it", roles=("manager",), by_default="email",
    about="An introduction waits for a look",
    sentence=lambda notice, context: (
        f"{context.title or 'A referral'} {CAUSES.get(str(notice.data.get('cause')), CAUSES['score'])}."
    ),
)  # fmt: skip
