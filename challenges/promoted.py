"""Challenges as something that promotions can be on."""

from collections.abc import Iterator

from challenges.queries.promoted import named, submissions_of
from hub.referrals.promotions.targets import Target, target


def _choices() -> Iterator[tuple[str, str]]:
    for number, title in named():
        yield f"challenge:{number}", f"Challenge: {title}"


def _attempts(challenge_id: int) -> Iterator[str]:
    for number in submissions_of(challenge_id):
        yield f"submission:{number}"


target(Target(prefix="challenge", choices=_choices, attempts=_attempts))
