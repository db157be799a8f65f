"""Complete the profile: checked by itself, against the member's own row."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from challenges.kinds import Evidence, Given, Kind, Outcome, StepForm, Turn, register, wrong
from challenges.kinds.base import SeveralField
from challenges.models import ChallengeStep
from hub.members.forms import options
from hub.members.models import Member

FIELDS: dict[str, tuple[str, Callable[[Member], bool]]] = {
    "title": ("What you do", lambda member: bool(member.title)),
    "company": ("Where you work", lambda member: member.company_id is not None),
    "zone": ("Your time zone", lambda member: bool(member.zone)),
    "pseudonym": ("A name for the boards", lambda member: bool(member.pseudonym)),
}


class ProfileForm(StepForm):
    """What has to be filled in."""

    fields = SeveralField("What has to be filled in", choices=options((k, v[0]) for k, v in FIELDS.items()))


@register
class Profile(Kind):
    """`data`: fields, of those above."""

    name = "profile"
    title = "Complete the profile"
    says = "Checked by itself: title, company, time zone."
    icon = "user"
    action = "Complete my profile"
    hue = 10
    minutes = 1
    form = ProfileForm

    def problems(self, step: ChallengeStep, /) -> Iterable[tuple[str, str]]:
        """It needs at least one field."""
        if not set(step.data.get("fields") or ()) & set(FIELDS):
            yield "fields", "Choose what has to be filled in."

    def shown(self, turn: Turn, /) -> dict[str, Any]:
        """Each field and whether it is filled in."""
        lines = [(FIELDS[name][0], FIELDS[name][1](turn.member)) for name in wanted(turn)]
        return {"lines": lines, "button": "Done"}

    def check(self, turn: Turn, given: Given) -> Outcome:  # noqa: ARG002 - nothing is typed: the profile says it
        """All of it is there."""
        missing = [FIELDS[name][0] for name in wanted(turn) if not FIELDS[name][1](turn.member)]
        if missing:
            return wrong(form=f"Still missing: {', '.join(missing).lower()}.")
        return Outcome(verdict="done", data={"fields": wanted(turn)})

    def evidence(self, data: Mapping[str, Any]) -> Iterator[Evidence]:
        """What was filled in: not with what, the profile shows it."""
        if data.get("fields"):
            yield Evidence(
                label="Filled in",
                text=", ".join(FIELDS[name][0] for name in data["fields"] if name in FIELDS),
            )


def wanted(turn: Turn) -> list[str]:
    """The fields that have to be filled in, of those we know."""
    return [name for name in turn.data.get("fields") or () if name in FIELDS]


def is_complete(member: Member, fields: Iterable[str]) -> bool:
    """Whether a member's profile has all of these."""
    return all(FIELDS[name][1](member) for name in fields if name in FIELDS)
