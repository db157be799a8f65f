"""What home itself suggests: to say who one is before the first introduction, and to thank the rep after a win."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from hub.core import registry
from hub.home.queries import unthanked_rep

WON_DAYS = 30


@registry.thing("home.profile")
def complete_profile(member: Any, _now: dt.datetime) -> Iterator[registry.Thing]:
    """A profile without a title says little to the reps who read it."""
    if not member.title:
        yield registry.Thing(
            name="home.profile", need="tidy", icon="user", minutes=1, url="/settings", action="Complete my profile",
            title="Say what you do", why="Your title tells a rep whose word they have when they call your friend.",
        )  # fmt: skip


@registry.thing("home.thank_rep")
def thank_rep(member: Any, now: dt.datetime) -> Iterator[registry.Thing]:
    """An introduction became a customer: somebody worked for that."""
    found = unthanked_rep(member.id, now - dt.timedelta(days=WON_DAYS))
    if found is not None:
        referral, rep = found
        yield registry.Thing(
            name=f"home.thank_rep:{referral.id}", need="open", icon="hand-heart", minutes=1, fit=1.0,
            url=f"/community/thanks/new?to={rep.handle}", action="Say thank you", since=referral.moved_at,
            title=f"Thank {rep.first_name} for {referral.title}",
            why="Your introduction became a customer, and somebody worked for it. A sentence is enough.",
        )  # fmt: skip
