"""Boards follow the books and the facts, and the members who come, go and change their minds."""

import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from badges.jobs import LISTENER
from hub import activity, outbox
from hub.activity.actions import LISTENERS
from hub.activity.queries import fact
from hub.core import edges
from hub.core.clock import now as clock_now
from hub.core.place import place
from hub.ledger import accounts_for
from hub.ledger.books import mark
from hub.ledger.jobs import LEASE, follows
from hub.ledger.queries import account_ids_after, known_accounts
from hub.outbox.actions import only_one
from hub.outbox.pace import Pace
from leaderboard import actions, composing, filling, periods, places, queries, seasons
from leaderboard.metrics import METRICS
from leaderboard.models import Board

BATCH = 500
PACE = Pace(first=50)
DRIFTED = 5_000
HIDES_OR_SHOWS = (
    "member.visibility_changed", "member.roles_changed", "member.placed", "member.joined", "member.disabled",
    "member.enabled", "member.erased",
)  # fmt: skip
LOOK_AGAIN, LOOK_AT_DEED = "leaderboard.look_again", "leaderboard.look_at_deed"


@follows("leaderboard")
def refresh(account_ids: Sequence[int], now: dt.datetime) -> None:
    """Each account that changed gets the standings it has earned."""
    actions.ensure(now=now)
    actions.refresh(account_ids, now=now)


def look_again(fact_id: int) -> None:
    """Somebody may have to vanish from the boards, or to come back, or to count for another company."""
    changed = fact(fact_id)
    kind, _, number = changed.subject.partition(":")
    if kind == "member" and number.isdecimal():
        mark(known_accounts([int(number)]).values(), now=changed.happened_at)


def look_at_deed(fact_id: int) -> None:
    """Somebody did what a metric counts: their account is marked like one that was paid."""
    done = fact(fact_id)
    found = set().union(*(one.whom([done.subject]) for one in METRICS.values() if done.kind in one.facts))
    mark(accounts_for(sorted(found)).values(), now=done.happened_at)


for _kind in HIDES_OR_SHOWS:
    activity.listens(_kind, LOOK_AGAIN)(look_again)
for _kind in sorted({kind for metric in METRICS.values() for kind in metric.facts}):
    # Badges mark the same account for the same deed, and a mark is for every follower: one message is enough.
    if LISTENER not in LISTENERS.get(_kind, ()):
        activity.listens(_kind, LOOK_AT_DEED)(look_at_deed)


@activity.listens("segment.changed", "leaderboard.look_at_segment")
def look_at_segment(fact_id: int) -> None:
    """Other rules: its boards are counted again."""
    number = fact(fact_id).subject.partition(":")[2]
    composing.count_again(segment_id=int(number))


@activity.listens("hub.settled", "leaderboard.look_at_zone")
def look_at_zone(fact_id: int) -> None:  # noqa: ARG001
    """The hub's days may begin at another hour: everybody is counted again."""
    composing.count_again()


@outbox.every(3600, "leaderboard.ensure")
def ensure() -> None:
    """A new hub has its board before anybody has earned a point."""
    actions.ensure(now=clock_now())


@outbox.every(900, "leaderboard.look_around")
def look_around() -> None:
    """Notes where everybody stood when the day began; marks whoever came into an audience, or left it."""
    if not only_one(LEASE):
        return
    now = clock_now()
    for board in queries.boards():
        if not board.is_filling:
            places.note(board, day=periods.day_of(now, place().zone))
            mark(filling.drifted(board, now=now, limit=DRIFTED), now=now)


def fill(now: dt.datetime) -> int:
    """One batch of accounts for a board that was published or changed."""
    return PACE.run(lambda limit: filling.fill(limit=limit, now=now) if only_one(LEASE) else 0)


def end_seasons(now: dt.datetime) -> int:
    """One step of closing and freezing seasons that are over."""
    with edges.unit():
        return seasons.go_on(limit=BATCH, now=now) if only_one(LEASE) else 0


outbox.drains(
    outbox.Drain(name=composing.FILL, queue="books", oldest=lambda _now: filling.oldest_filling(), run=fill)
)
outbox.drains(
    outbox.Drain(name="leaderboard.seasons", queue="books", oldest=seasons.waiting_since, run=end_seasons)
)


def rebuild(boards: Sequence[Board], told: Callable[[int], None], *, now: dt.datetime) -> None:
    """Makes these boards again from the truth, batch by batch; points may be booked meanwhile.

    `told` hears how many accounts each batch had.
    """
    last, account_ids = 0, [0]
    while account_ids:
        with _turn():
            account_ids = account_ids_after(last, BATCH)
            actions.refresh(account_ids, entirely=True, on=boards, now=now)
        last = account_ids[-1] if account_ids else last
        told(len(account_ids))
    with _turn():
        for board in boards:
            actions.sum_anew(board)
            actions.count_anew(board.id)


@contextmanager
def _turn() -> Iterator[None]:
    """One unit of work that no follower interferes with: it takes the followers' own lease, and waits for it."""
    while True:
        with edges.unit():
            if only_one(LEASE):
                yield
                return
        time.sleep(0.05)
