"""What `hurrah prove` recomputes of badges, levels and streaks.

What waits for its follower or its round is left out, and a difference counts when it is still there at the third look:
members go on doing things meanwhile.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from badges import queries, rounds, streaks, upkeep
from badges.jobs import LISTENER
from badges.models import Award, Badge
from badges.rules import RULES
from badges.weeks import Run
from hub.core import registry
from hub.core.clock import now

Found = TypeVar("Found")
BATCH = 500
LOOKS = 3
# A job reads its clock before its books, and what it read may be taken back a moment later: any of these instants may
# justify an award. The calendar is looked at once an hour.
GRACES = tuple(dt.timedelta(seconds=seconds) for seconds in (0, 1, 5, 60))
CALENDAR = dt.timedelta(hours=2)


@registry.check("every badge was earned")
def justified() -> Iterator[str]:
    """Each award by rule: enough is there now, or was when it was given (points may have been corrected since)."""
    for badge in _automatic("live", "retired"):
        for award in rounds.unearned(badge):
            if not _was_earned(badge, award):
                yield f"award {award.id}: member {award.member_id} never had enough for {badge.slug}"


@registry.check("nobody waits for a badge they have earned")
def complete() -> Iterator[str]:
    """Everybody who has done enough for a live badge has it, once all is drained."""
    for badge in _automatic("live"):
        until = now() - CALENDAR if RULES[badge.rule].by_clock else None
        for member_id in _lasting(partial(_owed, badge, until)):
            yield f"member {member_id} has earned {badge.slug} and doesn't have it"


@registry.check("every level is noted once it is reached")
def levels() -> Iterator[str]:
    """Lifetime points against the levels reached."""
    if "levels" in rounds.open_rounds():
        return
    for member_id, level_id in _lasting(rounds.levels_owed):
        yield f"member {member_id} is on level {level_id}, and nobody has noted it"


@registry.check("every streak is what was done")
def streak_rows() -> Iterator[str]:
    """Each kept streak against the deeds behind it."""
    last = 0
    while member_ids := streaks.members_after(last, BATCH):
        last = member_ids[-1]
        for member_id, said, true in _lasting(partial(_streaks, member_ids)):
            yield f"streak of member {member_id}: says {said.weeks}, best {said.best}; is {true.weeks}, {true.best}"


@registry.check("no badge lapsed without fair warning")
def fair() -> Iterator[str]:
    """Each turn follows from the one before, and a lapse comes two weeks after its warning."""
    yield from upkeep.unfair()


def _automatic(*states: str) -> list[Badge]:
    return [
        badge for badge in queries.by_state(*states) if badge.rule in RULES and RULES[badge.rule].is_automatic
    ]


def _was_earned(badge: Badge, award: Award) -> bool:
    if badge.rule == "streak":
        zones = {award.member_id: award.proof["zone"]} if award.proof.get("zone") else None
        return streaks.computed([award.member_id], zones)[award.member_id].best >= RULES["streak"].need(
            badge.data
        )
    return any(_had_enough(badge, award, award.at + grace) for grace in GRACES)


def _had_enough(badge: Badge, award: Award, until: dt.datetime) -> bool:
    far = queries.progress([badge], [award.member_id], until=until)[badge.id]
    return award.member_id in far and far[award.member_id].is_done


def _owed(badge: Badge, until: dt.datetime | None) -> list[int]:
    if {badge.subject, "members"} & rounds.open_rounds() or rounds.are_facts_waiting([LISTENER]):
        return []
    return rounds.owed(badge, until=until)


def _streaks(member_ids: Sequence[int]) -> list[tuple[int, Run, Run]]:
    if "members" in rounds.open_rounds() or rounds.are_facts_waiting([LISTENER]):
        return []
    kept, true = streaks.kept(member_ids), streaks.computed(member_ids)
    wrong = [member_id for member_id in member_ids if kept.get(member_id, Run()) != true[member_id]]
    waiting = rounds.marked(wrong)
    return [(number, kept.get(number, Run()), true[number]) for number in wrong if number not in waiting]


def _lasting(ask: Callable[[], list[Found]]) -> list[Found]:
    """What is still found at the third look."""
    found = ask()
    for _ in range(LOOKS - 1):
        if not found:
            break
        again = ask()
        found = [one for one in found if one in again]
    return found
