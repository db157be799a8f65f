"""Attend a hangout: done when the hangouts room has seen the member there (fact `hangout.attended`)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from challenges.kinds import Evidence, Given, Kind, Outcome, StepForm, Turn, a_line, register, wrong
from challenges.models import ChallengeStep
from challenges.queries import attended
from hub.core import registry


class HangoutForm(StepForm):
    """Which one."""

    hangout = a_line("Hangout", longest=80, description="The last part of its address. Empty: any of them.")


@register
class Hangout(Kind):
    """`data`: hangout, a slug; empty for any."""

    name = "hangout"
    title = "Attend a hangout"
    says = "Done by itself once they have been there."
    icon = "video"
    action = "See the hangout"
    hue = 1
    minutes = 45
    form = HangoutForm
    is_suggested = False
    asked = (("Hangout", "hangout"),)

    def problems(self, step: ChallengeStep, /) -> Iterable[tuple[str, str]]:
        """A slug has no slashes in it."""
        if "/" in (step.data.get("hangout") or ""):
            yield "hangout", "Only the last part of its address."

    def shown(self, turn: Turn, /) -> dict[str, Any]:
        """Where it is, in a house with a room for hangouts."""
        slug = turn.data.get("hangout") or ""
        url = f"/hangouts/{slug}" if slug else "/hangouts"
        return {"url": url if "hangout" in registry.targets else "", "button": "I was there"}

    def check(self, turn: Turn, given: Given) -> Outcome:  # noqa: ARG002 - nothing is typed: the host's list says it
        """The room saw them there, since they joined."""
        slug = turn.data.get("hangout") or ""
        if not attended(turn.member.id, slug):
            return wrong(
                form="We haven’t seen you there yet. The list is closed a little after the hangout ends."
            )
        return Outcome(verdict="done", data={"hangout": slug})

    def evidence(self, data: Mapping[str, Any]) -> Iterator[Evidence]:
        """Which one."""
        if "hangout" in data:
            yield Evidence(label="Attended", text=data["hangout"] or "a hangout")
