"""What a promotion can be on: programmes, and whatever rooms below say (`challenge:5`)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hub.referrals.queries import programmes


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A room's things: `choices()` are (subject, name), `attempts(subject)` what was made of one: `submission:41`."""

    prefix: str
    choices: Callable[[], Iterable[tuple[str, str]]]
    attempts: Callable[[int], Iterable[str]]


TARGETS: dict[str, Target] = {}


def target(found: Target) -> Target:
    """Registers a room's things."""
    TARGETS[found.prefix] = found
    return found


def choices() -> list[tuple[str, str]]:
    """Everything that can be promoted, by subject and name; a statement for each room."""
    found = [(f"programme:{p.id}", f"Programme: {p.version.name}") for p in programmes() if p.version_id]
    for each in TARGETS.values():
        found += each.choices()
    return found


def attempts(subject: str) -> set[str]:
    """What members made of it."""
    prefix, _, number = subject.partition(":")
    return set(TARGETS[prefix].attempts(int(number))) if prefix in TARGETS else set()
