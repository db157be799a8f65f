"""Refer somebody: done in the referrals room, worth what its programme's ladder comes to, as often as one likes."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from challenges.kinds import Others, Progress, Worth, register
from challenges.models import Challenge
from challenges.queries import offers, referrers
from hub.referrals.ladder import Ladder


class ReferralKind:
    """`data["programme"]` is the slug of the programme that pays."""

    name = "referral"
    title = "Refer somebody"
    icon = "handshake"
    hue: int | None = None  # the hub's own colour: referring is what it is for
    action = "Refer somebody"

    def url(self, challenge: Challenge) -> str:
        """The form, with the programme chosen."""
        return f"/referrals/new?{urlencode({'programme': challenge.data['programme']})}"

    def look(self, challenges: Sequence[Challenge], member_id: int) -> Mapping[int, tuple[Worth, Progress]]:
        """Worth what the current ladder of an active programme comes to. There is always another one to refer."""
        found = offers(member_id)
        return {
            challenge.id: (_worth(offer.ladder), Progress(times=offer.times, last_at=offer.last_at))
            for challenge in challenges
            if (offer := found.get(challenge.data["programme"])) is not None
        }

    def others(self, challenges: Sequence[Challenge], besides: int) -> Mapping[int, Others]:
        """The latest to refer somebody."""
        people = referrers(besides)
        return {
            challenge.id: Others(people=found[:4], more=len(found) > 4)
            for challenge in challenges
            if (found := people.get(challenge.data["programme"]))
        }


def _worth(ladder: Ladder) -> Worth:
    return Worth(
        points=ladder.earned(ladder.won.key), first=ladder.amounts[ladder.first.key], up_to=True,
        steps=tuple((rung.label, ladder.amounts[rung.key]) for rung in ladder.paying),
    )  # fmt: skip


register(ReferralKind())
