"""A beta to sign up for: so many seats, then a waiting list. Signing up is what is paid, seat or not."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from challenges import queries
from challenges.kinds import Evidence, Given, Kind, Outcome, StepForm, Turn, a_line, a_number, register, wrong
from challenges.models import ChallengeStep
from challenges.seats import take


class BetaForm(StepForm):
    """What there is to try, and for how many."""

    question = a_line("What there is to try", longest=200)
    seats = a_number("Seats", 1, 100_000, default=20)
    promise = a_line("What they agree to", longest=300, default="I will try it and tell you what I think.")


@register
class Beta(Kind):
    """`data`: question, seats, promise."""

    name = "beta"
    title = "Beta sign-up"
    says = "Seats for something new, with a fair waiting list."
    icon = "rocket"
    action = "Sign up"
    hue = 11
    minutes = 1
    form = BetaForm
    asked = (("For", "question"), ("Seats", "seats"))

    def problems(self, step: ChallengeStep, /) -> Iterable[tuple[str, str]]:
        """It needs to say what for, and for how many."""
        if not step.data.get("question"):
            yield "question", "Say what there is to try."
        if not step.data.get("seats"):
            yield "seats", "Say how many seats there are."

    def shown(self, turn: Turn, /) -> dict[str, Any]:
        """How many seats are left."""
        seats = int(turn.data.get("seats") or 0)
        return {"left": max(0, seats - queries.seated(turn.step.id)), "seats": seats, "button": "Sign up"}

    def check(self, turn: Turn, given: Given) -> Outcome:
        """They agree to what is asked of testers."""
        if turn.data.get("promise") and not given.words("agreed"):
            return wrong(agreed="Tick this, so that the seat goes to somebody who will use it.")
        return Outcome(verdict="done", data={"question": turn.data.get("question") or ""})

    def keep(self, turn: Turn, _outcome: Outcome, /) -> None:
        """A seat, or a place on the waiting list."""
        take(turn.step, turn.member.id, seats=int(turn.data.get("seats") or 0), now=turn.now)

    def evidence(self, data: Mapping[str, Any]) -> Iterator[Evidence]:
        """What they signed up for."""
        if data.get("question"):
            yield Evidence(label="Signed up for", text=data["question"])
