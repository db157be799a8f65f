"""Boards follow the books, and the members who come, go and change their minds."""

import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from hub import activity, outbox
from hub.activity.queries import fact
from hub.core import edges
from hub.core.clock import now
from hub.ledger.books import mark
from hub.ledger.jobs import LEASE, follows
from hub.ledger.queries import account_ids_after, known_accounts
from hub.outbox.actions import only_one
from leaderboard import actions
from leaderboard.models import Board

BATCH = 500
HIDES_OR_SHOWS = (
    "member.visibility_changed", "member.roles_changed", "member.placed", "member.joined", "member.disabled",
    "member.enabled", "member.erased",
)  # fmt: skip


@follows("leaderboard")
def refresh(account_ids: Sequence[int], now: dt.datetime) -> None:
    """Each account that changed gets the standings it has earned."""
    actions.ensure(now=now)
    actions.refresh(account_ids)


def look_again(fact_id: int) -> None:
    """Somebody may have to vanish from the boards, or to come back."""
    changed = fact(fact_id)
    kind, _, number = changed.subject.partition(":")
    if kind == "member" and number.isdecimal():
        mark(known_accounts([int(number)]).values(), now=changed.happened_at)


for _kind in HIDES_OR_SHOWS:
    activity.listens(_kind, "leaderboard.look_again")(look_again)


@outbox.every(3600, "leaderboard.ensure")
def ensure() -> None:
    """A new hub has its board before anybody has earned a point."""
    actions.ensure(now=now())


def rebuild(boards: Sequence[Board], told: Callable[[int], None]) -> None:
    """Makes these boards again from the ledger, batch by batch; points may be booked meanwhile.

    `told` hears how many accounts each batch had.
    """
    last, account_ids = 0, [0]
    while account_ids:
        with _turn():
            account_ids = account_ids_after(last, BATCH)
            actions.refresh(account_ids, entirely=True, on=boards)
        last = account_ids[-1] if account_ids else last
        told(len(account_ids))
    with _turn():
        for board in boards:
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
