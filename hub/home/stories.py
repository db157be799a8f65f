"""What the community did, in words: by first name or pseudonym, and never about whom."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hub.home.queries import Deed
from hub.members.models import Member

SHOWN = 6
PER_MEMBER = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """One line: who, what, when, and the points it brought."""

    member: Member
    text: str
    at: dt.datetime
    points: int | None = None


def _joined(_deed: Deed) -> str | None:
    return "joined"


def _submitted(_deed: Deed) -> str | None:
    return "introduced somebody"


def _advanced(deed: Deed) -> str | None:
    if not deed.data.get("points") or not deed.data.get("from"):
        return None  # nothing was earned, or it is the submission itself
    return "brought in a customer" if deed.data.get("kind") == "won" else "saw an introduction move up"


WORDS: dict[str, Callable[[Deed], str | None]] = {
    "member.joined": _joined, "referral.submitted": _submitted, "referral.advanced": _advanced,
}  # fmt: skip


def stories(deeds: Iterable[Deed]) -> list[Story]:
    """The deeds worth telling, latest first; at most two of one member."""
    told: list[Story] = []
    seen: Counter[int] = Counter()
    for deed in deeds:
        text = WORDS[deed.kind](deed)
        if text is None or seen[deed.member.id] >= PER_MEMBER:
            continue
        seen[deed.member.id] += 1
        points = deed.data.get("points") if deed.kind == "referral.advanced" else None
        told.append(Story(member=deed.member, text=text, at=deed.at, points=points))
    return told[:SHOWN]
