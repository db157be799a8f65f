"""Scores follow the books, and the calendar."""

import datetime as dt
from collections.abc import Sequence

from hub import outbox
from hub.core.clock import now
from hub.ledger.jobs import follows
from hub.segments import scoring

SOME = 200


@follows("segments.scores")
def follow(account_ids: Sequence[int], at: dt.datetime) -> None:
    """Whose points changed has another score."""
    scoring.refresh(scoring.behind(account_ids), now=at)


@outbox.every(86400, "segments.score_all")
def score_all() -> None:
    """Once a day for everybody: time alone changes a score."""
    outbox.post("segments.score_some", {"after": 0}, now=now())


@outbox.handles("segments.score_some", queue="books")
def score_some(after: int) -> None:
    """The next few members, each batch in a transaction of its own; done twice, it is the same."""
    member_ids = scoring.after(after, SOME)
    scoring.refresh(member_ids, now=now())
    if len(member_ids) == SOME:
        outbox.post("segments.score_some", {"after": member_ids[-1]}, now=now())
