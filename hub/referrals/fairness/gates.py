"""What may be paid to a referral now, and what waits: a function of its reviews, its programme and the clock. Pure.

A stage waits while its total is above a ceiling that people haven't lifted, and for the days that the programme holds
points. It is the same whatever the order in which stages are heard of and people decide.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hub.referrals.fairness.models import Review
from hub.referrals.ladder import Ladder

Why = Literal["review", "refused", "approval", "days"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """Of one referral. Without ceiling and days everything may be paid."""

    ceiling: int | None = None
    why: Why = "review"
    days: int = 0

    def waits(self, ladder: Ladder, rung_key: str, reached_at: dt.datetime, now: dt.datetime) -> Why | None:
        """Why this stage's points wait; None when they are due now."""
        if self.ceiling is not None and ladder.earned(rung_key) > self.ceiling:
            return self.why
        return "days" if self.days and self.due_at(reached_at) > now else None

    def due_at(self, reached_at: dt.datetime) -> dt.datetime:
        """When a stage's points have waited their days."""
        return reached_at + dt.timedelta(days=self.days)


OPEN = Gate()


def gate(reviews: Sequence[Review], *, approve_above: int | None, days: int) -> Gate:
    """The lowest ceiling that stands: of a review, or of the programme while nobody has looked."""
    ceilings: list[tuple[int, Why]] = [
        (review.ceiling, _why(review)) for review in reviews if review.ceiling is not None
    ]
    if approve_above is not None and all(review.cause != "approval" for review in reviews):
        ceilings.append((approve_above, "approval"))
    if not ceilings:
        return Gate(days=days)
    ceiling, why = min(ceilings)
    return Gate(ceiling=ceiling, why=why, days=days)


def _why(review: Review) -> Why:
    if review.state == "refused":
        return "refused"
    return "approval" if review.cause == "approval" else "review"
