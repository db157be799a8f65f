"""What `hurrah prove` recomputes of the boards."""

from collections.abc import Iterator

from hub.core import registry
from hub.core.place import place
from hub.ledger.queries import account_ids_after, marked
from leaderboard import queries, score_queries

BATCH = 2000
LOOKS = 3


@registry.check("every standing is what the ledger comes to")
def standings() -> Iterator[str]:
    """Each score against the sum of its entries, and nobody shown who isn't to be. What waits for its follower is
    left out; a difference counts when it is still there at the third look, for points arrive meanwhile."""
    last = 0
    while account_ids := account_ids_after(last, BATCH):
        last = account_ids[-1]
        found: dict[int, list[str]] = {}
        for _ in range(LOOKS):
            found = _differences(account_ids)
            account_ids = sorted(found.keys() - marked(list(found)))
            if not account_ids:
                break
        for account_id in account_ids:
            yield from found[account_id]


@registry.check("every place on a board is what the standings come to")
def histograms() -> Iterator[str]:
    """Both histograms against the score rows."""
    for board_id, period, which, value, kept, true in score_queries.histogram_differences():
        yield f"board {board_id}, {period}, {which} {value:,}: says {kept:,} members, there are {true:,}"


def _differences(account_ids: list[int]) -> dict[int, list[str]]:
    zone = place().zone
    earned = score_queries.earned_ever(account_ids, zone)
    found: dict[int, list[str]] = {}
    for board in queries.boards():
        members = score_queries.members_on(board, account_ids)
        kept = score_queries.kept(board.id, account_ids)
        true = {spot: points for spot, points in earned.items() if points > 0 and spot[0] in members}
        for spot in sorted(kept.keys() | true.keys()):
            if kept.get(spot, 0) != true.get(spot, 0):
                account_id, period = spot
                found.setdefault(account_id, []).append(
                    f"board {board.slug}, {period}, account {account_id}: "
                    f"says {kept.get(spot, 0):,}, the books come to {true.get(spot, 0):,}"
                )
    return found
