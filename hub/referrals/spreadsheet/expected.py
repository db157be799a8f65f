"""What a spreadsheet's rows are worth on a ladder: what a dry run prints before anything is booked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from hub.referrals.ladder import Ladder, due
from hub.referrals.spreadsheet.rows import BadRow, Row


@dataclass(slots=True)
class Expected:
    """Counts of a file's rows and the points they earn; `rows` are those that go in, broken ones included."""

    rows: int = 0
    bad: int = 0
    nobody_to_credit: int = 0
    points: int = 0
    by_stage: Counter[str] = field(default_factory=Counter)
    by_company: Counter[str] = field(default_factory=Counter)


def expected(rows: Iterable[Row | BadRow], ladder: Ladder, *, hold_submission: bool = False) -> Expected:
    """The sums over all rows, on an empty hub; a row with nobody to credit goes in and earns nothing."""
    sums = Expected()
    for row in rows:
        if isinstance(row, BadRow):
            sums.bad += 1
            continue
        sums.rows += 1
        sums.by_stage[row.stage_label] += 1
        if row.company_name is None:
            sums.nobody_to_credit += 1
            continue
        reached = {key for key, _ in row.history}
        points = sum(item.points for item in due(ladder, reached, {}, hold_submission=hold_submission))
        sums.points += points
        sums.by_company[row.company_name] += points
    return sums
