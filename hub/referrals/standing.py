"""Where a referral stands, and what follows when a won deal is no longer won (design §4, §5).

Pure functions of the set of a referral's steps. Points earned on the way up never depend on the order in
which steps are heard (see ladder.due); only the won rung's own amount can be taken back, and it is returned
in full when the deal is won again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hub.referrals.ladder import Ladder, Rung

Policy = Literal["never", "unspent", "always"]


@dataclass(frozen=True, slots=True)
class Step:
    """One stage event as far as arithmetic cares: which rung, when it happened, and the sender's own
    numbering.

    `sequence` orders steps of one instant when the sender numbers its changes; 0 when it doesn't. `begins` marks
    the referral's own first step: a deal may have moved before somebody told us whom to thank for it.
    """

    rung_key: str
    happened_at: datetime
    sequence: int = 0
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Clawback:
    """Take `points` (0 or more) from the account; `short_by` is what the policy left because it was spent."""

    points: int
    short_by: int
    number: int

    @property
    def key_end(self) -> str:
        return f"clawback:{self.number}"


@dataclass(frozen=True, slots=True)
class Restore:
    """Give `points` (0 or more) back: the deal is won again after claw-back `number`."""

    points: int
    number: int

    @property
    def key_end(self) -> str:
        return f"restore:{self.number}"


def standing(ladder: Ladder, steps: Iterable[Step]) -> Rung | None:
    """The rung a referral stands on now: that of its latest step; None when it has no step.

    The step that began the referral comes before all others, whenever it was written down. Then latest by when it
    happened, then by the sender's numbering. Steps of one instant that aren't numbered (two
    columns of a spreadsheet with the same day) count in the ladder's order, and won beats lost, so that a
    doubt never costs an advocate points. When we heard of a step plays no part: the same set of steps, in any
    order and with any repeats, has one standing.
    """
    latest = max(
        steps,
        key=lambda step: (not step.begins, step.happened_at, step.sequence, _rank(ladder, step)),
        default=None,
    )
    return None if latest is None else ladder.rung(latest.rung_key)


def _rank(ladder: Ladder, step: Step) -> tuple[int, int]:
    rung = ladder.rung(step.rung_key)
    return (("open", "lost", "won").index(rung.kind), rung.position)


def reached_at(ladder: Ladder, steps: Iterable[Step], rung_key: str) -> datetime:
    """When a rung counts as reached: at the first event on it or, where it was skipped, above it."""
    floor = ladder.rung(rung_key).position
    times = [
        step.happened_at
        for step in steps
        if (rung := ladder.rung(step.rung_key)).kind != "lost" and rung.position >= floor
    ]
    return min(times)


def highest(ladder: Ladder, steps: Iterable[Step]) -> Rung | None:
    """The highest rung a referral has ever reached, the lost one aside; None when there is none."""
    reached = {step.rung_key for step in steps}
    return next((rung for rung in reversed(ladder.paying) if rung.key in reached), None)


def clawback(
    ladder: Ladder,
    steps: Iterable[Step],
    paid: Mapping[str, int],
    *,
    corrections: Sequence[int] = (),
    policy: Policy,
    free_balance: int,
) -> Clawback | None:
    """What to take back from one payee when a deal was won and, by its latest step, no longer is; else None.

    It comes back to what the other stages earned, so at most what the won rung itself booked. `paid` is what
    this payee's account was booked per rung; `corrections` are the claw-backs and returns already decided for
    it, in order, signed. They alternate, so an odd number means that it is taken back now: a deal is clawed
    back once, however often it is then reported lost. "unspent" takes no more than the free balance and
    forgives the rest.

    A claw-back of 0 points (all spent) should be remembered as a 0 in `corrections`; if it isn't, the
    question is asked again at the next step. Book it under `referral:<id>:stage:<won>:<key_end>`, payee last.
    """
    steps = tuple(steps)
    booked = paid.get(ladder.won.key, 0)
    taken_already = len(corrections) % 2 == 1
    if policy == "never" or booked <= 0 or taken_already or not _lost_again(ladder, steps):
        return None
    points = booked if policy == "always" else min(booked, max(0, free_balance))
    return Clawback(points, booked - points, len(corrections) // 2 + 1)


def restore(ladder: Ladder, steps: Iterable[Step], *, corrections: Sequence[int]) -> Restore | None:
    """What to give back when a clawed-back deal is won again: exactly what was taken, whatever the policy is
    now.

    None while it isn't won, or when nothing is taken back at the moment.
    """
    if len(corrections) % 2 == 0 or standing(ladder, steps) != ladder.won:
        return None
    return Restore(-sum(corrections), len(corrections) // 2 + 1)


def _lost_again(ladder: Ladder, steps: Sequence[Step]) -> bool:
    return highest(ladder, steps) == ladder.won != standing(ladder, steps)
