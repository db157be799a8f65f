"""What keeps a hangout from being published, said to the host, each with the field where it is mended."""

import datetime as dt
from typing import NamedTuple

from hub.hangouts.models import Hangout


class Problem(NamedTuple):
    """One thing that is missing, and the field it belongs to."""

    field: str
    says: str


def problems(hangout: Hangout, *, now: dt.datetime | None = None) -> list[Problem]:
    """All that is missing; with `now`, also a time that has passed."""
    found = []
    if not hangout.title.strip():
        found.append(Problem("title", "Give it a title."))
    if not hangout.story.strip():
        found.append(
            Problem("story", "Say what it is about and why they are asked: people come for a reason.")
        )
    if hangout.starts_at is None:
        found.append(Problem("starts_at", "Say when it begins."))
    elif now is not None and hangout.starts_at <= now:
        found.append(Problem("starts_at", "It begins in the past. Choose a time to come."))
    if hangout.by_video and not hangout.link_sealed:
        found.append(Problem("link", "Paste the video link. Only those with a seat get it, shortly before."))
    if hangout.in_person and not hangout.place.strip():
        found.append(Problem("place", "Say where it takes place."))
    if hangout.audience == "segment" and hangout.segment_id is None:
        found.append(Problem("segment_id", "Choose who is invited."))
    return found
