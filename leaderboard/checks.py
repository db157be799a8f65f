"""What `hurrah prove` recomputes of the boards."""

import datetime as dt
from collections.abc import Iterator, Mapping

from badges.jobs import LISTENER
from hub.core import registry
from hub.core.clock import now as clock_now
from hub.core.place import place
from hub.ledger.queries import account_ids_after, marked
from leaderboard import queries, score_queries, seasons
from leaderboard.jobs import LOOK_AGAIN, LOOK_AT_DEED
from leaderboard.metrics import METRICS
from leaderboard.models import Board
from leaderboard.score_queries import Kept, Part, Spot, Sums

BATCH = 2000
LOOKS = 3
ONE_DAY = dt.timedelta(days=1)
Found = dict[int, list[str]]


@registry.check("every standing is what was done")
def standings() -> Iterator[str]:
    """Each score against what its metric counts, and nobody shown who isn't to be. What waits for its follower is left
    out; a difference counts when it is still there at the third look, for members go on doing things meanwhile."""
    last = 0
    while account_ids := account_ids_after(last, BATCH):
        last = account_ids[-1]
        found: Found = {}
        for _ in range(LOOKS):
            found = _differences(account_ids)
            account_ids = sorted(found.keys() - marked(list(found)))
            if not account_ids:
                break
        if account_ids and not score_queries.are_waiting((LOOK_AGAIN, LOOK_AT_DEED, LISTENER)):
            for account_id in account_ids:
                yield from found[account_id]


@registry.check("every place on a board is what the standings come to")
def histograms() -> Iterator[str]:
    """Both histograms against the score rows, and companies against their members' shares. Boards that are being
    filled, and seasons that are being frozen, are left out."""
    boards = {board.id: board for board in queries.boards() if not board.is_filling}
    for board_id, period, bracket, which, value, kept, true in score_queries.histogram_differences():
        if board_id in boards and boards[board_id].keeps(period):
            among = f" ({bracket})" if bracket else ""
            yield f"board {board_id}, {period}{among}, {which} {value:,}: says {kept:,} members, there are {true:,}"
    for board_id, period, company_id, kept, true in score_queries.company_differences():
        if board_id in boards and boards[board_id].keeps(period):
            yield f"board {board_id}, {period}, company {company_id}: says {kept:,}, its members come to {true:,}"


@registry.check("every frozen standing has the place its points come to")
def frozen() -> Iterator[str]:
    """Ranks and seats of seasons that are over, again from their points."""
    for season_id, account_id, rank, true in seasons.differences():
        yield f"season {season_id}, account {account_id}: says place {rank:,}, its points come to {true:,}"


def _differences(account_ids: list[int]) -> Found:
    zone, now = place().zone, clock_now()
    known: dict[str, score_queries.Deeds] = {}
    found: Found = {}
    for board in queries.boards():
        if board.is_filling or board.metric not in METRICS:
            continue
        if board.metric not in known:
            known[board.metric] = score_queries.deeds(METRICS[board.metric], account_ids, zone)
        taking = score_queries.parts(board, account_ids, now, whoever=True)
        kept = score_queries.kept(board, account_ids)
        true = score_queries.ever(board, known[board.metric], taking)
        _compare(board, kept, true, taking, found)
        _compare_brackets(board, kept, account_ids, now, found)
    return found


def _compare(
    board: Board, kept: Mapping[Spot, Kept], true: Sums, taking: Mapping[int, Part], found: Found
) -> None:
    """Sums and companies. Who belongs to an audience is a rule that changes by itself: of whoever has no row on such a
    board, nothing is asked."""
    listed = {account_id for account_id, _ in kept}
    for spot in sorted(kept.keys() | true.keys()):
        account_id, period = spot
        if board.segment is not None and account_id not in listed:
            continue
        row, points = kept.get(spot), max(0, true.get(spot, 0))
        said = row.points if row else 0
        where = f"board {board.slug}, {period}, account {account_id}"
        if said != points:
            found.setdefault(account_id, []).append(f"{where}: says {said:,}, the books come to {points:,}")
        elif row and account_id in taking and row.company_id != taking[account_id].company_id:
            found.setdefault(account_id, []).append(f"{where}: counts for another company")


def _compare_brackets(
    board: Board, kept: Mapping[Spot, Kept], account_ids: list[int], now: dt.datetime, found: Found
) -> None:
    """A bracket by time here is as of today, or still as of yesterday; one by level follows when levels change."""
    if board.brackets != "tenure":
        return
    days = [score_queries.parts(board, account_ids, at, whoever=True) for at in (now, now - 2 * ONE_DAY)]
    for (account_id, period), row in sorted(kept.items()):
        right = {day[account_id].bracket for day in days if account_id in day}
        if right and row.bracket not in right:
            where = f"board {board.slug}, {period}, account {account_id}"
            found.setdefault(account_id, []).append(f"{where}: stands in bracket {row.bracket!r}")
