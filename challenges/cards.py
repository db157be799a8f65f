"""Challenges as a member sees them, in a fixed number of statements, whatever the number of cards."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from challenges import queries, standing
from challenges.asks.queries import Asked, Personal, personal
from challenges.kinds import KINDS, Kind, Worth
from challenges.kinds.referral import programme_of
from challenges.models import Challenge
from challenges.standing import Standing
from hub.members.models import Member
from hub.referrals.promotions.showing import promoted

DRAWN = {
    "waiting": "waiting", "sent_back": "started", "refused": "done", "soon": "locked", "full": "locked",
    "closed": "locked", "hidden": "locked", "aside": "locked",
}  # fmt: skip
SAYS = {
    "sent_back": "Sent back to you", "refused": "Not accepted", "soon": "Opens soon", "full": "Full", "closed": "Ended",
    "hidden": "For others", "aside": "Not for you",
}  # fmt: skip
PUT_ASIDE = ("open", "locked", "soon")


def summary(body: str) -> str:
    """The first paragraph of a story as plain words, for a card."""
    first = next((line.strip() for line in body.splitlines() if line.strip()), "")
    return re.sub(r"\[([^\]]*)\]\([^)]*\)|[*_`#>]+", lambda found: found[1] or "", first).strip()


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One challenge with what it asks, what it gives, and who did it."""

    challenge: Challenge
    kind: Kind
    worth: Worth
    standing: Standing
    people: Sequence[Member] = ()
    asked: Asked | None = None
    more: str = ""

    @property
    def state(self) -> str:
        """Where this member stands: open, started, sent_back, waiting, done, refused, locked, and so on."""
        return self.standing.state

    @property
    def section(self) -> str:
        """Which part of the page it belongs to."""
        if self.state in ("started", "sent_back", "waiting"):
            return "going"
        if self.state in ("done", "refused"):
            return "done"
        if self.state == "open":
            return "asked" if self.asked else "now"
        return "aside" if self.state == "aside" else "later"

    @property
    def faces_text(self) -> str:
        """Ana, Kim and others did this."""
        names = [(person.public_name.split() or ["Somebody"])[0] for person in self.people[:2]]
        if not names:
            return ""
        joined = ", ".join(names) + " and others" if len(self.people) > 2 else " and ".join(names)
        return f"{joined} did this"

    @property
    def text(self) -> str:
        """What it brings when, how often it was done, or why it isn't open."""
        if self.section in ("later", "aside") or self.state == "done":
            return self.standing.why
        if self.asked:
            return f"{self.asked.by} asks you: “{self.asked.words}”"
        worth, times = self.worth, self.standing.times
        if self.more and self.state in ("open", "started"):
            return self.more
        brings = f"{worth.first:,} points at once, {worth.points:,} by the end." if worth.up_to else ""
        done = f"You did this {'once' if times == 1 else f'{times} times'}; each counts." if times else ""
        return f"{brings} {done}".strip() or summary(self.challenge.body)

    @property
    def drawn(self) -> dict[str, Any]:
        """What the card's macro shows."""
        return {
            "title": self.challenge.title, "url": f"/challenges/{self.challenge.slug}", "icon": self.kind.icon,
            "hue": self.kind.hue, "points": self.worth.points, "minutes": self.challenge.minutes, "text": self.text,
            "faces": self.people, "faces_text": self.faces_text, "state": DRAWN.get(self.state, self.state),
            "state_text": SAYS.get(self.state), "action": self.kind.action if self.state == "open" else None,
        }  # fmt: skip


def cards(
    challenges: Sequence[Challenge],
    member_id: int,
    *,
    now: dt.datetime,
    everyone: bool = True,
    as_open: bool = False,
) -> list[Card]:
    """Cards in the order given, without those that are for others. `everyone=False` spares who else did it;
    `as_open` shows them as to somebody who comes when they are open."""
    known = [one for one in challenges if one.kind in KINDS]
    stands = standing.look(known, member_id, {} if as_open else queries.mine(member_id), now, as_open=as_open)
    elsewhere = [one for one in known if KINDS[one.kind].is_elsewhere]
    looks = {
        number: look
        for kind in {one.kind for one in elsewhere}
        for number, look in KINDS[kind]
        .look([one for one in elsewhere if one.kind == kind], member_id)
        .items()
    }
    people = _people(known, member_id) if everyone else {}
    mine = Personal() if as_open else personal(member_id)
    more = promoted([f"challenge:{one.id}" for one in known], now, member_id)
    made = []
    for one in known:
        found, worth = stands[one.id], Worth(points=one.worth)
        if KINDS[one.kind].is_elsewhere:
            found, worth = _elsewhere(found, looks.get(one.id))
        if one.id in mine.aside and found.state in PUT_ASIDE:
            found = replace(found, state="aside", why="You said that it isn’t for you.")
        if found.state != "hidden":
            made.append(
                Card(
                    challenge=one,
                    kind=KINDS[one.kind],
                    worth=worth,
                    standing=found,
                    people=people.get(one.id, ()),
                    asked=mine.asked.get(one.id),
                    more=more.get(f"challenge:{one.id}", ""),
                )
            )
    return made


def _elsewhere(found: Standing, look: Any) -> tuple[Standing, Worth]:
    """What is done in another room knows its own worth and progress; without that it can't be done for now."""
    if look is None:
        state = found.state if found.state == "hidden" else "closed"
        return Standing(state=state, why="This is not open at the moment."), Worth(points=0)
    worth, progress = look
    return Standing(state=found.state, times=progress.times, last_at=progress.last_at, why=found.why), worth


def _people(challenges: Sequence[Challenge], besides: int) -> dict[int, list[Member]]:
    """Who did each: the latest, never those who don't want to be seen."""
    found = queries.doers([one.id for one in challenges if not KINDS[one.kind].is_elsewhere], besides)
    referring = [one for one in challenges if KINDS[one.kind].is_elsewhere and one.steps]
    if referring:
        referrers = queries.referrers(besides)
        found |= {one.id: referrers.get(programme_of(one.steps[0]), []) for one in referring}
    return found
