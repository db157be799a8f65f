"""What comes before a challenge: so many others done, certain ones, and what rooms below register (a badge, a level).

A prerequisite locks a challenge and says why; an audience hides it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from challenges.models import Challenge
from challenges.queries import Mine, titles


class Asked(Protocol):
    """A kind of prerequisite of another room."""

    @property
    def label(self) -> str:
        """What the builder calls it."""
        ...

    def choices(self) -> Sequence[tuple[str, str]]:
        """What may be asked for: value, label."""
        ...

    def unmet(self, member_id: int, wanted: Collection[str]) -> Mapping[str, str]:
        """Of the wanted values those this member doesn't have, each with a sentence that says so: one statement."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Prerequisite:
    """A plain way to be one: `Prerequisite(label=…, choices=fn, unmet=fn)`."""

    label: str
    choices: Any
    unmet: Any


KNOWN: dict[str, Asked] = {}


def register(name: str, asked: Asked) -> None:
    """Makes a kind of prerequisite known: `badge`, `level`."""
    KNOWN[name] = asked


def unmet(challenges: Sequence[Challenge], member_id: int, mine: Mapping[int, Mine]) -> dict[int, list[str]]:
    """What each challenge still asks of this member, in sentences; one statement for each kind that is asked for."""
    done = {number for number, made in mine.items() if made.times}
    names = _names(
        {number for one in challenges for number in one.prerequisites.get("challenges", ())} - done
    )
    others = {
        name: asked.unmet(member_id, wanted)
        for name, asked in KNOWN.items()
        if (wanted := {str(value) for one in challenges for value in one.prerequisites.get(name, ())})
    }
    return {one.id: list(_sentences(one, done, names, others)) for one in challenges}


def _names(numbers: Collection[int]) -> dict[int, str]:
    return {one.id: one.title for one in titles(numbers)} if numbers else {}


def _sentences(
    challenge: Challenge,
    done: Collection[int],
    names: Mapping[int, str],
    others: Mapping[str, Mapping[str, str]],
) -> Sequence[str]:
    wanted = challenge.prerequisites
    said = [f"First do “{names[number]}”." for number in wanted.get("challenges", ()) if number in names]
    left = int(wanted.get("done") or 0) - len(set(done) - {challenge.id})
    if left > 0:
        said.append("One more challenge opens this." if left == 1 else f"{left} more challenges open this.")
    for name in wanted:
        if name in ("done", "challenges"):
            continue
        lacking = others.get(name)
        if lacking is None:
            said.append("This asks for something that isn’t here any more.")
        else:
            said += [lacking[str(value)] for value in wanted[name] if str(value) in lacking]
    return said
