"""A way out: something to do on another site, opened from here and confirmed."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wtforms import URLField

from challenges.kinds import Evidence, Given, Kind, Outcome, StepForm, Turn, a_line, is_link, register, wrong
from challenges.models import ChallengeStep


class LinkForm(StepForm):
    """Where to, and what to do there."""

    url = a_line("Address", longest=2000, kind=URLField)
    label = a_line("Words on the button", longest=60, default="Open it")


@register
class Link(Kind):
    """`data`: url, label."""

    name = "link"
    title = "Something elsewhere"
    says = "A link to anything: follow us, join a group, vote."
    icon = "external-link"
    action = "Have a look"
    hue = 0
    form = LinkForm

    def problems(self, step: ChallengeStep, /) -> Iterable[tuple[str, str]]:
        """It needs an address."""
        if not is_link(step.data.get("url") or ""):
            yield "url", "Give the address it leads to: https://…"

    def shown(self, turn: Turn, /) -> dict[str, Any]:
        """Whether they have opened it."""
        return {"is_open": bool(turn.opened_at), "button": "I did it"}

    def check(self, turn: Turn, given: Given) -> Outcome:  # noqa: ARG002 - nothing is typed: they opened it
        """Opened from here."""
        if not turn.opened_at:
            return wrong(form="Open it first: the button above leads there.")
        return Outcome(verdict="done", data={"url": turn.data.get("url") or ""})

    def evidence(self, data: Mapping[str, Any]) -> Iterator[Evidence]:
        """What they opened."""
        if data.get("url"):
            yield Evidence(label="Opened", url=data["url"])
