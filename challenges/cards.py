"""Challenges as a member sees them: each kind asked once, whatever the number of cards."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from challenges.kinds import KINDS, Kind, Others, Progress, Worth
from challenges.models import Challenge


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One challenge with what it asks, what it gives, and who did it."""

    challenge: Challenge
    kind: Kind
    worth: Worth
    progress: Progress
    others: Others
    is_open: bool

    @property
    def state(self) -> str:
        """open, done (nothing more to gain) or locked (not to be done now)."""
        if not self.is_open:
            return "locked"
        return "done" if self.progress.times and not self.progress.again else "open"

    @property
    def text(self) -> str:
        """What it brings when, and how often it was done."""
        worth, times = self.worth, self.progress.times
        brings = f"{worth.first:,} points at once, {worth.points:,} by the end." if worth.up_to else ""
        done = f"You did this {'once' if times == 1 else f'{times} times'}; each counts." if times else ""
        return f"{brings} {done}".strip()

    @property
    def drawn(self) -> dict[str, Any]:
        """What the card's macro shows."""
        return {
            "title": self.challenge.title, "url": f"/challenges/{self.challenge.slug}", "icon": self.kind.icon,
            "hue": self.kind.hue, "points": self.worth.points, "minutes": self.challenge.minutes, "text": self.text,
            "faces": self.others.people, "faces_text": self.others.text, "state": self.state,
        }  # fmt: skip


def cards(
    challenges: Sequence[Challenge], member_id: int, *, now: dt.datetime, everyone: bool = True
) -> list[Card]:
    """Cards in the order given. `everyone=False` leaves out who else did it, and its statement."""
    by_kind: dict[str, list[Challenge]] = defaultdict(list)
    for challenge in challenges:
        if challenge.kind in KINDS:
            by_kind[challenge.kind].append(challenge)
    made = {}
    for name, part in by_kind.items():
        kind = KINDS[name]
        looks = kind.look(part, member_id)
        others = kind.others(part, member_id) if everyone else {}
        for challenge in part:
            worth, progress = looks.get(challenge.id) or (Worth(points=challenge.points_label), Progress())
            made[challenge.id] = Card(
                challenge=challenge, kind=kind, worth=worth, progress=progress,
                others=others.get(challenge.id, Others()),
                is_open=challenge.id in looks and challenge.is_open(now),
            )  # fmt: skip
    return [made[challenge.id] for challenge in challenges if challenge.id in made]
