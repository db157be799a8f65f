"""Who may take part in a thread: each room says it for its own subjects."""

from collections.abc import Callable
from dataclasses import dataclass

from hub.members.models import Member

# `fn(subject_id, member)`: who is told of every post, or None when this member may not take part.
Rule = Callable[[int, Member], set[int] | None]
# `fn(subject_id, member_ids)`: those of them who may read now.
Sift = Callable[[int, set[int]], set[int]]


@dataclass(frozen=True, slots=True)
class Door:
    """Threads of one prefix: who enters, and whether strangers meet there (then a pseudonym holds, and nobody is
    told but who watches or is mentioned)."""

    rule: Rule
    is_open: bool
    still: Sift | None = None
    is_headed: bool = False


DOORS: dict[str, Door] = {}


def admits(
    prefix: str, rule: Rule, *, is_open: bool = False, still: Sift | None = None, is_headed: bool = False
) -> Rule:
    """Opens threads under subjects of a prefix (`referral` for `referral:7`), to those the rule admits.

    A closed thread is a circle of people who know each other: everybody in the rule's set is told, by name. In an open
    one (`is_open=True`) strangers meet: the set is usually empty, members show the name they chose for strangers, and
    are told when they watch the thread or are mentioned, as long as `still` lets them read (without it: everybody).
    The first post of a headed thread is drawn by the room's own page, so the thread begins after it.
    """
    DOORS[prefix] = Door(rule, is_open, still, is_headed)
    return rule


def door(subject: str) -> Door | None:
    """The door of a subject's prefix."""
    return DOORS.get(subject.partition(":")[0])


def is_open(subject: str) -> bool:
    """Whether strangers meet under this subject."""
    found = door(subject)
    return found is not None and found.is_open


def still(subject: str, member_ids: set[int]) -> set[int]:
    """Those of these members who may read an open thread now."""
    found, number = door(subject), subject.partition(":")[2]
    if found is None or not member_ids:
        return set()
    return found.still(int(number), member_ids) if found.still else member_ids


def circle(subject: str, member: Member) -> set[int] | None:
    """Everybody who is told of each post about a subject; None when this member may not read, or nobody can."""
    number = subject.partition(":")[2]
    found = door(subject)
    if found is None or not number.isdecimal() or len(number) > 18:
        return None
    return found.rule(int(number), member)
