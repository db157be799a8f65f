"""Refer somebody: done in the referrals room, worth what its programme's ladder comes to, as often as one likes."""

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode

from challenges.kinds import Kind, Progress, StepForm, Worth, a_line, register
from challenges.kinds.base import Look
from challenges.models import Challenge, ChallengeStep
from challenges.queries import offers
from hub.referrals.ladder import Ladder


class ReferralForm(StepForm):
    """Which programme pays."""

    programme = a_line(
        "Programme", longest=80, description="The last part of the programme’s address, like “aluv”."
    )


@register
class Referral(Kind):
    """`data["programme"]` is the slug of the programme that pays."""

    name = "referral"
    title = "Refer somebody"
    says = "Leads to the referral form. Its programme pays, stage by stage."
    icon = "handshake"
    action = "Refer somebody"
    minutes = 3
    form = ReferralForm
    is_elsewhere = True

    def problems(self, step: ChallengeStep) -> Iterable[tuple[str, str]]:
        """It needs a programme that is active."""
        if programme_of(step) not in offers(0):
            yield "programme", "Name a programme that is active."

    def url(self, challenge: Challenge) -> str:
        """The form, with the programme chosen."""
        return f"/referrals/new?{urlencode({'programme': programme_of(challenge.steps[0])})}"

    def look(self, challenges: Sequence[Challenge], member_id: int) -> Mapping[int, Look]:
        """Worth what the current ladder of an active programme comes to. There is always another one to refer."""
        found = offers(member_id)
        return {
            challenge.id: (_worth(offer.ladder), Progress(times=offer.times, last_at=offer.last_at))
            for challenge in challenges
            if challenge.steps and (offer := found.get(programme_of(challenge.steps[0]))) is not None
        }


def programme_of(step: ChallengeStep) -> str:
    """The slug of the programme a step leads to."""
    return str(step.data.get("programme") or "")


def _worth(ladder: Ladder) -> Worth:
    return Worth(
        points=ladder.earned(ladder.won.key), first=ladder.amounts[ladder.first.key], up_to=True,
        steps=tuple((rung.label, ladder.amounts[rung.key]) for rung in ladder.paying),
    )  # fmt: skip
