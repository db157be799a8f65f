"""Lines of a board, and the rule that gives them their places.

*Ties share a rank.* A board ranks by one of two rules. Competition ranking (1, 2, 2, 4): a place counts everybody
before it, so mine is one more than those with more points. Dense ranking (1, 2, 2, 3): a place counts the different
scores before it. Nothing else breaks a tie: among equals the older account is listed first, and means nothing by it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

TOP = 50
NEAR = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One line of a board."""

    rank: int
    points: int
    account_id: int
    member_id: int | None
    handle: str | None
    name: str
    initials: str
    company: str | None
    noted: int | None = None
    me: bool = False

    @property
    def place(self) -> int | None:
        """The rank as far as anybody is told: nobody is shown that they are 48,213th."""
        return self.rank if self.rank <= TOP else None

    @property
    def moved(self) -> int | None:
        """Places up (or down) since the day began; nothing for whoever wasn't among the first hundred then."""
        return None if self.noted is None or self.place is None else self.noted - self.rank


@dataclass(frozen=True, kw_only=True, slots=True)
class Mine:
    """Where I stand (or my company does): the place, how many there are, and how many share it."""

    rank: int
    points: int
    account_id: int
    members: int
    tied: int
    period: str
    bracket: str = ""

    @property
    def best_percent(self) -> int | None:
        """Among which best part I am, when that is the better half."""
        percent = -(-self.rank * 100 // max(1, self.members))
        return percent if percent <= 50 else None


def after(ranking: str, rank: int, tied: int) -> int:
    """The place that follows one shared by so many."""
    return rank + (1 if ranking == "dense" else tied)


def ranked(rows: Iterable[Any], *, ranking: str, mine: int | None) -> list[Standing]:
    """Places from the first row of a board on."""
    found: list[Standing] = []
    rank, tied = 1, 0
    last: Any = None
    for row in rows:
        if last is not None and row.points != last.points:
            rank, tied = after(ranking, rank, tied), 0
        tied, last = tied + 1, row
        found.append(standing(row, rank, mine))
    return found


def around(rows: Sequence[Any], me: Mine, ranking: str) -> list[Standing]:
    """Those next to me, best first. Between two of these rows nobody else stands, so each place follows from the next
    one's, and from how many share it."""
    near = sorted(rows, key=lambda row: (-row.points, row.account_id))
    at = next((place for place, row in enumerate(near) if row.account_id == me.account_id), 0)
    near = near[max(0, at - NEAR) : at + NEAR + 1]
    above = {row.points: int(row.tied or 1) for row in near if row.points > me.points}
    rank = me.rank - sum(after(ranking, 0, tied) for tied in above.values())
    found: list[Standing] = []
    last: Any = None
    for row in near:
        if last is not None and row.points != last.points:
            rank = after(ranking, rank, int(last.tied or 1))
        last = row
        found.append(standing(row, rank, me.account_id))
    return found


def next_up(rows: Sequence[Any], me: Mine, ranking: str) -> Standing | None:
    """The nearest with more points than I have."""
    better = [row for row in rows if row.points > me.points]
    if not better:
        return None
    nearest = min(better, key=lambda row: (row.points, -row.account_id))
    return standing(nearest, me.rank - after(ranking, 0, int(nearest.tied)), me.account_id)


def standing(row: Any, rank: int, mine: int | None) -> Standing:
    """A row in words; whoever has a pseudonym shows neither handle nor company."""
    words = [word for word in row.name.split() if word[:1].isalnum()]
    initials = "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)) or "?"
    return Standing(
        rank=rank, points=row.points, account_id=row.account_id, member_id=row.member_id, name=row.name,
        handle=None if row.masked else row.handle, initials=initials.upper(),
        company=None if row.masked or row.member_id is None else row.company, noted=row.noted,
        me=row.account_id == mine,
    )  # fmt: skip


def ordinal(rank: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th."""
    ending = "th" if rank % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank:,}{ending}"
