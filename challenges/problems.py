"""What keeps a challenge from being published: all of it at once, each with the field to mend.

With it goes the guard of public reviews. A review is worth the same whatever it says: no stars, no praise and no score
may be asked for, who was surveyed first may not be chosen by it, and the disclosure is part of what is submitted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from challenges.certificates.queries import months
from challenges.kinds import KINDS
from challenges.models import Challenge
from challenges.queries import kinds_of

PRAISE = "positive|good|great|glowing|nice|favou?rable|excellent"
STARS = re.compile(
    r"\b(?:[1-5]|one|two|three|four|five)[\s-]*(?:\+\s*)?stars?\b|\bstar\s+rating\b|★|"
    rf"\b(?:{PRAISE})[\s-]+(?:\w+\s+)?(?:reviews?|ratings?|words?)\b|\bonly if you (?:like|love|are happy)\b",
    re.IGNORECASE,
)
GATING = ("nps", "survey", "score", "satisfaction", "health")


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing that is missing: the field on the challenge's form, or on a step's (`step_id`), and what to do."""

    field: str
    says: str
    step_id: int | None = None


def problems(challenge: Challenge) -> list[Problem]:
    """Everything that is missing, in the order of the form. Its steps and segment must be loaded."""
    return [*_whole(challenge), *_steps(challenge), *_guard(challenge)]


def _whole(challenge: Challenge) -> Iterator[Problem]:
    if not challenge.title.strip():
        yield Problem(field="title", says="Give it a title.")
    if not challenge.body.strip():
        yield Problem(field="body", says="Say what it is about and why: a sentence is enough.")
    if challenge.opens_at and challenge.closes_at and challenge.closes_at <= challenge.opens_at:
        yield Problem(field="closes_at", says="It closes before it opens.")
    if challenge.review == "sampled" and not challenge.sample_percent:
        yield Problem(field="sample_percent", says="Say how many percent get a second look.")
    if challenge.repeat == "once" and months(challenge.id):
        yield Problem(
            field="repeat", says="Its certificate ends: let it be done again, so that it can be renewed."
        )
    if challenge.id in challenge.prerequisites.get("challenges", ()):
        yield Problem(field="after", says="It can’t ask for itself first.")
    if challenge.segment is not None and challenge.segment.is_archived:
        yield Problem(field="segment_id", says="This segment is archived. Choose another one.")


def _steps(challenge: Challenge) -> Iterator[Problem]:
    steps = challenge.steps
    if not steps:
        yield Problem(field="steps", says="Add at least one step: what is there to do?")
    if len(steps) > 1 and any(KINDS[step.kind].is_elsewhere for step in steps if step.kind in KINDS):
        yield Problem(
            field="steps", says="Referring somebody is a challenge of its own, without other steps."
        )
    if challenge.pays == "steps" and steps and not challenge.worth:
        yield Problem(field="steps", says="It pays by steps, and no step brings points.")
    for place, step in enumerate(steps, 1):
        kind = KINDS.get(step.kind)
        if kind is None:
            yield Problem(
                field="steps", says=f"Step {place}: nobody knows this kind any more.", step_id=step.id
            )
            continue
        for field, says in kind.problems(step):
            yield Problem(field=field, says=f"Step {place}, {kind.title}: {says}", step_id=step.id)


def _guard(challenge: Challenge) -> Iterator[Problem]:
    reviews = [step for step in challenge.steps if step.kind in KINDS and KINDS[step.kind].is_public_review]
    if not reviews:
        return
    read: list[tuple[str, str, int | None]] = [
        ("title", challenge.title, None),
        ("body", challenge.body, None),
    ]
    read += [("body", f"{step.title} {step.body}", step.id) for step in challenge.steps]
    for field, words, step_id in read:
        if STARS.search(words):
            yield Problem(
                field=field, step_id=step_id,
                says="Ask for a review, never for stars or praise: the reward is the same whatever they write.",
            )  # fmt: skip
    if any(step.kind == "survey" for step in challenge.steps):
        says = "A survey may not come before a public review: asking the happy ones only is called gating."
        yield Problem(field="steps", says=says)
    if "survey" in kinds_of(challenge.prerequisites.get("challenges", ())):
        yield Problem(field="after", says="A survey may not decide who is asked for a public review.")
    if challenge.segment is not None and mentions_score(challenge.segment.rules):
        yield Problem(
            field="segment_id", says="This audience is chosen by a score: a public review is for everybody."
        )


def mentions_score(rules: Any) -> bool:
    """Whether an audience is chosen by how happy somebody said they are."""
    if isinstance(rules, dict):
        named = any(word in str(rules.get("kind", "")).lower() for word in GATING)
        return named or any(mentions_score(part) for part in rules.values())
    return isinstance(rules, list) and any(mentions_score(part) for part in rules)
