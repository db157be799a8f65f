"""The rows of a spreadsheet, one after the other, each either usable or with the reason why not."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b
from typing import BinaryIO, NoReturn
from zoneinfo import ZoneInfo

from hub.referrals.ladder import Ladder, UnknownRungError
from hub.referrals.spreadsheet.cells import CellError, instant, money
from hub.referrals.spreadsheet.lines import delimiter_of, encoding_of, records
from hub.referrals.spreadsheet.rows import NOBODY_TO_CREDIT, BadRow, History, Row, tidy
from hub.referrals.spreadsheet.sheet_map import DELIMITERS, SheetMap, folded
from hub.referrals.textfile import Problem, TextFileError

HEAD = 1 << 16
LONGEST = {"id": 100, "stage": 100}
LONGEST_NAME = 200
SHOWN = 80


class SpreadsheetError(TextFileError):
    """The file as a whole can't be read by this map."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a first look at the file tells. `lines` is close to the number of rows, for a progress bar."""

    encoding: str
    delimiter: str
    lines: int


def survey(source: BinaryIO, sheet_map: SheetMap) -> Survey:
    """A first pass over an open, seekable file. Refuses one that is empty or fits none of the map's
    encodings.
    """
    encoding, lines = encoding_of(source, sheet_map.encodings)
    if encoding is None:
        tried = ", ".join(sheet_map.encodings)
        raise _unreadable("file", f"is not text in {tried}", "save it as CSV in UTF-8")
    source.seek(0)
    head = source.read(HEAD).decode(encoding, errors="ignore")
    if not head.strip():
        raise _unreadable("file", "is empty", "export it again, with its heading")
    wanted = [folded(column) for column in sheet_map.needed]
    return Survey(encoding, sheet_map.delimiter or delimiter_of(head, DELIMITERS, wanted), lines)


def rows(
    source: BinaryIO, sheet_map: SheetMap, ladder: Ladder, *, zone: ZoneInfo, now: datetime
) -> Iterator[Row | BadRow]:
    """Every line of an open, seekable file, in its order, as a Row or a BadRow; only blank lines are passed
    over.

    Refuses before the first row, with SpreadsheetError, a file without the map's columns and a map with
    stages that the ladder hasn't. Dates alone mean the start of the day in `zone`; none may be after `now`.
    Holds one row at a time, and some hundred bytes per row to recognise an id that comes twice.
    """
    seen = survey(source, sheet_map)
    keys = _rung_keys(sheet_map, ladder)
    source.seek(0)
    text = io.TextIOWrapper(source, encoding=seen.encoding, newline="")
    _, heading = next(records(text, seen.delimiter), (1, "is empty"))
    columns = _columns(heading, sheet_map)
    reading = _Reading(sheet_map, columns, keys, zone, now)
    text.detach()
    source.seek(0)
    return _rows(source, seen, reading, len(heading))


def _rows(source: BinaryIO, seen: Survey, reading: _Reading, width: int) -> Iterator[Row | BadRow]:
    text = io.TextIOWrapper(source, encoding=seen.encoding, newline="")
    try:
        lines = records(text, seen.delimiter, width)
        next(lines)  # the heading
        for number, cells in lines:
            yield reading.row(number, cells)
    finally:
        text.detach()  # the file is the caller's to close


def _unreadable(where: str, why: str, what_to_do: str) -> SpreadsheetError:
    return SpreadsheetError([Problem(where, why, what_to_do)])


def _rung_keys(sheet_map: SheetMap, ladder: Ladder) -> dict[str, str]:
    """The map's names of stages, to the ladder's keys."""
    keys: dict[str, str] = {}
    problems = []
    for value, history in sheet_map.stages.items():
        for passed in history:
            try:
                keys[passed.stage] = ladder.find(passed.stage).key
            except UnknownRungError as error:
                where = f"stages.{sheet_map.labels[value]}"
                problems.append(Problem(where, f"names “{passed.stage}”", str(error)))
    if problems:
        raise SpreadsheetError(problems)
    return keys


def _columns(heading: list[str] | str, sheet_map: SheetMap) -> dict[str, int]:
    """Where each column that the map asks for is."""
    if isinstance(heading, str):
        raise _unreadable("heading", heading, "write the names of the columns on the first line")
    names = [folded(cell) for cell in heading]
    problems = []
    for column in sheet_map.needed:
        if (count := names.count(folded(column))) != 1:
            why = f"is {count} times in the heading" if count else "is not in the heading"
            has = ", ".join(tidy(cell)[:SHOWN] for cell in heading[:50])
            problems.append(Problem(column, why, f"correct the map or the file, which has: {has}"))
    if problems:
        raise SpreadsheetError(problems)
    return {column: names.index(folded(column)) for column in sheet_map.needed}


class _RowError(Exception):
    def __init__(self, column: str, value: str, why: str, what_to_do: str) -> None:
        self.told = (column, value[:SHOWN], why, what_to_do)


@dataclass(slots=True)
class _Reading:
    """One pass over one file: the map, where its columns are, and the ids that have gone by."""

    map: SheetMap
    columns: dict[str, int]
    keys: dict[str, str]
    zone: ZoneInfo
    now: datetime
    ids: dict[int, int] = field(default_factory=dict)

    def row(self, number: int, cells: list[str] | str) -> Row | BadRow:
        if isinstance(cells, str):
            return BadRow(number, "row", "", cells, "look for a missing or extra quotation mark or delimiter")
        try:
            return self._row(number, cells)
        except _RowError as wrong:
            return BadRow(number, *wrong.told)

    def _row(self, number: int, cells: list[str]) -> Row:
        external_id = self._required(cells, "id", "give the row the id that the deal has in the CRM")
        history, label = self._history(cells)
        company = self._named(cells, "company")
        amount = self._amount(cells)
        row = Row(
            line_number=number,
            external_id=external_id,
            company_name=company,
            owner_name=self._named(cells, "owner"),
            contact_name=self._named(cells, "contact"),
            contact_email=self._named(cells, "contact_email"),
            stage_label=label,
            history=history,
            amount=amount,
            currency=self.map.currency if amount is not None else None,
            note="; ".join(f"{name}: {text}" for name in self.map.notes if (text := self._cell(cells, name))),
            breakage=None if company else NOBODY_TO_CREDIT,
        )
        self._once(external_id, number)
        return row

    def _cell(self, cells: Sequence[str], column: str) -> str:
        text = tidy(cells[self.columns[column]])
        return self.map.spellings.get(folded(column), {}).get(text, text)

    def _named(self, cells: Sequence[str], name: str) -> str | None:
        column = self.map.columns.get(name)
        if column is None:
            return None
        text, longest = self._cell(cells, column), LONGEST.get(name, LONGEST_NAME)
        if len(text) > longest:
            raise _RowError(column, text, f"has {len(text):,} characters", f"use at most {longest}")
        return text or None

    def _required(self, cells: Sequence[str], name: str, what_to_do: str) -> str:
        text = self._named(cells, name)
        if text is None:
            raise _RowError(self.map.columns[name], "", "is empty", what_to_do)
        return text

    def _once(self, external_id: str, number: int) -> None:
        """Refuses an id that an earlier good row had; eight bytes of it are enough to know it by."""
        mark = int.from_bytes(blake2b(external_id.encode(), digest_size=8).digest())
        first = self.ids.setdefault(mark, number)
        if first != number:
            why, column = f"is on line {first} already", self.map.columns["id"]
            raise _RowError(column, external_id, why, "keep one of the two rows, or correct the id")

    def _history(self, cells: Sequence[str]) -> tuple[History, str]:
        known = ", ".join(self.map.labels.values())
        label = self._required(cells, "stage", f"use one of {known}")
        passed = self.map.stages.get(folded(label))
        if passed is None:
            what_to_do = f"use one of {known}, or add it to [stages] in the map"
            raise _RowError(self.map.columns["stage"], label, "is not a stage of the map", what_to_do)
        steps: list[tuple[str, datetime | None]] = []
        latest: tuple[datetime, str, str] | None = None
        for stage in passed:
            at, text = self._dated(cells, stage.column)
            if at and stage.column:
                if latest and at < latest[0]:
                    why = f"is before {latest[1]} {latest[2]}"
                    raise _RowError(stage.column, text, why, "correct one of the two dates")
                latest = (at, stage.column, text)
            steps.append((self.keys[stage.stage], at))
        return _backfilled(steps), self.map.labels[folded(label)]

    def _dated(self, cells: Sequence[str], column: str | None) -> tuple[datetime | None, str]:
        text = self._cell(cells, column) if column else ""
        if not text or column is None:
            return None, ""
        try:
            return instant(text, self.map.date_formats, self.zone, self.now), text
        except CellError as wrong:
            self._refuse(column, text, wrong)

    def _amount(self, cells: Sequence[str]) -> Decimal | None:
        column = self.map.columns.get("amount")
        text = self._cell(cells, column) if column else ""
        if not text or column is None:
            return None
        try:
            return money(text, self.map.decimal)
        except CellError as wrong:
            self._refuse(column, text, wrong)

    def _refuse(self, column: str, text: str, wrong: CellError) -> NoReturn:
        raise _RowError(column, text, wrong.why, wrong.what_to_do) from wrong


def _backfilled(steps: list[tuple[str, datetime | None]]) -> History:
    """A stage without a date happened no later than the next one with a date, and takes that."""
    filled: list[tuple[str, datetime | None]] = []
    following: datetime | None = None
    for key, at in reversed(steps):
        following = at or following
        filled.append((key, following))
    return tuple(reversed(filled))
