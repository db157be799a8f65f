"""What a changed ladder would change, in numbers and in words, before anybody publishes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hub.referrals.ladder import Ladder, Rung, due


@dataclass(frozen=True, slots=True)
class RungChange:
    """One rung that is new, gone or different. What a ladder without the rung would say is None."""

    key: str
    label: str
    old_total: int | None
    new_total: int | None
    old_pays: int | None
    new_pays: int | None
    words: str


@dataclass(frozen=True, slots=True)
class OpenChange:
    """What moving the open referrals of one rung to the new ladder would do.

    `now` is paid at once to each of them (stages that the new ladder puts below them); `if_won` is how much
    more, or less, each is worth by the time it is won. What was booked stays booked: a change never takes
    points away.
    """

    rung_key: str
    label: str
    count: int
    now: int
    if_won: int
    words: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The differences between two ladders, lowest rung first; empty when nothing would change."""

    rungs: tuple[RungChange, ...]
    open_referrals: tuple[OpenChange, ...]

    @property
    def now(self) -> int:
        return sum(change.count * change.now for change in self.open_referrals)

    @property
    def if_won(self) -> int:
        return sum(change.count * change.if_won for change in self.open_referrals)

    @property
    def sentences(self) -> list[str]:
        return [change.words for change in self.rungs] + [change.words for change in self.open_referrals]


def preview(old: Ladder, new: Ladder, open_at: Mapping[str, int] | None = None) -> Preview:
    """How `new` differs from `old`, and what it would mean for open referrals.

    `open_at` counts the open referrals by the key of the highest rung each has reached on the old ladder; it
    refuses a key that the old ladder doesn't have. Assumes that those referrals were paid in full by the old
    one.
    """
    before = {rung.key: rung for rung in old.rungs}
    after = {rung.key: rung for rung in new.rungs}
    keys = [*after, *(key for key in before if key not in after)]
    changes = (_rung_change(key, before.get(key), after.get(key), old, new) for key in keys)
    counts = {rung.key: (open_at or {}).get(rung.key, 0) for rung in old.paying}
    for key in open_at or {}:
        old.rung(key)
    moves = (_open_change(old.rung(key), count, old, new) for key, count in counts.items() if count)
    return Preview(tuple(filter(None, changes)), tuple(filter(None, moves)))


def _rung_change(
    key: str, was: Rung | None, will: Rung | None, old: Ladder, new: Ladder
) -> RungChange | None:
    old_pays = old.amounts[key] if was else None
    new_pays = new.amounts[key] if will else None
    words = _rung_words(was, will, old_pays or 0, new_pays or 0)
    named = will or was
    if not words or named is None:
        return None
    old_total, new_total = was.total if was else None, will.total if will else None
    return RungChange(key, named.label, old_total, new_total, old_pays, new_pays, words)


def _rung_words(was: Rung | None, will: Rung | None, old_pays: int, new_pays: int) -> str:
    if was is None or will is None:
        if will is not None:
            return f"{will.label} is new: {will.total:,} in total, {new_pays:,} on reaching it."
        return f"{was.label} is gone: it paid {old_pays:,} on reaching it." if was else ""
    parts = []
    if was.label != will.label:
        parts.append(f"is now called {will.label}")
    if was.kind != will.kind:
        parts.append(f"is {will.kind} instead of {was.kind}")
    if was.total != will.total:
        parts.append(f"goes from {was.total:,} to {will.total:,} in total")
    if old_pays != new_pays:
        parts.append(f"pays {new_pays:,} instead of {old_pays:,} on reaching it")
    return f"{was.label} {', '.join(parts)}." if parts else ""


def _open_change(rung: Rung, count: int, old: Ladder, new: Ladder) -> OpenChange | None:
    reached = [step.key for step in old.upto(rung.key)]
    paid = {key: old.amounts[key] for key in reached if old.amounts[key]}
    known = {step.key for step in new.rungs} & set(reached)
    now = sum(item.points for item in due(new, known, paid))
    rest = sum(item.points for item in due(new, {new.won.key}, paid))
    if_won = sum(paid.values()) + rest - old.earned(old.won.key)
    if not now and not if_won:
        return None
    many = f"{count:,} open referral{'' if count == 1 else 's'} at {rung.label}"
    more = f"{abs(if_won):,} points {'more' if if_won > 0 else 'less'}" if if_won else "as much as before"
    words = f"{many}: {now:,} points each at once ({now * count:,} in all), and {more} each when won."
    return OpenChange(rung.key, rung.label, count, now, if_won, words)
