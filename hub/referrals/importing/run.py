"""The import as a whole: batch after batch, each a transaction of its own, so that it may be killed at any moment."""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError

from hub.core import edges
from hub.core.db import is_sqlite
from hub.outbox.actions import only_one
from hub.referrals.importing.plan import Plan, Target, plan
from hub.referrals.importing.write import put_in
from hub.referrals.spreadsheet import BadRow, Row, SheetMap, rows

BATCH = 500
SQLITE_BATCH = 100  # well under 200 ms of the one writer's time
LEASE = "referrals.import"
TRIES = 3


@dataclass(slots=True)
class Summary:
    """What became of a file's rows, and the points that were booked (in a dry run: that would be)."""

    read: int = 0
    new: int = 0
    moved: int = 0
    unchanged: int = 0
    bad: int = 0
    nobody_to_credit: int = 0
    points: int = 0

    def count(self, planned: Plan, points: int) -> None:
        """Adds a batch."""
        for wish in planned.wishes:
            setattr(self, wish.outcome, getattr(self, wish.outcome) + 1)
            self.nobody_to_credit += wish.row.breakage is not None
        self.points += points


def bring_in(
    source: BinaryIO,
    sheet_map: SheetMap,
    to: Target,
    *,
    zone: ZoneInfo,
    clock: Callable[[], dt.datetime],
    dry_run: bool = False,
    on_bad: Callable[[BadRow], None] = lambda _row: None,
    on_rows: Callable[[int], None] = lambda _count: None,
) -> Summary:
    """Imports an open spreadsheet; what is wrong with a row goes to `on_bad`, and the others go in.

    Refuses a file that the map or the ladder doesn't fit (SpreadsheetError) before anything is written. A dry run
    writes nothing.
    """
    summary = Summary()
    for batch in _batches(rows(source, sheet_map, to.ladder, zone=zone, now=to.imported_at)):
        good = [row for row in batch if isinstance(row, Row)]
        planned, points = _look(good, to) if dry_run else _book(good, to, clock)
        bad = [row for row in batch if isinstance(row, BadRow)] + planned.bad
        for wrong in sorted(bad, key=lambda row: row.line_number):
            on_bad(wrong)
        summary.read += len(batch)
        summary.bad += len(bad)
        summary.count(planned, points)
        on_rows(len(batch))
    return summary


def _batches(found: Iterator[Row | BadRow]) -> Iterable[list[Row | BadRow]]:
    size = SQLITE_BATCH if is_sqlite() else BATCH
    while batch := list(islice(found, size)):
        yield batch


def _look(good: list[Row], to: Target) -> tuple[Plan, int]:
    with edges.reading():
        planned = plan(good, to)
    return planned, sum(wish.points for wish in planned.wishes)


def _book(good: list[Row], to: Target, clock: Callable[[], dt.datetime]) -> tuple[Plan, int]:
    """One batch, in one transaction. Two imports at once take turns; a name that somebody else took meanwhile is
    drawn again."""
    tries = TRIES
    while True:
        try:
            with edges.unit():
                if only_one(LEASE):
                    planned = plan(good, to)
                    return planned, put_in(planned.wishes, to, now=clock())
        except Exception as error:
            tries -= 1
            if not tries or not (edges.passing(error) or isinstance(error, IntegrityError)):
                raise
        time.sleep(0.05)
