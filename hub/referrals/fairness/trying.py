"""A scale tried on the last introductions: what people would have been asked to look at, beside what they were."""

from dataclasses import dataclass

from hub.referrals.fairness import queries
from hub.referrals.fairness.gathering import gather
from hub.referrals.fairness.limits import Scale
from hub.referrals.fairness.weighing import Reason, score, weigh
from hub.referrals.models import Referral

LAST = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """One introduction on both scales."""

    referral: Referral
    reasons: list[Reason]
    score: int
    before: int
    is_looked_at: bool
    was_looked_at: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """All of them: those that would be looked at, or no longer would."""

    number: int
    now: int
    before: int
    rows: list[Tried]


def attempt(wished: Scale, current: Scale, *, last: int = LAST) -> Trial:
    """Weighs the last introductions on both scales. Writes nothing, and changes no decision."""
    ids = queries.latest(last)
    cases, found = gather(ids), queries.titles(ids)
    rows = []
    for number in ids:
        if number not in cases:
            continue
        reasons, usual = weigh(cases[number], wished), weigh(cases[number], current)
        points, before = score(reasons), score(usual)
        looked, was = points >= wished.threshold, before >= current.threshold
        if looked or was:
            rows.append(Tried(referral=found[number], reasons=reasons, score=points, before=before,
                              is_looked_at=looked, was_looked_at=was))  # fmt: skip
    rows.sort(key=lambda row: (-row.score, -row.referral.id))
    return Trial(
        number=len(ids), now=sum(row.is_looked_at for row in rows), before=sum(row.was_looked_at for row in rows),
        rows=rows,
    )  # fmt: skip
