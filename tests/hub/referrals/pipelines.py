"""What a pipeline file must be worth, computed from its cells alone: no code of the product is used here."""

import csv
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from hub.referrals.ladder import SAMPLE
from hub.referrals.samples import PIPELINE_MAP
from hub.referrals.spreadsheet import BadRow, Row, expected, read_map, rows, until

PRICE = {"Won": 32_000, "Lost": 7_000, "Engaging": 7_000, "Prospecting": 100}
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")


@dataclass
class Truth:
    """The file's own sums. `points` leaves out rows without an account: they have nobody to credit."""

    stages: Counter[str] = field(default_factory=Counter)
    uncredited: int = 0
    points: int = 0
    by_company: Counter[str] = field(default_factory=Counter)


def truth_of(path: Path) -> Truth:
    truth = Truth()
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            truth.stages[line["deal_stage"]] += 1
            if not line["account"]:
                truth.uncredited += 1
                continue
            truth.points += PRICE[line["deal_stage"]]
            truth.by_company[line["account"]] += PRICE[line["deal_stage"]]
    return truth


def read_pipeline(path: Path) -> list[Row | BadRow]:
    sheet_map = read_map(PIPELINE_MAP.read_bytes())
    with path.open("rb") as file:
        return list(rows(file, sheet_map, SAMPLE, zone=ZONE, now=NOW))


def check_pipeline(path: Path) -> None:
    """Every promise about a pipeline file that holds without a database."""
    truth = truth_of(path)
    read = read_pipeline(path)
    good = [row for row in read if isinstance(row, Row)]
    assert len(good) == len(read) == truth.stages.total()
    assert len({row.external_id for row in good}) == len(good)
    assert sum(row.breakage is not None for row in good) == truth.uncredited
    sums = expected(good, SAMPLE)
    assert (sums.rows, sums.bad, sums.nobody_to_credit) == (len(good), 0, truth.uncredited)
    assert (sums.points, sums.by_stage, sums.by_company) == (truth.points, truth.stages, truth.by_company)
    begun = expected((until(row, SAMPLE, "Submitted") for row in good), SAMPLE)
    assert begun.points == 100 * (len(good) - truth.uncredited)
    _check_each(path, good)


def _check_each(path: Path, good: list[Row]) -> None:
    ends = {"Won": "won", "Lost": "lost", "Engaging": "opportunity", "Prospecting": "submitted"}
    with path.open(encoding="utf-8", newline="") as file:
        for line, row in zip(csv.DictReader(file), good, strict=True):
            assert row.external_id == line["opportunity_id"]
            assert row.history[-1][0] == ends[line["deal_stage"]]
            last = row.history[-1][1]
            written = line["close_date"] or line["engage_date"]
            assert (last is None) == (not written)
            if last:
                day = last.astimezone(ZONE)
                assert f"{day.month}/{day.day}/{day.year}" == written
                assert (day.hour, day.minute) == (0, 0)
