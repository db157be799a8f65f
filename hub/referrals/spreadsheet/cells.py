"""Single cells: dates, amounts and names, as people write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

EARLIEST_YEAR = 1970
DIGITS = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)
# What stands around the number of an amount: a currency's sign or code.
AROUND = re.compile(
    r"""^(?P<sign>[-(]?)\s*(?:[A-Z]{3}|[$€£¥])?\s*
    (?P<number>-?[\d.,'\s]*\d)\s*(?:[A-Z]{3}|[$€£¥])?\)?$""",
    re.VERBOSE,
)


class CellError(ValueError):
    """A cell that can't be read: why, and what to do."""

    def __init__(self, why: str, what_to_do: str) -> None:
        self.why = why
        self.what_to_do = what_to_do
        super().__init__(f"{why}; {what_to_do}")


@lru_cache(maxsize=4096)  # a file has few different dates, and reading one is the slowest part of a row
def instant(text: str, formats: tuple[str, ...], zone: ZoneInfo, now: datetime) -> datetime:
    """The UTC instant that a cell names; a date alone is the start of that day in `zone`.

    The start, because it lies in that day's period and is never in the future while the day itself isn't.
    Refuses what fits no format, years before 1970 and anything after `now`.
    """
    for pattern in formats:
        try:
            read = datetime.strptime(text, pattern)  # noqa: DTZ007  # the zone follows
            break
        except ValueError:
            continue
    else:
        looks = " or ".join(_example(pattern) for pattern in formats)
        raise CellError("is not a date of this file's form", f"write it as in {looks}")
    if read.year < EARLIEST_YEAR:
        raise CellError("is too long ago to be meant", "check the year")
    # Year 9999 in the far west has no UTC instant; such a date is in the future anyway.
    if read.year > now.year + 1 or (at := _utc(read, zone)) > now:
        raise CellError("is in the future", "nothing can have happened then yet: check the date")
    return at


def _utc(read: datetime, zone: ZoneInfo) -> datetime:
    return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)


def _example(pattern: str) -> str:
    return datetime(2017, 12, 31, tzinfo=UTC).strftime(pattern)


def money(text: str, decimal: str) -> Decimal:
    """The amount in a cell, with or without thousands and a currency sign. Refuses words and negatives."""
    found = AROUND.match(text)
    grouping = "," if decimal == "." else "."
    number = found["number"] if found else ""
    whole, _, rest = number.replace("'", "").replace(" ", "").partition(decimal)
    plain = _ungrouped(whole, grouping) + (f".{rest}" if rest else "")
    if not DIGITS.fullmatch(plain):
        example = "1,234.50" if decimal == "." else "1.234,50"
        raise CellError("is not an amount", f"write a number as in 1234 or {example}")
    if found and (found["sign"] or plain.startswith("-")) and Decimal(plain):
        raise CellError("is a negative amount", "a deal's amount is 0 or more")
    return abs(Decimal(plain))


def _ungrouped(whole: str, grouping: str) -> str:
    """Without its thousands' marks, but only if they stand where thousands are: 12,5 isn't 125."""
    groups = whole.split(grouping)
    if len(groups) > 1 and (not 1 <= len(groups[0].lstrip("-")) <= 3 or any(len(g) != 3 for g in groups[1:])):
        return ""
    return "".join(groups)
