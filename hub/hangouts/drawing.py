"""The table of a hangout, drawn: the host at its head, a chair for each seat, filled from both sides."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MOST = 24
"""More chairs than this aren't drawn singly."""
MIDDLE, ROUND = 100.0, 76.0


@dataclass(frozen=True, slots=True)
class Chair:
    """Where a chair stands, and who sits there: `host`, `me`, `taken` or `free`. `face` where they may be seen."""

    x: float
    y: float
    kind: str
    face: Any = None


def table(seats: int, taken: int, *, faces: Sequence[Any] = (), mine: bool = False) -> list[Chair]:
    """The chairs around the table; none when there are too many to draw."""
    if seats > MOST:
        return []
    around = seats + 1
    chairs = [_chair(0, around, "host")]
    for number in range(seats):
        # From the host outwards, to either side in turn: the first guests sit next to the host.
        place = (number // 2 + 1) if number % 2 == 0 else around - (number // 2 + 1)
        if mine and number == 0:
            chairs.append(_chair(place, around, "me"))
        elif number < taken:
            known = number - mine
            chairs.append(_chair(place, around, "taken", faces[known] if known < len(faces) else None))
        else:
            chairs.append(_chair(place, around, "free"))
    return chairs


def _chair(place: int, around: int, kind: str, face: Any = None) -> Chair:
    angle = 2 * math.pi * place / around - math.pi / 2
    return Chair(
        round(MIDDLE + ROUND * math.cos(angle), 1), round(MIDDLE + ROUND * math.sin(angle), 1), kind, face
    )
