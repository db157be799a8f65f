"""Where a member stands with a challenge: what they may do with it now, and if nothing, why. Pure, but for `look`."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from challenges import prerequisites
from challenges.models import Challenge
from challenges.queries import Mine
from hub import segments

State = Literal[
    "open", "started", "sent_back", "waiting", "done", "refused", "locked", "soon", "full", "closed", "hidden", "aside"
]  # fmt: skip
AGAIN = {"daily": "Again tomorrow", "weekly": "Again next week"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """`occurrence` is the one a member would begin or is in; `why` says what keeps them from it."""

    state: State
    occurrence: str = ""
    submission_id: int | None = None
    times: int = 0
    last_at: dt.datetime | None = None
    why: str = ""

    @property
    def may_begin(self) -> bool:
        """Whether a new submission may be made."""
        return self.state == "open"

    @property
    def is_going(self) -> bool:
        """Whether there is a submission to go on with."""
        return self.state in ("started", "sent_back")


def occurrence(challenge: Challenge, mine: Mine | None, now: dt.datetime) -> str | None:
    """Which attempt is due now: `once`, a day or week in the challenge's zone, a number; None when all are used."""
    today = now.astimezone(ZoneInfo(challenge.zone)).date()
    if challenge.repeat == "daily":
        return today.isoformat()
    if challenge.repeat == "weekly":
        year, week, _ = today.isocalendar()
        return f"{year}-W{week:02}"
    if challenge.repeat == "times":
        made = mine.made if mine else 0
        if mine and mine.state == "withdrawn":
            return mine.occurrence
        return str(made + 1) if made < challenge.repeat_times else None
    return "once"


def stand(
    challenge: Challenge,
    mine: Mine | None,
    unmet: Sequence[str],
    belongs: bool,
    now: dt.datetime,
    as_open: bool = False,
) -> Standing:
    """The standing. What was begun may be finished, whatever became of the challenge. A preview looks `as_open`."""
    times, last_at = (mine.times, mine.last_at) if mine else (0, None)
    due = occurrence(challenge, mine, now)

    def standing(state: State, why: str = "") -> Standing:
        return Standing(
            state=state, why=why, times=times, last_at=last_at, occurrence=due or "",
            submission_id=mine.submission_id if mine else None,
        )  # fmt: skip

    if mine and mine.state in ("started", "sent_back"):
        return standing("started" if mine.state == "started" else "sent_back")
    if mine and mine.state != "withdrawn" and (due is None or due == mine.occurrence):
        return standing(*_ended(challenge, mine))
    if not belongs:
        return standing("hidden", "This challenge is for others.")
    if as_open:
        return standing("locked", " ".join(unmet)) if unmet else standing("open")
    return standing(*_begin(challenge, unmet, now))


def _begin(challenge: Challenge, unmet: Sequence[str], now: dt.datetime) -> tuple[State, str]:
    """Whether somebody it is meant for may begin now. What is secret shows itself when it can be begun, not before."""
    ahead = challenge.state == "open" and challenge.opens_at is not None and challenge.opens_at > now
    if challenge.prerequisites.get("secret") and (unmet or ahead):
        return "hidden", "This challenge shows itself in time."
    if ahead:
        return "soon", "Not open yet."
    if not challenge.is_open(now):
        return "closed", "This challenge has ended."
    if challenge.is_full:
        return "full", "Every place is taken."
    return ("locked", " ".join(unmet)) if unmet else ("open", "")


def _ended(challenge: Challenge, mine: Mine) -> tuple[State, str]:
    if mine.state == "pending":
        return "waiting", "Somebody looks at it."
    if mine.state == "refused":
        return "refused", AGAIN.get(challenge.repeat, "")
    return "done", AGAIN.get(challenge.repeat, "")


def look(
    challenges: Sequence[Challenge],
    member_id: int,
    mine: Mapping[int, Mine],
    now: dt.datetime,
    *,
    as_open: bool = False,
) -> dict[int, Standing]:
    """The standings of one member with many challenges, in a fixed number of statements."""
    wanted = {one.segment.id: one.segment.rules for one in challenges if one.segment is not None}
    held = segments.holds_many(list(wanted.values()), member_id, now)
    belongs = {number for number, fits in zip(wanted, held, strict=True) if fits}
    unmet = prerequisites.unmet(challenges, member_id, mine)
    return {
        one.id: stand(
            one,
            mine.get(one.id),
            unmet[one.id],
            one.segment_id is None or one.segment_id in belongs,
            now,
            as_open,
        )
        for one in challenges
    }
