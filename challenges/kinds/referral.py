"""Refer somebody: done in the referrals room, worth what its programme's ladder comes to, as often as one likes."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from challenges.kinds import Others, Progress, Worth, register
from challenges.models import Challenge
from challenges.queries import referred, referrers
from hub.referrals.queries import programmes


class ReferralKind:
    """`data["programme"]` is the slug of the programme that pays."""

    name = "referral"
    title = "Refer somebody"
    icon = "handshake"
    hue = 0
    action = "Refer somebody"

    def url(self, challenge: Challenge) -> str:
        """The form, with the programme chosen."""
        return f"/referrals/new?{urlencode({'programme': challenge.data['programme']})}"

    def worth(self, challenges: Sequence[Challenge]) -> Mapping[int, Worth]:
        """From the current ladder of the programme, while that is active."""
        offers = {p.slug: p.version.ladder for p in programmes() if p.state == "active" and p.version_id}
        found = {}
        for challenge in challenges:
            ladder = offers.get(challenge.data["programme"])
            if ladder is not None:
                found[challenge.id] = Worth(
                    points=ladder.earned(ladder.won.key), first=ladder.amounts[ladder.first.key], up_to=True,
                    steps=tuple((rung.label, ladder.amounts[rung.key]) for rung in ladder.paying),
                )  # fmt: skip
        return found

    def progress(self, challenges: Sequence[Challenge], member_id: int) -> Mapping[int, Progress]:
        """Each referral to the programme counts once; there is always another one to make."""
        counts = referred(member_id)
        return {
            challenge.id: Progress(times=times, last_at=last_at)
            for challenge in challenges
            for times, last_at in [counts.get(challenge.data["programme"], (0, None))]
            if times
        }

    def others(self, challenges: Sequence[Challenge], besides: int) -> Mapping[int, Others]:
        """The latest to refer somebody."""
        people = referrers(besides)
        return {
            challenge.id: Others(people=found[:4], more=len(found) > 4)
            for challenge in challenges
            if (found := people.get(challenge.data["programme"]))
        }


register(ReferralKind())
