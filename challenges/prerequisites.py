"""What comes before a challenge: so many others done, certain ones, and rules of segments that say what one has earned.

A prerequisite locks a challenge and says why; an audience hides it. A badge or a level is asked for through the rule of
its name that its room registers with the segments: where there is no such rule, it isn't offered, and what asks for it
stays locked. Points and days since joining are asked in the same way. What is secret is hidden instead of locked, so
that those who are ahead don't discourage the rest.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from challenges.models import Challenge
from challenges.queries import Mine, titles
from hub import segments
from hub.core.clock import now
from hub.segments.rules import KINDS, Kind, Rule, Rules

EARNED = {"badge": "Earn the badge “{}” first.", "level": "Opens at the level “{}”."}
REACHED: dict[str, tuple[str, Callable[[int], Rule]]] = {
    "points": (
        "Opens at {:,} points.",
        lambda least: {"kind": "points", "measure": "lifetime", "least": least, "most": None},
    ),
    "days": (
        "Opens {:,} days after you joined.", lambda days: {"kind": "joined", "when": "earlier", "days": days}
    ),
}  # fmt: skip
GONE = "This asks for something that isn’t here any more."


def offered() -> dict[str, tuple[str, Sequence[tuple[str, str]]]]:
    """What the builder may ask for besides challenges: name, label, and the choices there are."""
    return {
        name: (kind.label, kind.fields[0].options) for name in EARNED if (kind := KINDS.get(name)) is not None
    }


def unmet(challenges: Sequence[Challenge], member_id: int, mine: Mapping[int, Mine]) -> dict[int, list[str]]:
    """What each challenge still asks of this member, in sentences: a statement for titles, one for all rules, and one
    for the names of what is missing, each only when it is asked for."""
    done = {number for number, made in mine.items() if made.times}
    wanted = {number for one in challenges for number in one.prerequisites.get("challenges", ())} - done
    names = {one.id: one.title for one in titles(wanted)} if wanted else {}
    lacking = _lacking(challenges, member_id)
    return {one.id: list(_sentences(one, done, names, lacking)) for one in challenges}


def _lacking(challenges: Sequence[Challenge], member_id: int) -> dict[tuple[str, str], str]:
    """(name, value) → the sentence, of whatever is asked for and not there."""
    wanted = {pair for one in challenges for pair in _pairs(one)}
    asked = sorted(wanted)
    known = [(name, value) for name, value in asked if name in REACHED or name in KINDS]
    held = segments.holds_many([_asked(name, value) for name, value in known], member_id, now())
    far = {
        (name, value): REACHED[name][0].format(int(value))
        for (name, value), has in zip(known, held, strict=True)
        if name in REACHED and not has
    }
    missing = [pair for pair, has in zip(known, held, strict=True) if not has and pair[0] not in REACHED]
    labels = {name: dict(offered()[name][1]) for name in {name for name, _ in missing}}
    said = {pair: EARNED[pair[0]].format(labels[pair[0]].get(pair[1], pair[1])) for pair in missing}
    return said | far | {pair: GONE for pair in asked if pair not in known}


def _pairs(challenge: Challenge) -> list[tuple[str, str]]:
    """(name, value) of all that is asked for besides challenges, in the order it is said."""
    wanted = challenge.prerequisites
    earned = [(name, str(value)) for name in EARNED for value in wanted.get(name, ())]
    return earned + [(name, str(wanted[name])) for name in REACHED if wanted.get(name)]


def _asked(name: str, value: str) -> Rules:
    if name in REACHED:
        return {"match": "all", "rules": [REACHED[name][1](int(value))]}
    return _rule(KINDS[name], name, value)


def _rule(kind: Kind, name: str, value: str) -> Rules:
    first = kind.fields[0]
    filled = [value] if first.multiple else int(value) if value.isdecimal() else value
    return {"match": "all", "rules": [{"kind": name, first.name: filled}]}


def _sentences(
    challenge: Challenge,
    done: Collection[int],
    names: Mapping[int, str],
    lacking: Mapping[tuple[str, str], str],
) -> Sequence[str]:
    wanted = challenge.prerequisites
    said = [f"First do “{names[number]}”." for number in wanted.get("challenges", ()) if number in names]
    left = int(wanted.get("done") or 0) - len(set(done) - {challenge.id})
    if left > 0:
        said.append("One more challenge opens this." if left == 1 else f"{left} more challenges open this.")
    return [*said, *dict.fromkeys(lacking[pair] for pair in _pairs(challenge) if pair in lacking)]
