"""The ladder of a programme, and what reaching its stages pays (design §5).

Pure arithmetic: no database, no clock, no request. A rung pays a fixed amount that depends on the ladder
alone, which is why the same set of stage events ends in the same entries whatever order they arrive in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

Kind = Literal["open", "won", "lost"]
Payee = Literal["member", "company", "split"]
Share = tuple[Literal["member", "company"], int]

KEY = re.compile(r"[a-z0-9_-]{1,40}")
LABEL = re.compile(r"(?!\s)[^\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]{1,80}(?<!\s)")
HIGHEST_TOTAL = 1_000_000


class LadderError(ValueError):
    """A ladder that can't be used. `problems` says everything that is wrong with it, one sentence each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(self.problems))


class UnknownRungError(LookupError):
    """A stage was named that this ladder doesn't have."""

    def __init__(self, name: str, ladder: Ladder) -> None:
        self.name = name
        known = ", ".join(rung.label for rung in ladder.rungs)
        super().__init__(f"The ladder has no stage “{name}”. It has: {known}.")


@dataclass(frozen=True, slots=True)
class Rung:
    """One stage of a ladder. `total` is all that a referral has earned on reaching it, not what is added
    there.
    """

    key: str
    label: str
    total: int
    kind: Kind
    position: int


@dataclass(frozen=True, slots=True)
class Due:
    """Points to be booked once for one rung, under `referral:<id>:stage:<rung_key>`."""

    rung_key: str
    points: int


@dataclass(frozen=True)
class Ladder:
    """The stages of a programme, lowest first. Refuses, with LadderError, whatever `problems()` finds."""

    rungs: tuple[Rung, ...]

    def __post_init__(self) -> None:
        if found := problems(self.rungs):
            raise LadderError(found)
        object.__setattr__(self, "rungs", tuple(sorted(self.rungs, key=lambda rung: rung.position)))

    @cached_property
    def paying(self) -> tuple[Rung, ...]:
        """Every rung that can pay, lowest first: all but the lost one."""
        return tuple(rung for rung in self.rungs if rung.kind != "lost")

    @property
    def first(self) -> Rung:
        return self.paying[0]

    @property
    def won(self) -> Rung:
        return self.paying[-1]

    @property
    def lost(self) -> Rung | None:
        return next((rung for rung in self.rungs if rung.kind == "lost"), None)

    @cached_property
    def amounts(self) -> Mapping[str, int]:
        """What each rung adds on being reached: its total less the highest total below it, never below 0."""
        added: dict[str, int] = {rung.key: 0 for rung in self.rungs}
        highest = 0
        for rung in self.paying:
            added[rung.key] = max(0, rung.total - highest)
            highest = max(highest, rung.total)
        return added

    def rung(self, key: str) -> Rung:
        """The rung with this key; refuses an unknown one with UnknownRungError."""
        for rung in self.rungs:
            if rung.key == key:
                return rung
        raise UnknownRungError(key, self)

    def find(self, name: str) -> Rung:
        """The rung that a person means by this name: its key, or its label in any case."""
        wanted = name.strip().casefold()
        for names in ({rung.key: rung for rung in self.rungs}, {r.label.casefold(): r for r in self.rungs}):
            if wanted in names:
                return names[wanted]
        raise UnknownRungError(name, self)

    def upto(self, key: str) -> tuple[Rung, ...]:
        """The paying rungs from the first to this one; none for the lost rung."""
        top = self.rung(key)
        if top.kind == "lost":
            return ()
        return tuple(rung for rung in self.paying if rung.position <= top.position)

    def earned(self, key: str) -> int:
        """All that a referral has earned on reaching this rung, whatever it skipped."""
        return sum(self.amounts[rung.key] for rung in self.upto(key))

    def warnings(self) -> list[str]:
        """What is allowed but probably not meant, in sentences for the person who edits the ladder."""
        found = []
        highest: Rung | None = None
        for rung in self.paying:
            if highest is not None and rung.total < highest.total:
                found.append(f"{rung.label} pays less than {highest.label}: nothing is paid on reaching it.")
            if highest is None or rung.total > highest.total:
                highest = rung
        if highest is not None and highest.total == 0:
            found.append("No stage pays anything: advocates of this programme earn no points.")
        return found


def problems(rungs: Iterable[Rung]) -> list[str]:
    """Everything that keeps these rungs from being a ladder, in sentences; empty when they are one."""
    rungs = tuple(rungs)
    found = [sentence for rung in rungs for sentence in _wrong_with(rung)]
    for what, values in (
        ("key", [rung.key for rung in rungs]),
        ("name", [rung.label.strip().casefold() for rung in rungs]),
        ("position", [str(rung.position) for rung in rungs]),
    ):
        twice = sorted({value for value in values if values.count(value) > 1})
        found += [f"Two stages have the {what} “{value}”: give each its own." for value in twice]
    return found + _wrong_ends(rungs)


def _wrong_with(rung: Rung) -> list[str]:
    found = []
    name = rung.label.strip() or rung.key
    if not KEY.fullmatch(rung.key):
        found.append(f"The key of {name!r} is “{rung.key}”: use 1 to 40 of a-z, 0-9, _ and -.")
    if not LABEL.fullmatch(rung.label):
        found.append(
            f"The stage “{rung.key}” needs a name on one line: 1 to 80 characters, no spaces around it."
        )
    if rung.kind not in get_args(Kind):
        found.append(f"The kind of {name} is “{rung.kind}”: use open, won or lost.")
    if type(rung.total) is not int or not 0 <= rung.total <= HIGHEST_TOTAL:
        found.append(
            f"The total of {name} is {rung.total!r}: use a whole number from 0 to {HIGHEST_TOTAL:,}."
        )
    elif rung.kind == "lost" and rung.total:
        found.append(f"{name} ends a referral and pays nothing: set its total to 0.")
    return found


def _wrong_ends(rungs: tuple[Rung, ...]) -> list[str]:
    won = [rung for rung in rungs if rung.kind == "won"]
    lost = [rung for rung in rungs if rung.kind == "lost"]
    if not won:
        return ["No stage is the won one: mark the last paying stage as won."]
    if len(won) > 1:
        return [f"{_names(won)} are all marked as won: only one stage can be."]
    above = [rung for rung in rungs if rung.kind == "open" and rung.position > won[0].position]
    found = [
        f"{rung.label} stands above {won[0].label}: the won stage must be the last to pay." for rung in above
    ]
    if len(lost) > 1:
        found.append(f"{_names(lost)} are all marked as lost: only one stage can be.")
    return found


def _names(rungs: Iterable[Rung]) -> str:
    return " and ".join(rung.label for rung in rungs)


def due(
    ladder: Ladder, reached: Set[str], paid: Mapping[str, int], *, hold_submission: bool = False
) -> list[Due]:
    """What is still to be booked for a referral that has ever reached these rungs, lowest rung first.

    Each rung up to the highest reached one that isn't in `paid` (rung key -> points booked) pays its own
    amount; the lost rung pays nothing and takes nothing away. With `hold_submission` the first rung waits
    until one above it is reached. Refuses a rung that the ladder doesn't have, with UnknownRungError.
    """
    tops = [rung for rung in map(ladder.rung, reached) if rung.kind != "lost"]
    if not tops:
        return []
    top = max(tops, key=lambda rung: rung.position)
    if hold_submission and top == ladder.first != ladder.won:
        return []
    return [
        Due(rung.key, ladder.amounts[rung.key])
        for rung in ladder.upto(top.key)
        if ladder.amounts[rung.key] and rung.key not in paid
    ]


def shares(points: int, payee: Payee, member_percent: int = 100) -> list[Share]:
    """Who gets how many of these points: whole numbers that add up to `points`, without the empty shares.

    In a split the member's share is rounded up. Refuses negative points and a percentage outside 0 to 100.
    """
    if points < 0:
        raise ValueError(f"Points to share can't be negative: {points}")
    if not 0 <= member_percent <= 100:
        raise ValueError(f"The member's share is a percentage from 0 to 100, not {member_percent}")
    percent = {"member": 100, "company": 0, "split": member_percent}[payee]
    member = -(-points * percent // 100)
    both: list[Share] = [("member", member), ("company", points - member)]
    return [(who, share) for who, share in both if share]


# The programme that everybody's README, demo and tests talk about.
SAMPLE = Ladder(
    (
        Rung("submitted", "Submitted", 100, "open", 1),
        Rung("accepted", "Accepted", 500, "open", 2),
        Rung("meeting", "Meeting", 2_000, "open", 3),
        Rung("opportunity", "Opportunity", 7_000, "open", 4),
        Rung("won", "Won", 32_000, "won", 5),
        Rung("lost", "Lost", 0, "lost", 6),
    )
)
