"""A secret code: told at an event, hidden in a video. Compared in constant time; five wrong ones, then a pause."""

import datetime as dt
import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from challenges.kinds import Evidence, Given, Kind, Outcome, StepForm, Turn, a_line, a_text, register, wrong
from challenges.models import ChallengeStep

TRIES, MINUTES = 5, 15


class CodeForm(StepForm):
    """The codes that count."""

    question = a_line("Where they find it", longest=300)
    codes = a_text(
        "Codes, one in each line",
        longest=2000,
        description="Case, spaces and dashes don’t matter.",
    )


@register
class Code(Kind):
    """`data`: question, codes (lines)."""

    name = "code"
    title = "Secret code"
    says = "A word from an event or a video. Wrong guesses are slowed down."
    icon = "key"
    action = "Enter the code"
    hue = 5
    minutes = 1
    form = CodeForm
    is_suggested = False
    asked = (("Where", "question"),)

    def problems(self, step: ChallengeStep, /) -> Iterable[tuple[str, str]]:
        """It needs a code that can't be guessed in five tries."""
        codes = [plain(line) for line in (step.data.get("codes") or "").splitlines() if line.strip()]
        if not codes:
            yield "codes", "Give at least one code."
        elif min(map(len, codes)) < 4:
            yield "codes", "A code of fewer than four letters or digits is guessed."

    def shown(self, turn: Turn, /) -> dict[str, Any]:
        """How the last guess went, and whether there is a pause."""
        recent = guesses(turn)
        return {
            "missed": bool(recent),
            "left": max(0, TRIES - len(recent)),
            "minutes": MINUTES,
            "button": "Check",
        }

    def check(self, turn: Turn, given: Given) -> Outcome:
        """A right code is done. A wrong one is counted and kept, so that guessing takes for ever."""
        typed, recent = given.words("answer", 100), guesses(turn)
        if len(recent) >= TRIES:
            return wrong(answer=f"Five guesses are enough for now. Try again in {MINUTES} minutes.")
        if not typed:
            return wrong(answer="Type the code.")
        if matches(typed, turn.data.get("codes") or ""):
            return Outcome(verdict="done", data={"words": plain(typed)})
        says = "That isn’t the code. Upper and lower case don’t matter."
        return Outcome(verdict="open", data={"guesses": [*recent, turn.now.isoformat()][-TRIES:]}, says=says)

    def evidence(self, data: Mapping[str, Any]) -> Iterator[Evidence]:
        """Which code."""
        if data.get("words"):
            yield Evidence(label="Code", text=data["words"], good=True)


def plain(code: str) -> str:
    """A code as it is compared: letters and digits alone, in lower case."""
    return "".join(sign for sign in code.casefold() if sign.isalnum())


def matches(typed: str, codes: str) -> bool:
    """Whether it is one of the codes. Every code is compared whole, so the time taken says nothing."""
    mine = hashlib.sha256(plain(typed).encode()).digest()
    found = False
    for line in codes.splitlines():
        if plain(line):
            found |= hmac.compare_digest(mine, hashlib.sha256(plain(line).encode()).digest())
    return found and bool(plain(typed))


def guesses(turn: Turn) -> list[str]:
    """When they guessed wrong lately."""
    since = turn.now - dt.timedelta(minutes=MINUTES)
    return [at for at in turn.kept.get("guesses") or () if dt.datetime.fromisoformat(at) > since]
